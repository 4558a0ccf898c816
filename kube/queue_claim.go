package kube

import (
	"context"
	"crypto/rand"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/opendeliverygear/odg/backlog"
)

// Claim implements [backlog.Queue] with one request, and one more for each item
// that somebody else was faster with. It takes the first item if nobody else is at
// work, else one of the first few at random.
//
// Until the items are known it waits, at most [QueueConfig.SyncTimeout].
func (q *Queue) Claim(ctx context.Context, req backlog.ClaimRequest) (backlog.Claim, error) {
	if err := q.claimable(ctx, req); err != nil {
		return backlog.Claim{}, fmt.Errorf("claim backlog item: %w", err)
	}
	for {
		item, status := q.view.take(req.Services, q.now(), &q.choice)
		if item == nil {
			return backlog.Claim{}, backlog.ErrEmpty
		}
		claim, err := q.lease(ctx, item, status, req)
		switch {
		case err == nil:
			q.stats.claims.Add(1)
			return claim, nil
		case apierrors.IsConflict(err):
			q.stats.conflicts.Add(1)
			q.view.spoil(item, &q.choice)
		case isGone(err):
			q.view.remove(item.Name, item.UID)
		case Refused(err): // others can still be worked on
			q.view.setAside(item)
			q.cfg.Log.Warn().Str("backlog_item", item.Name).Str("namespace", item.Namespace).Err(err).
				Msg("nobody can claim the item: the API server refuses each change of it; make it smaller or delete it")
		default:
			q.view.giveBack(item)
			return backlog.Claim{}, fmt.Errorf("claim: %w", err)
		}
	}
}

// claimable checks that a request can be answered.
func (q *Queue) claimable(ctx context.Context, req backlog.ClaimRequest) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if req.Lease <= 0 {
		return fmt.Errorf("lease of %s, want a positive one", req.Lease)
	}
	for _, service := range req.Services {
		if !q.watches(service) {
			return fmt.Errorf("service %q is none of those that this queue watches: %q", service, q.cfg.Services)
		}
	}
	return q.waitSynced(ctx)
}

// lease claims an item that was taken.
func (q *Queue) lease(ctx context.Context, item *BacklogItem, s Status, req backlog.ClaimRequest) (backlog.Claim, error) {
	now, secret := q.now(), rand.Text()
	until := now.Add(req.Lease)
	ch := changeOf(item)
	if s.State == StateLeased || s.State == StateClaimed { // and over, else it had not been offered
		ch.failed(s.Attempts, claimEnded(s, q.cfg.ClaimTimeout))
	}
	ch.claim(req.Holder, secret, now, until)
	claimed, err := q.client.patch(ctx, item.Name, ch)
	if err != nil {
		return backlog.Claim{}, err
	}
	q.view.lease(trimmed(claimed), &q.choice)
	result, err := claimed.Item()
	if err != nil {
		return backlog.Claim{}, err // somebody broke it in the very moment
	}
	return backlog.Claim{Item: result, Token: tokenOf(item.Name, secret), Until: until}, nil
}

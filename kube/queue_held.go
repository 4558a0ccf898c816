package kube

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/backlog"
)

// maxTries bounds how often a change is made anew because somebody else changed the
// item in between. Each time somebody got on, so that needs many of them.
const maxTries = 10

// tokenOf makes the token of a claim. It begins with the name of the resource, as
// resources made by hand need not have the name of their item.
func tokenOf(name, secret string) string { return name + "/" + secret }

// Renew implements [backlog.Queue].
func (q *Queue) Renew(ctx context.Context, c backlog.Claim, d time.Duration) error {
	if d <= 0 {
		return fmt.Errorf("renew claim: lease of %s, want a positive one", d)
	}
	return q.held(ctx, "renew", c, func(item *BacklogItem, s Status, now time.Time) error {
		ch := changeOf(item)
		ch.renew(s.Since, now, now.Add(d))
		return q.change(ctx, item.Name, ch)
	})
}

// Release implements [backlog.Queue].
func (q *Queue) Release(ctx context.Context, c backlog.Claim) error {
	return q.held(ctx, "release", c, func(item *BacklogItem, _ Status, _ time.Time) error {
		ch := changeOf(item)
		ch.free()
		return q.change(ctx, item.Name, ch)
	})
}

// Fail implements [backlog.Queue].
func (q *Queue) Fail(ctx context.Context, c backlog.Claim, f backlog.Failure) error {
	return q.held(ctx, "fail", c, func(item *BacklogItem, s Status, now time.Time) error {
		ch := changeOf(item)
		switch {
		case f.Park:
			ch.keep(StateLabelParked, s.Holder, now)
		case now.Before(f.NotBefore):
			ch.keep(StateLabelWaiting, s.Holder, now)
		default:
			ch.free()
		}
		ch.failed(s.Attempts, f.Reason)
		ch.notBefore(f.NotBefore)
		return q.change(ctx, item.Name, ch)
	})
}

// Finish implements [backlog.Queue]. The item is deleted only as it was last seen
// here. If somebody has added it since, the API server refuses that.
func (q *Queue) Finish(ctx context.Context, c backlog.Claim) error {
	return q.held(ctx, "finish", c, func(item *BacklogItem, s Status, _ time.Time) error {
		if s.Triggered {
			ch := changeOf(item)
			ch.free()
			ch.forget()
			return q.change(ctx, item.Name, ch)
		}
		return q.delete(ctx, item)
	})
}

// delete deletes an item as it was read.
func (q *Queue) delete(ctx context.Context, item *BacklogItem) error {
	ctx, cancel := q.client.request(ctx)
	defer cancel()
	err := q.client.items.Delete(ctx, item.Name, metav1.DeleteOptions{
		Preconditions: &metav1.Preconditions{UID: &item.UID, ResourceVersion: &item.ResourceVersion},
	})
	if err == nil {
		q.view.remove(item.Name, item.UID)
	}
	return explain(ctx, err)
}

// change patches an item and takes the result over.
func (q *Queue) change(ctx context.Context, name string, ch change) error {
	item, err := q.client.patch(ctx, name, ch)
	if err == nil {
		q.own(item)
	}
	return err
}

// held calls do with the item of c as long as c holds it, again if the item was
// changed in between.
func (q *Queue) held(ctx context.Context, act string, c backlog.Claim, do func(*BacklogItem, Status, time.Time) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	err := q.tryHeld(ctx, c, do)
	switch {
	case err == nil:
		return nil
	case isGone(err):
		err = fmt.Errorf("%w: the item is gone", backlog.ErrClaimLost)
	}
	return fmt.Errorf("%s backlog item %s: %w", act, c.Item.Name(), err)
}

func (q *Queue) tryHeld(ctx context.Context, c backlog.Claim, do func(*BacklogItem, Status, time.Time) error) error {
	name, secret, ok := strings.Cut(c.Token, "/")
	if !ok {
		return backlog.ErrClaimLost
	}
	item := q.view.get(name)
	if item == nil || !holds(item, item.Status(), c, secret) { // what is known here may be old
		var err error
		if item, err = q.fetch(ctx, name); err != nil {
			return err
		}
	}
	for range maxTries {
		status, now := item.Status(), q.now()
		if !holds(item, status, c, secret) || !now.Before(status.Until) {
			return backlog.ErrClaimLost
		}
		err := do(item, status, now)
		if !apierrors.IsConflict(err) {
			return err
		}
		if item, err = q.fetch(ctx, name); err != nil {
			return err
		}
	}
	return errors.New("the item was changed again and again")
}

// holds tells if the item is that of c and leased by it.
func holds(item *BacklogItem, s Status, c backlog.Claim, secret string) bool {
	if s.State != StateLeased || s.token != secret {
		return false
	}
	now, err := item.item(s)
	return err == nil && now.Name() == c.Item.Name()
}

// fetch reads an item from the API server and takes it over.
func (q *Queue) fetch(ctx context.Context, name string) (*BacklogItem, error) {
	ctx, cancel := q.client.request(ctx)
	defer cancel()
	item, err := q.client.items.Get(ctx, name, metav1.GetOptions{})
	switch {
	case err == nil:
		q.own(item)
		return item, nil
	case isGone(err):
		if known := q.view.get(name); known != nil {
			q.view.remove(name, known.UID)
		}
	}
	return nil, fmt.Errorf("read backlog item %s: %w", name, explain(ctx, err))
}

// isGone tells that an item does not exist.
func isGone(err error) bool { return apierrors.IsNotFound(err) && !missingCRD(err) }

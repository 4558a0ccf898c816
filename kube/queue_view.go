package kube

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/opendeliverygear/odg/backlog"
)

// List implements [backlog.Queue]. It costs no request if [Queue.Run] has read the
// items, and else lists them page by page. Items that nobody can work on are left
// out; see [Queue.Malformed].
func (q *Queue) List(ctx context.Context, f backlog.Filter) ([]backlog.Item, error) {
	resources, err := q.resources(ctx, f.Services)
	if err != nil {
		return nil, fmt.Errorf("list backlog: %w", err)
	}
	now := q.now()
	type named struct {
		name string
		item backlog.Item
	}
	list := make([]named, 0, len(resources))
	for _, resource := range resources {
		status := resource.Status()
		item, err := resource.item(status)
		if err != nil || len(f.Services) > 0 && !slices.Contains(f.Services, item.Service) ||
			f.Parked != nil && *f.Parked != item.Parked {
			continue
		}
		list = append(list, named{resource.Name, settled(item, status, now, q.cfg.ClaimTimeout)})
	}
	slices.SortFunc(list, func(a, b named) int {
		return cmp.Or(
			compareBool(a.item.Parked, b.item.Parked),
			cmp.Compare(b.item.Priority, a.item.Priority),
			a.item.Timestamp.Compare(b.item.Timestamp),
			cmp.Compare(a.name, b.name),
		)
	})
	items := make([]backlog.Item, len(list))
	for i := range list {
		items[i] = list[i].item
	}
	return items, nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Malformed returns why items cannot be worked on, by name. Services are as in a
// [backlog.Filter]; items without a service that can be read are always among them.
func (q *Queue) Malformed(ctx context.Context) ([]*MalformedError, error) {
	resources, err := q.resources(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("list backlog: %w", err)
	}
	var list []*MalformedError
	for _, resource := range resources {
		var bad *MalformedError
		if _, err := resource.Item(); errors.As(err, &bad) {
			list = append(list, bad)
		}
	}
	slices.SortFunc(list, func(a, b *MalformedError) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// resources returns the items of services, and maybe others.
func (q *Queue) resources(ctx context.Context, services []string) ([]*BacklogItem, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	known := len(services) > 0 || len(q.cfg.Services) == 0
	for _, service := range services {
		known = known && q.watches(service)
	}
	if known && q.Synced() {
		return q.view.all(), nil
	}
	var list []*BacklogItem
	for item, err := range q.client.ListItems(ctx, services...) {
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, nil
}

// Replay implements [backlog.Queue].
func (q *Queue) Replay(ctx context.Context, name string) error {
	err := q.edit(ctx, name, func(item *BacklogItem) (change, error) {
		if status := item.Status(); status.held(q.now(), q.cfg.ClaimTimeout) {
			return change{}, fmt.Errorf("%w by %s", backlog.ErrClaimed, status.Holder)
		}
		ch := changeOf(item)
		ch.free()
		ch.forget()
		return ch, nil
	})
	if err != nil {
		return fmt.Errorf("replay backlog item %s: %w", name, err)
	}
	return nil
}

// SetPriority implements [backlog.Queue].
func (q *Queue) SetPriority(ctx context.Context, name string, p backlog.Priority) error {
	err := p.Validate()
	if err == nil {
		err = q.edit(ctx, name, func(item *BacklogItem) (change, error) {
			ch := changeOf(item)
			ch.priority = &p
			return ch, nil
		})
	}
	if err != nil {
		return fmt.Errorf("set priority of backlog item %s: %w", name, err)
	}
	return nil
}

// edit changes an item as f says, again if it was changed in between.
func (q *Queue) edit(ctx context.Context, name string, f func(*BacklogItem) (change, error)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := named(name); err != nil {
		return err
	}
	for range maxTries {
		item, err := q.fetch(ctx, name)
		if err != nil {
			return notFound(err)
		}
		ch, err := f(item)
		if err != nil {
			return err
		}
		if err := q.change(ctx, name, ch); !apierrors.IsConflict(err) {
			return notFound(err)
		}
	}
	return errors.New("it was changed again and again")
}

// Drop implements [backlog.Queue].
func (q *Queue) Drop(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := named(name); err != nil {
		return fmt.Errorf("drop backlog item: %w", err)
	}
	known := q.view.get(name)
	ctx, cancel := q.client.request(ctx)
	defer cancel()
	err := q.client.items.Delete(ctx, name, metav1.DeleteOptions{})
	if known != nil && (err == nil || isGone(err)) {
		q.view.remove(name, known.UID)
	}
	if err != nil {
		return fmt.Errorf("drop backlog item %s: %w", name, notFound(explain(ctx, err)))
	}
	return nil
}

// notFound turns the answer that there is no such item into the error of queues.
func notFound(err error) error {
	if isGone(err) {
		return fmt.Errorf("%w (%w)", backlog.ErrNotFound, err)
	}
	return err
}

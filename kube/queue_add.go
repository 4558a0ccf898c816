package kube

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/backlog"
)

// Add implements [backlog.Queue]. It makes one request per new item and two to
// three per item that exists, several at once. If the API server fails, it returns
// how many items were created until then, and adding all of them again is right.
func (q *Queue) Add(ctx context.Context, items ...backlog.Item) (created int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	items, err = distinct(items)
	if err != nil {
		return 0, err
	}
	var count atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(q.cfg.Parallel)
	for _, item := range items {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			isNew, err := q.addOne(ctx, item)
			if err != nil {
				return fmt.Errorf("add backlog item %s: %w", item.Name(), err)
			}
			if isNew {
				count.Add(1)
			}
			return nil
		})
	}
	err = group.Wait()
	return int(count.Load()), err
}

// distinct checks all items and returns each name once: the first one, with the
// highest priority of all.
func distinct(items []backlog.Item) ([]backlog.Item, error) {
	list := make([]backlog.Item, 0, len(items))
	index := make(map[string]int, len(items))
	for _, item := range items {
		if err := item.Validate(); err != nil {
			return nil, fmt.Errorf("add backlog item of %.200s: %w", item.Artefact, err)
		}
		name := item.Name()
		if i, ok := index[name]; ok {
			list[i].Priority = max(list[i].Priority, item.Priority)
			continue
		}
		index[name] = len(list)
		list = append(list, item)
	}
	return list, nil
}

// addOne creates an item or triggers the one that exists.
func (q *Queue) addOne(ctx context.Context, item backlog.Item) (created bool, err error) {
	name := item.Name()
	known := q.view.get(name) != nil // then it need not be tried to create it
	for range maxTries {
		if !known {
			err := q.create(ctx, newBacklogItem(item))
			if !apierrors.IsAlreadyExists(err) {
				return err == nil, err
			}
		}
		err := q.trigger(ctx, name, item.Priority)
		switch {
		case isGone(err): // it was finished just now
			known = false
		case !apierrors.IsConflict(err):
			return false, err
		}
	}
	return false, errors.New("it was changed or deleted again and again")
}

// newBacklogItem returns the resource of an item.
func newBacklogItem(item backlog.Item) *BacklogItem {
	return &BacklogItem{
		TypeMeta:   metav1.TypeMeta{APIVersion: GroupVersion.String(), Kind: KindBacklogItem},
		ObjectMeta: metav1.ObjectMeta{Name: item.Name(), Labels: map[string]string{LabelService: item.Service}},
		Spec:       BacklogItemSpec{Timestamp: naiveText(item.Timestamp), Artefact: item.Artefact, Priority: item.Priority},
	}
}

func (q *Queue) create(ctx context.Context, item *BacklogItem) error {
	ctx, cancel := q.client.request(ctx)
	defer cancel()
	created, err := q.client.items.Create(ctx, item, metav1.CreateOptions{FieldManager: FieldManager})
	if err == nil {
		q.own(created)
	}
	return explain(ctx, err)
}

// trigger raises the priority of an item that exists and, if somebody has it,
// remembers that there is more to do. The mark is set also if its lease is over, as
// its holder may think otherwise; whoever claims it next removes it.
func (q *Queue) trigger(ctx context.Context, name string, p backlog.Priority) error {
	item, err := q.fetch(ctx, name)
	if err != nil {
		return err
	}
	if item.DeletionTimestamp != nil {
		return fmt.Errorf("it is being deleted and waits for its finalizers %q", item.Finalizers)
	}
	ch, status := changeOf(item), item.Status()
	if p > item.Spec.Priority {
		ch.priority = &p
	}
	if status.State == StateLeased && !status.Triggered {
		ch.annotations[AnnotationTriggered] = stampText(q.now())
	} else if ch.priority == nil {
		return nil
	}
	return q.change(ctx, name, ch)
}

// own takes over what a request of this queue was answered with. Without a watch
// nobody would tell when the item is gone, so that it is forgotten.
func (q *Queue) own(item *BacklogItem) {
	if q.watching.Load() && q.watches(item.Labels[LabelService]) {
		q.view.put(trimmed(item))
	}
}

// trimmed drops what nobody reads, as informers do.
func trimmed(item *BacklogItem) *BacklogItem {
	_, _ = slim(item)
	return item
}

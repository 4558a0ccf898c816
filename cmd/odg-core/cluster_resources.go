package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/kube"
)

// BacklogItems implements [httpapi.Backlog], in the order in which workers take them.
func (v *view) BacklogItems(_ context.Context, service string) iter.Seq2[httpapi.Resource, error] {
	return func(yield func(httpapi.Resource, error) bool) {
		known, err := v.known(kube.ResourceBacklogItems, v.items)
		if err != nil {
			yield(httpapi.Resource{}, err)
			return
		}
		objects, err := known.ByIndex(kube.IndexService, service)
		if err != nil {
			yield(httpapi.Resource{}, err)
			return
		}
		items := make([]*kube.BacklogItem, 0, len(objects))
		for _, object := range objects {
			if item, is := object.(*kube.BacklogItem); is {
				items = append(items, item)
			}
		}
		slices.SortFunc(items, func(a, b *kube.BacklogItem) int {
			return cmp.Or(cmp.Compare(b.Spec.Priority, a.Spec.Priority), strings.Compare(a.Spec.Timestamp, b.Spec.Timestamp), strings.Compare(a.Name, b.Name))
		})
		for _, item := range items {
			if !yield(withSpec(resourceOf(item), item.Spec)) {
				return
			}
		}
	}
}

// Add implements [httpapi.Backlog].
func (v *view) Add(ctx context.Context, items ...backlog.Item) (int, error) {
	created, err := v.queue.Add(ctx, items...)
	return created, unavailable(err)
}

// SetPriority implements [httpapi.Backlog].
func (v *view) SetPriority(ctx context.Context, name string, p backlog.Priority) error {
	return unavailable(v.queue.SetPriority(ctx, name, p))
}

// Drop implements [httpapi.Backlog].
func (v *view) Drop(ctx context.Context, name string) error {
	return unavailable(v.queue.Drop(ctx, name))
}

func withSpec(r httpapi.Resource, spec any) (httpapi.Resource, error) {
	var err error
	r.Spec, err = json.Marshal(spec)
	return r, err
}

// RuntimeResources implements [httpapi.RuntimeArtefacts], in the order of names.
func (v *view) RuntimeResources(_ context.Context, selected map[string]string) iter.Seq2[httpapi.Resource, error] {
	return func(yield func(httpapi.Resource, error) bool) {
		all, err := v.runtimeArtefacts(selected)
		if err != nil {
			yield(httpapi.Resource{}, err)
			return
		}
		for _, a := range all {
			if !yield(withSpec(resourceOf(a), a.Spec)) {
				return
			}
		}
	}
}

// runtimeArtefacts are those that have all the labels.
func (v *view) runtimeArtefacts(selected map[string]string) (all []*kube.RuntimeArtefact, err error) {
	known, err := v.known(kube.ResourceRuntimeArtefacts, v.running)
	if err != nil {
		return nil, err
	}
	selector := labels.SelectorFromSet(selected)
	for _, object := range known.List() {
		if a, is := object.(*kube.RuntimeArtefact); is && selector.Matches(labels.Set(a.Labels)) {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b *kube.RuntimeArtefact) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// PutRuntimeArtefacts implements [httpapi.RuntimeArtefacts]. What is there is asked of
// the API server itself, so that who reports twice in a moment makes one resource.
func (v *view) PutRuntimeArtefacts(ctx context.Context, with map[string]string, artefacts []artefact.ID) error {
	there := map[string]bool{}
	for a, err := range v.client.ListRuntimeArtefacts(ctx, labels.SelectorFromSet(with).String()) {
		if err != nil {
			return unavailable(err)
		}
		if maps.Equal(a.Labels, with) || len(a.Labels) == 0 && len(with) == 0 {
			there[a.Spec.Artefact.Key()] = true
		}
	}
	now := time.Now()
	group, failed := errgroup.WithContext(ctx)
	group.SetLimit(kube.DefaultParallel)
	for _, id := range artefacts {
		if there[id.Key()] || failed.Err() != nil {
			continue
		}
		there[id.Key()] = true
		group.Go(func() error {
			_, err := v.client.CreateRuntimeArtefact(failed, with, id, now)
			return err
		})
	}
	return unavailable(cmp.Or(group.Wait(), ctx.Err()))
}

// DropRuntimeArtefact implements [httpapi.RuntimeArtefacts].
func (v *view) DropRuntimeArtefact(ctx context.Context, name string) error {
	return unavailable(v.client.DropRuntimeArtefact(ctx, name))
}

// unavailable tells that it is the cluster that fails, not the server, unless the
// request was the fault.
func unavailable(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, backlog.ErrNotFound):
		return err
	case kube.Refused(err):
		return &artefact.FieldError{Err: fmt.Errorf("the cluster does not take it: %w", err)}
	}
	return fmt.Errorf("%w: %w", backlog.ErrUnavailable, err)
}

// Logs implements [httpapi.Workloads].
func (v *view) Logs(ctx context.Context) iter.Seq2[httpapi.LogCollection, error] {
	return func(yield func(httpapi.LogCollection, error) bool) {
		for l, err := range v.client.ListLogCollections(ctx) {
			if err != nil {
				yield(httpapi.LogCollection{}, unavailable(err))
				return
			}
			resource, err := json.Marshal(l)
			if !yield(httpapi.LogCollection{Service: l.Spec.Service, Level: l.Spec.LogLevel, Resource: resource}, err) || err != nil {
				return
			}
		}
	}
}

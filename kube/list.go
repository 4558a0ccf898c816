package kube

import (
	"context"
	"errors"
	"fmt"
	"iter"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/pager"
)

// ListItems streams the items of services (none means all) from the API server,
// page by page, in the order of their names. It ends with the first error.
func (c *Client) ListItems(ctx context.Context, services ...string) iter.Seq2[*BacklogItem, error] {
	selector, err := selectServices(services)
	opts := metav1.ListOptions{}
	if selector != nil {
		opts.LabelSelector = selector.String()
	}
	if err != nil {
		return func(yield func(*BacklogItem, error) bool) { yield(nil, err) }
	}
	return each(ctx, c, c.items, opts)
}

// ListRuntimeArtefacts streams the runtime artefacts whose labels match selector
// (empty means all), as [Client.ListItems] does with items.
func (c *Client) ListRuntimeArtefacts(ctx context.Context, selector string) iter.Seq2[*RuntimeArtefact, error] {
	return each(ctx, c, c.artefacts, metav1.ListOptions{LabelSelector: selector})
}

// ListLogCollections streams the log collections, as [Client.ListItems] does with
// items.
func (c *Client) ListLogCollections(ctx context.Context) iter.Seq2[*LogCollection, error] {
	return each(ctx, c, c.collection, metav1.ListOptions{})
}

var errEnough = errors.New("no more wanted")

// each streams the resources that opts select. Each page has its own time limit.
func each[T, L runtime.Object](ctx context.Context, c *Client, r Resource[T, L], opts metav1.ListOptions) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		pages := pager.New(func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
			ctx, cancel := c.request(ctx)
			defer cancel()
			page, err := r.List(ctx, opts)
			return page, explain(ctx, err)
		})
		pages.PageSize = c.cfg.PageSize
		err := pages.EachListItem(ctx, opts, func(object runtime.Object) error {
			item, ok := object.(T)
			if !ok {
				return fmt.Errorf("list holds a %T", object)
			}
			if !yield(item, nil) {
				return errEnough
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			var none T
			yield(none, err)
		}
	}
}

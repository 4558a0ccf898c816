package kube

import (
	"context"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

// IndexService is the index of [Client.ItemInformer] by service id.
const IndexService = "service"

// ItemInformer returns a new informer over the items that the selector matches (nil
// means all), indexed by [IndexService]. Its objects are *[BacklogItem] without
// what nobody reads, such as managed fields. Who starts it may share it between
// queues, routes and controllers.
func (c *Client) ItemInformer(selector labels.Selector) cache.SharedIndexInformer {
	return c.itemInformer(selector, c.cfg.Watches)
}

func (c *Client) itemInformer(selector labels.Selector, watches *Watches) cache.SharedIndexInformer {
	informer := newInformer(ResourceBacklogItems, c.items, &BacklogItem{}, selector, watches)
	_ = informer.AddIndexers(cache.Indexers{IndexService: func(object any) ([]string, error) { // fails only for a name that is taken
		item, ok := object.(*BacklogItem)
		if !ok {
			return nil, nil
		}
		return []string{item.Labels[LabelService]}, nil
	}})
	return informer
}

// RuntimeArtefactInformer returns a new informer over all runtime artefacts. Its
// objects are *[RuntimeArtefact].
func (c *Client) RuntimeArtefactInformer() cache.SharedIndexInformer {
	return newInformer(ResourceRuntimeArtefacts, c.artefacts, &RuntimeArtefact{}, nil, c.cfg.Watches)
}

// LogCollectionInformer returns a new informer over all log collections. Its
// objects are *[LogCollection]. Collections may have 750 kB each, and each is
// rewritten every few minutes: for a few reads per minute a list is cheaper.
func (c *Client) LogCollectionInformer() cache.SharedIndexInformer {
	return newInformer(ResourceLogCollections, c.collection, &LogCollection{}, nil, c.cfg.Watches)
}

func newInformer[T, L runtime.Object](resource string, r Resource[T, L], example T, selector labels.Selector, watches *Watches) cache.SharedIndexInformer {
	narrow := func(opts metav1.ListOptions) metav1.ListOptions {
		if selector != nil {
			opts.LabelSelector = selector.String()
		}
		return opts
	}
	return watches.Informer(resource, r, example, slim,
		func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
			return r.List(ctx, narrow(opts))
		},
		func(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
			return r.Watch(ctx, narrow(opts))
		})
}

// slim drops what fills memory and is never read.
func slim(object any) (any, error) {
	if m, err := meta.Accessor(object); err == nil {
		m.SetManagedFields(nil)
		delete(m.GetAnnotations(), "kubectl.kubernetes.io/last-applied-configuration")
	}
	return object, nil
}

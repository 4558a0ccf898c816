package kube

import (
	"context"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/scaling"
)

const (
	resourcePods        = "pods"
	resourceDeployments = "deployments"
	resourceLeases      = "leases"
)

// watch makes the informers.
func (c *Controller) watch() {
	c.items = c.watchMetadata(ResourceBacklogItems, GroupVersion, metav1.ListOptions{}, slimItem)
	// Pods that have ended, such as evicted ones, hold nothing.
	c.pods = c.watchMetadata(resourcePods, schema.GroupVersion{Version: "v1"}, metav1.ListOptions{
		LabelSelector: LabelService, FieldSelector: podsAlive.String(),
	}, slimPod)
	deployments := c.apps.Deployments(c.cfg.Namespace)
	c.deploys = c.watches.Informer(resourceDeployments, c.apps, &appsv1.Deployment{}, slimDeployment,
		func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
			return deployments.List(ctx, opts)
		}, deployments.Watch)
	c.handle(c.items, c.itemChanged, c.itemGone)
	c.handle(c.pods, c.podThere, c.podGone)
	c.handle(c.deploys, c.deploymentChanged, c.deploymentChanged)
}

// watchMetadata watches no more of resources than their metadata, which the API
// server has in a compact form for custom resources, too.
func (c *Controller) watchMetadata(resource string, of schema.GroupVersion, narrow metav1.ListOptions, transform cache.TransformFunc) cache.SharedIndexInformer {
	client := c.meta.Resource(of.WithResource(resource)).Namespace(c.cfg.Namespace)
	narrowed := func(opts metav1.ListOptions) metav1.ListOptions {
		opts.LabelSelector, opts.FieldSelector = narrow.LabelSelector, narrow.FieldSelector
		return opts
	}
	return c.watches.Informer(resource, c.meta, &metav1.PartialObjectMetadata{}, transform,
		func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
			return client.List(ctx, narrowed(opts))
		},
		func(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
			return client.Watch(ctx, narrowed(opts))
		})
}

func (c *Controller) handle(informer cache.SharedIndexInformer, changed, gone func(object any)) {
	_, _ = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{ // fails only after the end
		AddFunc:    changed,
		UpdateFunc: func(_, object any) { changed(object) },
		DeleteFunc: func(object any) {
			if unknown, ok := object.(cache.DeletedFinalStateUnknown); ok {
				object = unknown.Obj
			}
			gone(object)
		},
	})
}

// slimItem keeps what says who has an item.
func slimItem(object any) (any, error) {
	m, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return object, nil
	}
	slimmed := slimMeta(m)
	for _, key := range []string{LabelService, LabelClaimed, LabelState} {
		keep(&slimmed.Labels, m.Labels, key)
	}
	for _, key := range []string{
		AnnotationClaimedBy, AnnotationClaimedAt, AnnotationBoundTo, AnnotationClaimedSince, AnnotationLeaseUntil,
		AnnotationToken, AnnotationAttempts, AnnotationNotBefore,
	} {
		keep(&slimmed.Annotations, m.Annotations, key)
	}
	return slimmed, nil
}

func slimPod(object any) (any, error) {
	m, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return object, nil
	}
	slimmed := slimMeta(m)
	keep(&slimmed.Labels, m.Labels, LabelService)
	return slimmed, nil
}

func slimMeta(m *metav1.PartialObjectMetadata) *metav1.PartialObjectMetadata {
	return &metav1.PartialObjectMetadata{TypeMeta: metav1.TypeMeta{}, ObjectMeta: metav1.ObjectMeta{
		Name: m.Name, Namespace: m.Namespace, UID: m.UID, ResourceVersion: m.ResourceVersion,
		CreationTimestamp: m.CreationTimestamp, DeletionTimestamp: m.DeletionTimestamp,
	}}
}

func keep(to *map[string]string, from map[string]string, key string) {
	if value, ok := from[key]; ok {
		if *to == nil {
			*to = map[string]string{}
		}
		(*to)[key] = value
	}
}

// slimDeployment keeps whom a Deployment works for, and with how many replicas. Like
// all of these it may be given what it has returned.
func slimDeployment(object any) (any, error) {
	d, ok := object.(*appsv1.Deployment)
	if !ok {
		return object, nil
	}
	slimmed := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{
		Name: d.Name, Namespace: d.Namespace, UID: d.UID, ResourceVersion: d.ResourceVersion,
	}}
	slimmed.Spec.Replicas = d.Spec.Replicas
	keep(&slimmed.Spec.Template.Labels, d.Spec.Template.Labels, LabelService)
	return slimmed, nil
}

// serviceOf returns the service of a pod or an item, or of the workers of a
// Deployment.
func serviceOf(object any) string {
	switch o := object.(type) {
	case *appsv1.Deployment:
		return o.Spec.Template.Labels[LabelService]
	case metav1.Object:
		return o.GetLabels()[LabelService]
	}
	return ""
}

// itemChanged counts an item as it is now.
func (c *Controller) itemChanged(object any) {
	m, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return
	}
	service := serviceOf(m)
	if m.DeletionTimestamp != nil { // as good as gone: nobody may work on it
		c.itemGone(m)
		return
	}
	if err := backlog.ValidateService(service); err != nil {
		c.happened(c.tally.Drop(m.Name))
		c.stray(m.Name, err)
		return
	}
	c.stray(m.Name, nil)
	before := c.tally.Put(service, scalingItem(&BacklogItem{ObjectMeta: m.ObjectMeta}))
	if before != service {
		c.happened(before)
	}
	c.happened(service)
}

func (c *Controller) itemGone(object any) {
	if m, ok := object.(*metav1.PartialObjectMetadata); ok {
		c.stray(m.Name, nil)
		c.happened(c.tally.Drop(m.Name))
	}
}

// stray notes an item that belongs to no service, so that nobody ever works on it.
func (c *Controller) stray(name string, err error) {
	c.mu.Lock()
	_, known := c.strays[name]
	if err != nil {
		c.strays[name] = struct{}{}
	} else {
		delete(c.strays, name)
	}
	c.mu.Unlock()
	if err != nil && !known {
		c.log.Warn().Str("backlog_item", name).Err(err).Msg("nobody works on the item: its label says no service")
	}
}

// scalingItem returns what decisions ask of an item.
func scalingItem(b *BacklogItem) scaling.Item {
	status := b.Status()
	item := scaling.Item{Name: b.Name, Created: b.CreationTimestamp.Time}
	switch status.State {
	case StateParked:
		item.Parked = true
	case StateWaiting:
		item.NotBefore, item.Hidden = status.NotBefore, scaling.Claimed(b.Labels[LabelClaimed])
	case StateLeased:
		item.Label = b.Labels[LabelClaimed]
		item.Claim = scaling.Claim{Holder: status.Holder, At: b.Annotations[AnnotationClaimedAt], LeaseEnd: status.Until}
	case StateClaimed:
		item.Label = b.Labels[LabelClaimed]
		item.Claim = scaling.Claim{Holder: status.Holder, At: b.Annotations[AnnotationClaimedAt]}
	case StateFree:
		item.NotBefore = status.NotBefore
	}
	return item
}

// endedFor is how long pods that are gone are remembered: longer than leases last.
const endedFor = time.Hour

func (c *Controller) podThere(object any) {
	if m, ok := object.(*metav1.PartialObjectMetadata); ok {
		c.mu.Lock()
		delete(c.ended[serviceOf(m)], m.Name)
		c.mu.Unlock()
		// Nothing is decided by a pod that comes.
	}
}

func (c *Controller) podGone(object any) {
	m, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return
	}
	service, now := serviceOf(m), time.Now()
	c.mu.Lock()
	pods := c.ended[service]
	if pods == nil {
		pods = map[string]time.Time{}
		c.ended[service] = pods
	}
	for name, at := range pods {
		if now.Sub(at) > endedFor {
			delete(pods, name)
		}
	}
	pods[m.Name] = now
	c.mu.Unlock()
	c.happened(service)
}

func (c *Controller) deploymentChanged(object any) { c.happened(serviceOf(object)) }

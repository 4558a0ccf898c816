package kube

import (
	"context"
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	selectors "k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"

	"github.com/opendeliverygear/odg/scaling"
)

// controllerCluster is the [scaling.Cluster] of a [Controller].
type controllerCluster struct{ *Controller }

// DeploymentName returns the name of the Deployment with the workers of a service:
// its id in lower case with "-" for "_", as in existing installations.
func DeploymentName(service string) string {
	return strings.ReplaceAll(strings.ToLower(service), "_", "-")
}

// scaledTo is what was done and may not have been seen yet.
type scaledTo struct {
	version  string // of the Deployment
	replicas int
}

// Replicas implements [scaling.Cluster]. A Deployment whose pods do not carry the
// label of the service is none of ours, whatever its name is: else an item with
// the label "delivery-service" would scale the core.
func (c controllerCluster) Replicas(service string) (int, error) {
	name := DeploymentName(service)
	object, _, err := c.deploys.GetStore().GetByKey(c.cfg.Namespace + "/" + name)
	if err != nil {
		return 0, err
	}
	deployment, ok := object.(*appsv1.Deployment)
	switch {
	case !ok:
		return 0, fmt.Errorf("%w: there is no Deployment %s", scaling.ErrNoWorkers, name)
	case serviceOf(deployment) != service:
		return 0, fmt.Errorf("%w: the pods of Deployment %s do not have the label %s=%s", scaling.ErrNoWorkers, name, LabelService, service)
	}
	replicas := 1 // what Kubernetes takes for none
	if deployment.Spec.Replicas != nil {
		replicas = int(*deployment.Spec.Replicas)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if done, ok := c.scaled[service]; ok {
		if order, err := resourceversion.CompareResourceVersion(done.version, deployment.ResourceVersion); err == nil && order > 0 {
			return done.replicas, nil
		}
		delete(c.scaled, service)
	}
	return replicas, nil
}

// Workers implements [scaling.Cluster].
func (c controllerCluster) Workers(service string) (live, ended []string) {
	for _, object := range c.pods.GetStore().List() {
		if m, ok := object.(metav1.Object); ok && serviceOf(m) == service {
			live = append(live, m.GetName())
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for name := range c.ended[service] {
		ended = append(ended, name)
	}
	return live, ended
}

// Scale implements [scaling.Cluster].
func (c controllerCluster) Scale(ctx context.Context, service string, replicas int) error {
	ctx, cancel := c.client.request(ctx)
	defer cancel()
	name := DeploymentName(service)
	var scale autoscalingv1.Scale
	err := c.apps.RESTClient().Patch(types.MergePatchType).
		Namespace(c.cfg.Namespace).Resource(resourceDeployments).Name(name).SubResource("scale").
		Param("fieldManager", FieldManager).
		Body(fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas)).
		Do(ctx).Into(&scale)
	if err != nil {
		return fmt.Errorf("patch scale of Deployment %s: %w", name, explain(ctx, err))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.scaled[service] = scaledTo{scale.ResourceVersion, replicas}
	return nil
}

// Release implements [scaling.Cluster]. It applies to the item as it is known.
func (c controllerCluster) Release(ctx context.Context, service, name string, why scaling.Cause) error {
	object, _, err := c.items.GetStore().GetByKey(c.cfg.Namespace + "/" + name)
	if err != nil {
		return err
	}
	m, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return nil // gone
	}
	item := &BacklogItem{ObjectMeta: m.ObjectMeta}
	if why == scaling.HolderGone {
		if alive, err := c.alive(ctx, item.Status().Holder); alive || err != nil {
			return errorOr(err, scaling.ErrChanged)
		}
	}
	switch _, err = c.client.Free(ctx, item, failure(item, why)); {
	case apierrors.IsNotFound(err):
		return nil
	case apierrors.IsConflict(err):
		return scaling.ErrChanged
	}
	return err
}

// alive asks for a pod. Watches of pods and of items are not in step, so a pod that
// was not seen yet may hold a claim that was.
func (c controllerCluster) alive(ctx context.Context, pod string) (bool, error) {
	ctx, cancel := c.client.request(ctx)
	defer cancel()
	pods, err := c.meta.Resource(schema.GroupVersionResource{Version: "v1", Resource: resourcePods}).Namespace(c.cfg.Namespace).
		List(ctx, metav1.ListOptions{FieldSelector: selectors.AndSelectors(selectors.OneTermEqualSelector("metadata.name", pod), podsAlive).String()})
	if err != nil {
		return false, fmt.Errorf("look for pod %s: %w", pod, explain(ctx, err))
	}
	return len(pods.Items) > 0, nil
}

// podsAlive selects pods that have not ended: those that were evicted remain.
var podsAlive = selectors.AndSelectors(
	selectors.OneTermNotEqualSelector("status.phase", "Failed"), selectors.OneTermNotEqualSelector("status.phase", "Succeeded"))

// failure says how the attempt failed whose claim is taken back; empty if there was
// none.
func failure(item *BacklogItem, why scaling.Cause) string {
	s := item.Status()
	switch why {
	case scaling.LeaseOver:
		return fmt.Sprintf("lease of %s ended at %s without a result", s.Holder, s.Until.Format(time.RFC3339))
	case scaling.HolderGone, scaling.HolderKilled:
		return fmt.Sprintf("pod %s, which had claimed the item, is gone without a result", s.Holder)
	case scaling.ClaimTooOld:
		return fmt.Sprintf("claim of %s at %s came to no result in time", s.Holder, item.Annotations[AnnotationClaimedAt])
	}
	return ""
}

func errorOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

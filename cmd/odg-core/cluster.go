package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	corev1 "k8s.io/api/core/v1"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/cluster"
	"github.com/opendeliverygear/odg/kube"
)

// view is the cluster as the routes below /service-extensions tell it. What is asked
// for often is watched, and so costs the API server nothing; log collections are large
// and change all the time, so they are listed when somebody looks.
type view struct {
	client  *kube.Client
	queue   *kube.Queue // for writes only, which need nothing watched
	watches *kube.Watches
	items   cache.SharedIndexInformer
	running cache.SharedIndexInformer
	pods    cache.SharedIndexInformer
}

var (
	_ httpapi.Backlog          = (*view)(nil)
	_ httpapi.RuntimeArtefacts = (*view)(nil)
	_ httpapi.Workloads        = (*view)(nil)
)

// openCluster returns the view of the configured cluster, nil if there is none.
func (c flags) openCluster(log zerolog.Logger) (*view, error) {
	if c.K8sNamespace == "" {
		return nil, nil
	}
	cluster.Quiet(log)
	config, err := c.Cluster.Config(string(c.Secrets))
	if errors.Is(err, cluster.ErrNone) {
		log.Warn().Str("namespace", c.K8sNamespace).Msg("no access to the cluster: this is no pod, and --kubeconfig names none")
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return newView(config, c.K8sNamespace, log)
}

func newView(config *rest.Config, namespace string, log zerolog.Logger) (*view, error) {
	watches := &kube.Watches{Log: log}
	client, err := kube.NewClient(config, kube.Config{Namespace: namespace, Watches: watches})
	if err != nil {
		return nil, err
	}
	core, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("access the cluster: %w", err)
	}
	pods := core.CoreV1().Pods(namespace)
	return &view{
		client: client, queue: kube.NewQueue(client, kube.QueueConfig{Log: log}), watches: watches,
		items: client.ItemInformer(nil), running: client.RuntimeArtefactInformer(),
		pods: watches.Informer(resourcePods, core, &corev1.Pod{}, slimPod,
			func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
				return pods.List(ctx, opts)
			}, pods.Watch),
	}, nil
}

const resourcePods = "pods"

// slimPod drops what nobody asks for.
func slimPod(object any) (any, error) {
	if m, err := meta.Accessor(object); err == nil {
		m.SetManagedFields(nil)
		m.SetAnnotations(nil)
	}
	if pod, is := object.(*corev1.Pod); is {
		pod.Spec = corev1.PodSpec{}
	}
	return object, nil
}

// run watches until ctx ends. A cluster that does not answer ends nothing.
func (v *view) run(ctx context.Context) error {
	var tasks errgroup.Group
	for _, informer := range []cache.SharedIndexInformer{v.items, v.running, v.pods} {
		tasks.Go(func() error { informer.RunWithContext(ctx); return nil })
	}
	return tasks.Wait()
}

// known are the objects of an informer, or an error as long as they are not known.
func (v *view) known(resource string, informer cache.SharedIndexInformer) (cache.Indexer, error) {
	if informer.HasSynced() {
		return informer.GetIndexer(), nil
	}
	if err := v.watches.Fault(resource); err != nil {
		return nil, fmt.Errorf("%w: %w", backlog.ErrUnavailable, err)
	}
	return nil, fmt.Errorf("%w: %s are not known yet", backlog.ErrUnavailable, resource)
}

// resourceOf is the metadata of a custom resource.
func resourceOf(m metav1.Object) httpapi.Resource {
	return httpapi.Resource{
		Name: m.GetName(), UID: string(m.GetUID()), Labels: m.GetLabels(), Annotations: m.GetAnnotations(),
		Created: m.GetCreationTimestamp().Time,
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
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
	items   watched
	running watched
	pods    watched
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
	client, err := kube.NewClient(config, kube.Config{Namespace: namespace})
	if err != nil {
		return nil, err
	}
	core, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("access the cluster: %w", err)
	}
	pods := informers.NewSharedInformerFactoryWithOptions(core, 0, informers.WithNamespace(namespace), informers.WithTransform(slimPod))
	return &view{
		client: client, queue: kube.NewQueue(client, kube.QueueConfig{Log: log}),
		items:   newWatched(kube.ResourceBacklogItems, client.ItemInformer(nil), log),
		running: newWatched(kube.ResourceRuntimeArtefacts, client.RuntimeArtefactInformer(), log),
		pods:    newWatched("pods", pods.Core().V1().Pods().Informer(), log),
	}, nil
}

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
	for _, w := range []watched{v.items, v.running, v.pods} {
		tasks.Go(func() error { w.RunWithContext(ctx); return nil })
	}
	return tasks.Wait()
}

// watched is an informer that tells why it knows nothing.
type watched struct {
	cache.SharedIndexInformer
	resource string
	trouble  *atomic.Pointer[error]
}

func newWatched(resource string, informer cache.SharedIndexInformer, log zerolog.Logger) watched {
	w := watched{informer, resource, &atomic.Pointer[error]{}}
	_ = informer.SetWatchErrorHandlerWithContext(func(ctx context.Context, _ *cache.Reflector, err error) { // fails only after the start
		if ctx.Err() == nil && (w.trouble.Swap(&err) == nil || log.GetLevel() <= zerolog.DebugLevel) {
			log.Warn().Str("resource", resource).Err(err).Msg("resource cannot be watched; trying again")
		}
	})
	return w
}

// known are the objects, or an error as long as they are not known.
func (w watched) known() (cache.Indexer, error) {
	if w.HasSynced() {
		return w.GetIndexer(), nil
	}
	if trouble := w.trouble.Load(); trouble != nil {
		return nil, fmt.Errorf("read %s: %w: %w", w.resource, backlog.ErrUnavailable, *trouble)
	}
	return nil, fmt.Errorf("read %s: %w: not read yet", w.resource, backlog.ErrUnavailable)
}

// resourceOf is the metadata of a custom resource.
func resourceOf(m metav1.Object) httpapi.Resource {
	return httpapi.Resource{
		Name: m.GetName(), UID: string(m.GetUID()), Labels: m.GetLabels(), Annotations: m.GetAnnotations(),
		Created: m.GetCreationTimestamp().Time,
	}
}

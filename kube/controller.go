package kube

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
	appsclient "k8s.io/client-go/kubernetes/typed/apps/v1"
	coordinationclient "k8s.io/client-go/kubernetes/typed/coordination/v1"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"

	"github.com/opendeliverygear/odg/scaling"
)

// Defaults of a [ControllerConfig].
const (
	DefaultLeaseName = "backlog-controller"
	DefaultCoalesce  = 100 * time.Millisecond
	DefaultWorkers   = 4
)

// ControllerConfig configures a [Controller]. The zero ControllerConfig works.
type ControllerConfig struct {
	Namespace string // of all resources; default DefaultNamespace

	// Identity is the name under which this process stands for election. Two
	// processes must not have the same. Empty means that there is no election: this
	// is the only controller of the namespace.
	Identity  string
	LeaseName string // of the Lease that is elected by; default DefaultLeaseName
	// LeaseDuration is after which time a leader that does not say anything any more
	// is replaced; default 15s. It says something every fifth of that.
	LeaseDuration time.Duration

	// Rules returns those of a service, whenever they are needed; nil means
	// [scaling.DefaultRules].
	Rules func(service string) scaling.Rules

	Coalesce time.Duration // how long events are collected before a decision; default DefaultCoalesce
	Workers  int           // services that are looked at at a time; default DefaultWorkers
	Resync   time.Duration // default scaling.DefaultResync

	Log      zerolog.Logger        // the zero value is silent
	Registry prometheus.Registerer // nil means that there are no metrics
}

// Controller scales the Deployments of extensions with the backlog and takes stale
// claims back. Make one with [NewController].
//
// It watches items and pods (their metadata only) and Deployments, and counts while
// they change. Events only say which service to look at. What is decided, and why,
// is told in the log and by Events of the Deployments.
type Controller struct {
	cfg    ControllerConfig
	log    zerolog.Logger
	client *Client
	meta   metadata.Interface
	// The client for all kinds of Kubernetes would take 7 MiB of memory more.
	apps         *appsclient.AppsV1Client
	core         *coreclient.CoreV1Client
	coordination *coordinationclient.CoordinationV1Client

	tally   scaling.Tally
	loop    *scaling.Controller
	items   cache.SharedIndexInformer
	pods    cache.SharedIndexInformer
	deploys cache.SharedIndexInformer
	watches Watches
	events  eventSink
	metrics *controllerMetrics

	queue   atomic.Pointer[serviceQueue] // of the present term, nil if there is none
	leading atomic.Bool
	term    sync.Mutex // held while this process controls

	mu     sync.Mutex
	scaled map[string]scaledTo             // what was done, until it is seen
	ended  map[string]map[string]time.Time // when pods were seen to go, by service and name
	strays map[string]struct{}             // items that belong to no service
}

// NewController returns a Controller for the cluster of to. It makes no request.
func NewController(to *rest.Config, cfg ControllerConfig) (*Controller, error) {
	cfg.Namespace = cmp.Or(cfg.Namespace, DefaultNamespace)
	cfg.LeaseName = cmp.Or(cfg.LeaseName, DefaultLeaseName)
	cfg.LeaseDuration = cmp.Or(cfg.LeaseDuration, 15*time.Second)
	cfg.Coalesce = cmp.Or(cfg.Coalesce, DefaultCoalesce)
	cfg.Workers = cmp.Or(cfg.Workers, DefaultWorkers)
	if cfg.LeaseDuration < time.Second {
		return nil, fmt.Errorf("a lease of %s is too short, want 1s or more", cfg.LeaseDuration)
	}
	c := &Controller{
		cfg: cfg, log: cfg.Log,
		scaled: map[string]scaledTo{}, ended: map[string]map[string]time.Time{}, strays: map[string]struct{}{},
	}
	c.watches.Log = cfg.Log
	c.metrics = newControllerMetrics(c, cfg.Registry)
	own := rest.CopyConfig(to)
	own.RateLimiter, own.QPS = nil, -1 // the server protects itself
	own.Wrap(c.metrics.countRequests)
	if err := c.connect(own); err != nil {
		return nil, fmt.Errorf("make clients of the cluster: %w", err)
	}
	c.watch()
	c.events.client = c.core.Events(cfg.Namespace)
	c.loop = scaling.NewController(&c.tally, controllerCluster{c}, scaling.ControllerConfig{
		Rules: cfg.Rules, Report: c.report, Resync: cfg.Resync,
	})
	return c, nil
}

func (c *Controller) connect(to *rest.Config) (err error) {
	if c.client, err = NewClient(to, Config{Namespace: c.cfg.Namespace}); err != nil {
		return err
	}
	if c.meta, err = metadata.NewForConfig(to); err != nil {
		return err
	}
	typed := rest.CopyConfig(to)
	typed.ContentType, typed.AcceptContentTypes = protobuf, protobuf+",application/json"
	if c.apps, err = appsclient.NewForConfig(typed); err != nil {
		return err
	}
	if c.core, err = coreclient.NewForConfig(typed); err != nil {
		return err
	}
	c.coordination, err = coordinationclient.NewForConfig(typed)
	return err
}

const protobuf = "application/vnd.kubernetes.protobuf"

// Run watches, and controls as long as it is elected, until ctx ends; then it
// returns nil. A cluster that is away, or denies something, is waited for.
func (c *Controller) Run(ctx context.Context) error {
	c.events.start()
	defer c.events.stop()
	var running sync.WaitGroup
	defer running.Wait()
	for _, informer := range []cache.SharedIndexInformer{c.items, c.pods, c.deploys} {
		running.Go(func() { informer.RunWithContext(ctx) })
	}
	if !cache.WaitForCacheSync(ctx.Done(), c.items.HasSynced, c.pods.HasSynced, c.deploys.HasSynced) {
		return nil
	}
	c.log.Info().Str("namespace", c.cfg.Namespace).Msg("controller knows the backlog, the pods and the deployments")
	if c.cfg.Identity == "" {
		c.lead(ctx)
		return nil
	}
	return c.elect(ctx)
}

// Leading tells if this process controls. It is safe for concurrent use.
func (c *Controller) Leading() bool { return c.leading.Load() }

// Ready returns nil if everything that is watched is known, as it was half a minute
// ago or later, and otherwise what is in the way. It is safe for concurrent use.
func (c *Controller) Ready() error {
	var errs []error
	for _, watched := range []struct {
		name     string
		informer cache.SharedIndexInformer
	}{{ResourceBacklogItems, c.items}, {resourcePods, c.pods}, {resourceDeployments, c.deploys}} {
		switch err := c.watches.lasting(watched.name); {
		case err != nil:
			errs = append(errs, err)
		case !watched.informer.HasSynced():
			errs = append(errs, errorOr(c.watches.Fault(watched.name), fmt.Errorf("%s are not known yet", watched.name)))
		}
	}
	if c.cfg.Identity != "" {
		errs = append(errs, c.watches.lasting(resourceLeases))
	}
	return errors.Join(errs...)
}

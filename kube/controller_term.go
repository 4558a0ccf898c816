package kube

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/util/workqueue"
)

// How long a service is left alone after a failure, longer with each one in a row.
const (
	firstRetry = time.Second
	maxRetry   = 5 * time.Minute
)

// elect controls whenever this process is elected, until ctx ends. A term that is
// lost ends its work, and the process stands again.
func (c *Controller) elect(ctx context.Context) error {
	for ctx.Err() == nil {
		// The elector outlives ctx by the work, so that the lease is given back only
		// when all work has ended.
		electing, stop := context.WithCancel(context.WithoutCancel(ctx))
		elector, err := leaderelection.NewLeaderElector(c.election(func(term context.Context) {
			defer stop()
			term, end := context.WithCancel(term)
			defer end()
			defer context.AfterFunc(ctx, end)()
			c.lead(term)
		}))
		if err != nil {
			stop()
			return err
		}
		unless := context.AfterFunc(ctx, func() {
			if !c.leading.Load() {
				stop()
			}
		})
		elector.Run(electing)
		unless()
		stop()
	}
	c.term.Lock() // the work has ended
	defer c.term.Unlock()
	return nil
}

func (c *Controller) election(lead func(ctx context.Context)) leaderelection.LeaderElectionConfig {
	return leaderelection.LeaderElectionConfig{
		Lock: notedLock{&resourcelock.LeaseLock{
			LeaseMeta:  metav1.ObjectMeta{Namespace: c.cfg.Namespace, Name: c.cfg.LeaseName},
			Client:     c.coordination,
			LockConfig: resourcelock.ResourceLockConfig{Identity: c.cfg.Identity},
		}, &c.watches},
		LeaseDuration: c.cfg.LeaseDuration, RenewDeadline: c.cfg.LeaseDuration * 2 / 3, RetryPeriod: c.cfg.LeaseDuration / 5,
		ReleaseOnCancel: true, Name: c.cfg.LeaseName,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: lead,
			OnStoppedLeading: func() {},
			OnNewLeader: func(leader string) {
				c.log.Info().Str("leader", leader).Bool("this", leader == c.cfg.Identity).Msg("leader elected")
			},
		},
	}
}

// notedLock notes which requests for the Lease fail.
type notedLock struct {
	resourcelock.Interface
	watches *Watches
}

func (l notedLock) Get(ctx context.Context) (*resourcelock.LeaderElectionRecord, []byte, error) {
	record, raw, err := l.Interface.Get(ctx)
	if !apierrors.IsNotFound(err) {
		l.watches.note(resourceLeases, err)
	}
	return record, raw, err
}

func (l notedLock) Create(ctx context.Context, r resourcelock.LeaderElectionRecord) error {
	return l.changed(l.Interface.Create(ctx, r))
}

func (l notedLock) Update(ctx context.Context, r resourcelock.LeaderElectionRecord) error {
	return l.changed(l.Interface.Update(ctx, r))
}

func (l notedLock) changed(err error) error {
	if !apierrors.IsConflict(err) && !apierrors.IsAlreadyExists(err) {
		l.watches.note(resourceLeases, err)
	}
	return err
}

// lead controls until ctx ends.
func (c *Controller) lead(ctx context.Context) {
	c.term.Lock()
	defer c.term.Unlock()
	if ctx.Err() != nil {
		return
	}
	queue := newServiceQueue()
	c.loop.Forget() // of an earlier term: others have been here since
	c.queue.Store(queue)
	c.leading.Store(true)
	c.log.Info().Msg("controller leads")
	defer func() {
		c.leading.Store(false)
		c.queue.Store(nil)
		c.log.Info().Msg("controller does not lead any more")
	}()
	for _, service := range c.services() {
		queue.Add(service)
	}
	var workers sync.WaitGroup
	for range c.cfg.Workers {
		workers.Go(func() {
			for c.next(ctx, queue) {
			}
		})
	}
	<-ctx.Done()
	queue.ShutDown()
	workers.Wait()
}

// services returns those that have items, or a Deployment that works on some.
func (c *Controller) services() []string {
	services := c.scalable()
	for _, service := range c.tally.Services() {
		services[service] = true
	}
	return slices.Sorted(maps.Keys(services))
}

// scalable returns the services for which there are Deployments.
func (c *Controller) scalable() map[string]bool {
	services := map[string]bool{}
	for _, object := range c.deploys.GetStore().List() {
		if service := serviceOf(object); service != "" {
			services[service] = true
		}
	}
	return services
}

// serviceQueue holds the services to look at, each once.
type serviceQueue struct {
	workqueue.TypedRateLimitingInterface[string]

	mu    sync.Mutex
	since map[string]time.Time // when something happened that was not looked at yet
}

func newServiceQueue() *serviceQueue {
	return &serviceQueue{since: map[string]time.Time{}, TypedRateLimitingInterface: workqueue.NewTypedRateLimitingQueue(
		workqueue.NewTypedItemExponentialFailureRateLimiter[string](firstRetry, maxRetry))}
}

// happened has service looked at after a while, in which more may happen.
func (c *Controller) happened(service string) {
	queue := c.queue.Load()
	if queue == nil || service == "" {
		return
	}
	queue.mu.Lock()
	if _, known := queue.since[service]; !known {
		queue.since[service] = time.Now()
	}
	queue.mu.Unlock()
	queue.AddAfter(service, c.cfg.Coalesce)
}

// took returns how long what has happened was not looked at.
func (q *serviceQueue) took(service string) (since time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	since = q.since[service]
	delete(q.since, service)
	return since
}

// next looks at one service, and tells if there may be others.
func (c *Controller) next(ctx context.Context, queue *serviceQueue) (more bool) {
	service, shutdown := queue.Get()
	if shutdown {
		return false
	}
	defer queue.Done(service)
	since := queue.took(service)
	again, err := c.loop.Sync(ctx, service)
	c.metrics.decided(service, since, err)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		queue.AddRateLimited(service)
	default:
		queue.Forget(service)
		if again > 0 {
			queue.AddAfter(service, again)
		}
	}
	return true
}

// Reconsider has all services looked at, as other rules hold. It is safe for
// concurrent use.
func (c *Controller) Reconsider() {
	if c.queue.Load() == nil {
		return
	}
	for _, service := range c.services() {
		c.happened(service)
	}
}

package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/scaling"
	"github.com/opendeliverygear/odg/worker"
)

// lookInterval is how often the backlog is looked at for work that nobody told of.
const lookInterval = 5 * time.Second

// work keeps as many workers as there is work for, until ctx ends; they finish what
// they are at. It returns the error of a worker that cannot go on.
func (d *daemon) work(ctx context.Context) error {
	all := crews{failed: make(chan error, 1), of: map[string]*crew{}}
	defer all.wait()
	look := time.NewTicker(lookInterval)
	defer look.Stop()
	var hiredBy *site
	var here []extension
	for {
		site := d.current()
		if site != hiredBy {
			all.dismiss() // they work by other rules
			hiredBy, here = site, site.here(d.eol)
		}
		for _, e := range here {
			if n, err := replicas(ctx, site, e.service); err == nil {
				all.crew(e.service).resize(n, func() *worker.Worker {
					return site.worker(e, worker.Config{Log: site.log, Observer: d.observer(e)})
				})
			} else if ctx.Err() == nil {
				d.t.log.Warn().Err(err).Str("extension", e.service).Msg("backlog not read")
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case err := <-all.failed:
			return err
		case <-d.queued:
		case <-look.C:
		}
	}
}

// replicas returns how many workers an extension of the site needs now.
func replicas(ctx context.Context, s *site, service string) (int, error) {
	items, err := s.queue.List(ctx, backlog.Filter{Services: []string{service}, Parked: new(false)})
	if err != nil {
		return 0, err
	}
	size := s.extensions.Scaling(service)
	return scaling.Replicas(len(items), scaling.Config{ItemsPerReplica: size.ItemsPerReplica, MaxReplicas: size.MaxReplicas}), nil
}

// crews are the workers of all services.
type crews struct {
	failed chan error // of a worker that cannot go on; the first counts
	of     map[string]*crew
}

func (c crews) crew(service string) *crew {
	if c.of[service] == nil {
		c.of[service] = &crew{failed: c.failed}
	}
	return c.of[service]
}

func (c crews) dismiss() {
	for _, crew := range c.of {
		crew.resize(0, nil)
	}
}

func (c crews) wait() {
	c.dismiss()
	for _, crew := range c.of {
		crew.wait()
	}
}

func (d *daemon) observer(e extension) worker.Observer {
	tell := func(item backlog.Item, format string, args ...any) {
		d.say("%s %s: %s", item.Service, describe(item.Artefact), fmt.Sprintf(format, args...))
	}
	return worker.Observer{
		Finished: func(item backlog.Item) { tell(item, "%s", e.done) },
		Skipped:  func(item backlog.Item, err error) { tell(item, "skipped: %s", withRegistryHint(err)) },
		Parked:   func(item backlog.Item, err error) { tell(item, "parked: %s", withRegistryHint(err)) },
		Failed: func(item backlog.Item, err error, notBefore time.Time) {
			tell(item, "failed, tried again at %s: %s", notBefore.UTC().Format(time.RFC3339), withRegistryHint(err))
		},
	}
}

// crew is the workers of one service.
type crew struct {
	failed chan error // of a worker that cannot go on; the first counts

	hired []*worker.Worker
	mu    sync.Mutex
	alive int // the hired, and those that finish what they are at
	ended sync.WaitGroup
}

// resize hires and dismisses until there are n workers, counting those that were
// dismissed and are not done yet: what is missing then, the next call hires.
func (c *crew) resize(n int, hire func() *worker.Worker) {
	for len(c.hired) > n {
		last := len(c.hired) - 1
		c.hired[last].Stop()
		c.hired = c.hired[:last]
	}
	for len(c.hired) < n && c.begin(n) {
		w := hire()
		c.hired = append(c.hired, w)
		c.ended.Go(func() {
			err := w.Run(context.Background()) // it is stopped, not cut off
			c.end()
			if err != nil {
				select {
				case c.failed <- err:
				default:
				}
			}
		})
	}
}

// begin counts one more worker, unless there are n.
func (c *crew) begin(n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.alive >= n {
		return false
	}
	c.alive++
	return true
}

func (c *crew) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.alive--
}

// wait dismisses all workers and waits until they are done.
func (c *crew) wait() {
	c.resize(0, nil)
	c.ended.Wait()
}

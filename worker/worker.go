package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/opendeliverygear/odg/backlog"
)

// Worker runs one extension. Make one with [New]; it runs once.
type Worker struct {
	queue   Queue
	core    Core
	scanner Scanner
	cfg     Config
	invalid error

	stop    chan struct{}
	stopped sync.Once
	ended   signal // an item is no longer worked on
}

// New returns a worker. A fault of cfg is reported when it runs.
func New(queue Queue, core Core, scanner Scanner, cfg Config) *Worker {
	return &Worker{
		queue: queue, core: core, scanner: scanner,
		cfg: cfg.withDefaults(), invalid: cfg.Validate(),
		stop: make(chan struct{}), ended: signal{c: make(chan struct{})},
	}
}

// Run works until [Worker.Stop], then it returns nil, or until ctx is done, then
// it gives items back and returns the cause. It returns when all of its
// goroutines have ended; for that, scanners must obey their context. Errors of
// the queue are logged and waited out.
func (w *Worker) Run(ctx context.Context) error { return w.run(ctx, w.serve) }

// RunUntilEmpty works until the backlog of the service is empty. It waits for
// items that back off and for those that others hold; parked ones remain. Unlike
// [Worker.Run] it returns the error of the queue when it cannot claim.
func (w *Worker) RunUntilEmpty(ctx context.Context) error { return w.run(ctx, w.drain) }

// Stop lets the worker finish the items at hand and take no further ones. It does
// not wait, may be called at any time, more than once, and concurrently.
func (w *Worker) Stop() { w.stopped.Do(func() { close(w.stop) }) }

func (w *Worker) run(ctx context.Context, idle idleFunc) error {
	if w.invalid != nil {
		return w.invalid
	}
	w.cfg.Log.Info().Str("extension", w.cfg.Service).Int("parallel", w.cfg.Parallel).Msg("worker started")
	slots, slotCtx := errgroup.WithContext(ctx)
	for range w.cfg.Parallel {
		slots.Go(func() error { return w.slot(slotCtx, idle) })
	}
	err := slots.Wait()
	w.cfg.Log.Info().Str("extension", w.cfg.Service).Err(err).Msg("worker ended")
	if err == nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// slot works on one item after the other.
func (w *Worker) slot(ctx context.Context, idle idleFunc) error {
	for !w.leaving(ctx) {
		ended, wake := w.ended.next(), w.wake() // taken first, so that no end and no item is missed
		began := time.Now()
		claim, err := w.queue.Claim(ctx, backlog.ClaimRequest{
			Services: []string{w.cfg.Service}, Holder: w.cfg.Holder, Lease: w.cfg.Lease,
		})
		if err == nil {
			if err := w.turn(ctx, claim, began); err != nil {
				return err
			}
			w.ended.send()
			continue
		}
		if ctx.Err() != nil {
			return nil
		}
		wait, err := idle(ctx, err)
		if errors.Is(err, errEnough) {
			return nil
		}
		if err != nil {
			return err
		}
		w.pause(ctx, wait, ended, wake)
	}
	return nil
}

// wake returns what is closed when work arrives, or nil if the queue does not tell.
func (w *Worker) wake() <-chan struct{} {
	if q, ok := w.queue.(waker); ok {
		return q.Wake()
	}
	return nil
}

func (w *Worker) leaving(ctx context.Context) bool {
	select {
	case <-w.stop:
		return true
	case <-ctx.Done():
		return true
	default:
		return false
	}
}

// pause waits for d, at most until an item ends or arrives, or the worker is to leave.
func (w *Worker) pause(ctx context.Context, d time.Duration, ended, wake <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ended:
	case <-wake:
	case <-w.stop:
	case <-ctx.Done():
	}
}

// signal wakes all who wait for it.
type signal struct {
	mu sync.Mutex
	c  chan struct{}
}

func (s *signal) next() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.c
}

func (s *signal) send() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.c)
	s.c = make(chan struct{})
}

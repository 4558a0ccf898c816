package worker

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/opendeliverygear/odg/backlog"
)

// lease is a claim that is renewed as long as the work goes on.
type lease struct {
	w     *Worker
	claim backlog.Claim
	until atomic.Pointer[time.Time] // when it ends unless it is renewed
}

// hold renews a claim until the returned function is called, which waits for the
// heartbeat to end and says if the claim was lost. The returned context ends with
// the claim. began is when the claim was asked for.
func (w *Worker) hold(ctx context.Context, c backlog.Claim, began time.Time) (context.Context, *lease, func() error) {
	held, cancel := context.WithCancelCause(ctx)
	l := &lease{w: w, claim: c}
	l.renewed(began)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := l.beat(held); err != nil {
			cancel(err)
		}
	}()
	return held, l, func() error {
		cancel(nil)
		<-done
		if cause := context.Cause(held); errors.Is(cause, backlog.ErrClaimLost) {
			return cause
		}
		return nil
	}
}

// beat renews the claim. It returns nil when ctx is done, and otherwise why the claim
// is lost. A renewal that fails for another reason is tried again while the lease lasts.
func (l *lease) beat(ctx context.Context) error {
	interval := max(l.w.cfg.Lease/3, 1)
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		err := l.renew(ctx, interval)
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, backlog.ErrClaimLost):
			return err
		case !time.Now().Before(l.end()):
			return fmt.Errorf("%w: it could not be renewed: %w", backlog.ErrClaimLost, err)
		}
	}
}

// renew renews the claim within the timeout.
func (l *lease) renew(ctx context.Context, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	began := time.Now()
	err := l.w.queue.Renew(ctx, l.claim, l.w.cfg.Lease)
	if err == nil {
		l.renewed(began)
	}
	return err
}

// renewed notes that the claim holds as of began, or later.
func (l *lease) renewed(began time.Time) {
	until := began.Add(l.w.cfg.Lease)
	for {
		known := l.until.Load()
		if known != nil && until.Before(*known) || l.until.CompareAndSwap(known, &until) {
			return
		}
	}
}

// end is when the lease is over, as far as is known here.
func (l *lease) end() time.Time { return *l.until.Load() }

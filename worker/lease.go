package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/backlog"
)

// hold renews a claim until the returned function is called, which waits for the
// heartbeat to end and says if the claim was lost. The returned context ends with
// the claim. began is when the claim was asked for.
func (w *Worker) hold(ctx context.Context, c backlog.Claim, began time.Time) (context.Context, func() error) {
	held, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := w.beat(held, c, began.Add(w.cfg.Lease)); err != nil {
			cancel(err)
		}
	}()
	return held, func() error {
		cancel(nil)
		<-done
		if cause := context.Cause(held); errors.Is(cause, backlog.ErrClaimLost) {
			return cause
		}
		return nil
	}
}

// beat renews a claim that holds until the given time. It returns nil when ctx is
// done, and otherwise why the claim is lost. A renewal that fails for another
// reason is tried again while the lease lasts.
func (w *Worker) beat(ctx context.Context, c backlog.Claim, until time.Time) error {
	interval := max(w.cfg.Lease/3, 1)
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		began := time.Now()
		err := w.renew(ctx, c, interval)
		switch {
		case err == nil:
			until = began.Add(w.cfg.Lease)
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, backlog.ErrClaimLost):
			return err
		case !time.Now().Before(until):
			return fmt.Errorf("%w: it could not be renewed: %w", backlog.ErrClaimLost, err)
		}
	}
}

func (w *Worker) renew(ctx context.Context, c backlog.Claim, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return w.queue.Renew(ctx, c, w.cfg.Lease)
}

package worker

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/store"
)

// turn works on a claimed item. It only returns errors that end the run. began is
// when the claim was asked for.
func (w *Worker) turn(ctx context.Context, c backlog.Claim, began time.Time) error {
	log := w.cfg.Log.With().Str("extension", w.cfg.Service).Str("backlog_item", c.Item.Name()).Logger()
	ctx = log.WithContext(ctx)
	log.Info().Stringer("priority", c.Item.Priority).Int("attempts", c.Item.Attempts).Msg("scan started")
	w.cfg.Observer.claimed(c.Item)
	if w.cfg.Retry.Exhausted(c.Item.Attempts) {
		// Its earlier attempts ended without a word, such as by killing their process.
		err := fmt.Errorf("given up after %d attempts: %s", c.Item.Attempts, c.Item.LastError)
		return w.settle(ctx, c, Permanent(err))
	}
	held, lease, release := w.hold(ctx, c, began)
	err := w.work(held, lease)
	if lost := release(); lost != nil {
		err = lost
	}
	return w.settle(ctx, c, err)
}

// work scans the artefact of a claim and stores the result, as long as the claim is held.
func (w *Worker) work(ctx context.Context, l *lease) error {
	result, err := w.scan(ctx, l.claim.Item.Artefact)
	if err != nil {
		return err
	}
	// From here on, the lease lasts for long enough to store the result.
	if err := l.renew(ctx, settleTimeout); err != nil {
		return fmt.Errorf("renew claim before upload: %w", err)
	}
	// The core refuses what was sent in time and comes when the lease is over.
	return w.upload(store.Until(ctx, l.end), l.claim.Item.Artefact, result)
}

// scan calls the scanner within its time and turns a panic into an error.
func (w *Worker) scan(ctx context.Context, id artefact.ID) (result Result, err error) {
	if w.cfg.ScanTimeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, w.cfg.ScanTimeout,
			fmt.Errorf("scan took longer than %s: %w", w.cfg.ScanTimeout, context.DeadlineExceeded))
		defer cancel()
	}
	defer func() {
		if p := recover(); p != nil {
			zerolog.Ctx(ctx).Error().Bytes("stack", debug.Stack()).Interface("panic", p).Msg("scanner panicked")
			err = fmt.Errorf("scanner panicked: %v", p)
		}
	}()
	result, err = w.scanner.Scan(ctx, id)
	if ctx.Err() != nil {
		return Result{}, context.Cause(ctx)
	}
	return result, err
}

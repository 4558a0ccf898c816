package worker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/store"
)

// settleTimeout bounds telling the queue what became of an item. It is told even
// when the worker is being cancelled.
const settleTimeout = 10 * time.Second

// maxReason bounds the text that is kept of an error, in bytes.
const maxReason = 4 << 10

// settle tells the queue what became of an item on which work ended with err. It
// returns an error if the run must end.
func (w *Worker) settle(ctx context.Context, c backlog.Claim, err error) error {
	cancelled := ctx.Err() != nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	switch {
	case err == nil:
		return w.told(ctx, c, w.finish(ctx, c))
	case errors.Is(err, backlog.ErrClaimLost):
		w.lose(ctx, c, err)
		return nil
	case cancelled:
		return w.told(ctx, c, w.release(ctx, c))
	case w.cfg.Fatal(err):
		return errors.Join(err, w.release(ctx, c))
	case errors.Is(err, ErrUnsupported) && w.cfg.OnUnsupported != extcfg.UnsupportedFail:
		return w.told(ctx, c, w.skip(ctx, c, err))
	}
	return w.told(ctx, c, w.fail(ctx, c, err))
}

// told judges the answer of the queue. An item about which it could not be told
// anything comes back when its lease ends.
func (w *Worker) told(ctx context.Context, c backlog.Claim, err error) error {
	switch {
	case err == nil:
		return nil
	case w.cfg.Fatal(err):
		return err
	}
	w.lose(ctx, c, err)
	return nil
}

func (w *Worker) lose(ctx context.Context, c backlog.Claim, err error) {
	zerolog.Ctx(ctx).Warn().Err(err).Msg("claim lost")
	w.cfg.Observer.lost(c.Item, err)
}

func (w *Worker) finish(ctx context.Context, c backlog.Claim) error {
	if err := w.queue.Finish(ctx, c); err != nil {
		return err
	}
	zerolog.Ctx(ctx).Info().Msg("scan finished")
	w.cfg.Observer.finished(c.Item)
	return nil
}

func (w *Worker) release(ctx context.Context, c backlog.Claim) error {
	if err := w.queue.Release(ctx, c); err != nil {
		return err
	}
	zerolog.Ctx(ctx).Info().Msg("claim released")
	w.cfg.Observer.released(c.Item)
	return nil
}

func (w *Worker) skip(ctx context.Context, c backlog.Claim, err error) error {
	if err := w.queue.Finish(ctx, c); err != nil {
		return err
	}
	if w.cfg.OnUnsupported == extcfg.UnsupportedWarning {
		zerolog.Ctx(ctx).Warn().Err(err).Msg("artefact skipped")
	}
	w.cfg.Observer.skipped(c.Item, err)
	return nil
}

func (w *Worker) fail(ctx context.Context, c backlog.Claim, err error) error {
	notBefore, park := w.cfg.Retry.Next(c.Item.Attempts+1, w.cfg.Now(), w.cfg.Rand())
	if hopeless(err) {
		notBefore, park = time.Time{}, true
	}
	failure := backlog.Failure{Reason: reason(err), NotBefore: notBefore, Park: park}
	if qerr := w.queue.Fail(ctx, c, failure); qerr != nil {
		return fmt.Errorf("%w, while reporting: %w", qerr, err)
	}
	if park {
		zerolog.Ctx(ctx).Error().Err(err).Msg("item parked")
		w.cfg.Observer.parked(c.Item, err)
		return nil
	}
	zerolog.Ctx(ctx).Warn().Err(err).Time("not_before", notBefore).Msg("scan failed")
	w.cfg.Observer.failed(c.Item, err, notBefore)
	return nil
}

// hopeless tells errors that another attempt does not cure.
func hopeless(err error) bool {
	return errors.Is(err, ErrPermanent) || errors.Is(err, ErrUnsupported) || errors.Is(err, store.ErrConflict)
}

// reason is what is kept of an error, such that any database can hold it.
func reason(err error) string {
	text := err.Error()
	if len(text) > maxReason {
		text = text[:maxReason] + "…"
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

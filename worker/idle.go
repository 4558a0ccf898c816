package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/backlog"
)

// idleFunc says how long a slot waits after a claim failed with err. It returns
// errEnough if the slot is to leave, and any other error if the run must end.
type idleFunc func(ctx context.Context, err error) (time.Duration, error)

// errEnough says that there is nothing more to do.
var errEnough = errors.New("nothing left to do")

// shortestWait keeps a worker whose clock differs from that of the queue from
// asking without pause.
const shortestWait = 20 * time.Millisecond

// serve waits for work for ever.
func (w *Worker) serve(_ context.Context, err error) (time.Duration, error) {
	if !errors.Is(err, backlog.ErrEmpty) {
		w.cfg.Log.Warn().Err(err).Str("extension", w.cfg.Service).Msg("claim failed")
	}
	return w.cfg.Poll, nil
}

// drain waits as long as there are items that somebody will work on.
func (w *Worker) drain(ctx context.Context, err error) (time.Duration, error) {
	if !errors.Is(err, backlog.ErrEmpty) {
		return 0, fmt.Errorf("claim backlog item: %w", err)
	}
	items, err := w.queue.List(ctx, backlog.Filter{Services: []string{w.cfg.Service}, Parked: new(false)})
	if err != nil {
		return 0, fmt.Errorf("list backlog: %w", err)
	}
	if len(items) == 0 {
		return 0, errEnough
	}
	return w.untilNext(items), nil
}

// untilNext returns the time until the first of items may be claimed, within
// bounds.
func (w *Worker) untilNext(items []backlog.Item) time.Duration {
	now, wait := w.cfg.Now(), w.cfg.Poll
	for _, item := range items {
		at := item.NotBefore
		if item.LeaseEnd.After(at) {
			at = item.LeaseEnd
		}
		wait = min(wait, at.Sub(now))
	}
	return max(wait, shortestWait)
}

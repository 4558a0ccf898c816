package postgres

import (
	"context"
	"math/rand/v2"
	"time"
)

// The pauses between tries.
const (
	firstPause = 5 * time.Millisecond
	longPause  = time.Second
)

// retry runs f again while it fails for a reason that passes: other writers, or a
// server that is being restarted. A commit whose answer was lost is done again too,
// so f must bear that.
func (s *Store) retry(ctx context.Context, act string, f func(ctx context.Context) error) error {
	if err := s.usable(ctx, act); err != nil {
		return err
	}
	running, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.closing, cancel)()
	start, pause := time.Now(), firstPause
	for {
		err := f(running)
		if err == nil {
			return nil
		}
		if running.Err() != nil || !isRace(err) && !isAway(err) || time.Since(start)+pause > s.cfg.RetryFor {
			return s.wrap(ctx, act, err)
		}
		s.cfg.Log.Debug().Err(err).Str("act", act).Dur("pause", pause).Msg("database call retried")
		wait(running, pause/2+rand.N(pause))
		pause = min(2*pause, longPause)
	}
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

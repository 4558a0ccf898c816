package memory

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var _ store.Historian = (*Store)(nil)

// past is the history.
type past struct {
	acts     int64           // how many writes there were
	versions []store.Version // that have ended, in the order in which they did
}

// act numbers a write, and says what is known of it.
func (s *Store) act(ctx context.Context, now time.Time) store.Act {
	s.past.acts++
	a := store.ActOf(ctx)
	if a.At.IsZero() {
		a.At = now.UTC().Truncate(time.Microsecond)
	}
	return a
}

// end appends what is in a row to the history, and returns what begins then.
func (s *Store) end(r *row, turn store.Turn) origin {
	if began := r.origin.turn.At; turn.At.Before(began) {
		turn.At = began
	}
	if store.Recorded(r.entry.Meta.Type) {
		v := r.version()
		v.Ended, v.Point.Ended = turn, s.past.acts
		s.past.versions = append(s.past.versions, v)
	}
	return origin{s.past.acts, turn}
}

// origin is what made the present content of a row.
type origin struct {
	act  int64
	turn store.Turn
}

func (r *row) version() store.Version {
	return store.Version{
		ID: r.id, Entry: r.entry, Began: r.origin.turn,
		Point: store.Point{At: r.origin.turn.At, Began: r.origin.act, ID: r.id, Ended: store.NotEnded},
	}
}

// AsOf implements [store.Historian].
func (s *Store) AsOf(ctx context.Context, q store.Query, at time.Time) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		versions, err := s.versions(ctx, q)
		if err != nil {
			yield(metadata.Entry{}, fmt.Errorf("query metadata as of %s: %w", at.Format(time.RFC3339), err))
			return
		}
		told := map[string]bool{}
		for _, v := range versions { // in the order in which they were written
			then := !v.Began.At.After(at) && (v.Present() || v.Ended.At.After(at))
			if !then || told[v.ID] || !store.Matches(q, v.Entry) {
				continue
			}
			told[v.ID] = true
			if err := ctx.Err(); err != nil {
				yield(metadata.Entry{}, fmt.Errorf("query metadata as of %s: %w", at.Format(time.RFC3339), err))
				return
			}
			if !yield(v.Entry, nil) {
				return
			}
		}
	}
}

// versions are those that may match q: all that have ended, then the present ones.
func (s *Store) versions(ctx context.Context, q store.Query) ([]store.Version, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	all := slices.Clip(s.past.versions)
	for _, r := range s.find(q) {
		if store.Recorded(r.entry.Meta.Type) {
			all = append(all, r.version())
		}
	}
	return all, nil
}

// History implements [store.Historian].
func (s *Store) History(ctx context.Context, q store.HistoryQuery) iter.Seq2[store.Version, error] {
	return func(yield func(store.Version, error) bool) {
		versions, err := s.versions(ctx, q.Query)
		if err != nil {
			yield(store.Version{}, fmt.Errorf("read history: %w", err))
			return
		}
		for _, v := range page(versions, q) {
			if err := ctx.Err(); err != nil {
				yield(store.Version{}, fmt.Errorf("read history: %w", err))
				return
			}
			if !yield(v, nil) {
				return
			}
		}
	}
}

// page returns those of the versions that q asks for, in their order.
func page(versions []store.Version, q store.HistoryQuery) []store.Version {
	var asked []store.Version
	for _, v := range versions {
		if (q.After == store.Point{} || v.Point.Compare(q.After) > 0) && store.Matches(q.Query, v.Entry) {
			asked = append(asked, v)
		}
	}
	slices.SortFunc(asked, func(a, b store.Version) int { return a.Point.Compare(b.Point) })
	if q.Limit > 0 && len(asked) > q.Limit {
		asked = asked[:q.Limit]
	}
	return asked
}

// HistoryBegan implements [store.Historian]: everything that was stored is in it.
func (s *Store) HistoryBegan(ctx context.Context) (time.Time, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return time.Time{}, s.usable(ctx)
}

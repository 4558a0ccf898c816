package memory

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// journal lists what was written and deleted, each in order.
type journal struct {
	id        string
	last      int64  // number of the last change
	written   []*row // some of which have been replaced or deleted since
	deleted   []deletion
	forgotten int64 // number of the last deletion that was dropped
}

type deletion struct {
	number int64
	id     string
	typ    metadata.Type
	at     time.Time
}

func newJournal() journal { return journal{id: rand.Text()} }

// wrote numbers a row that is written.
func (s *Store) wrote(r *row) {
	s.journal.last++
	r.changed = s.journal.last
	s.journal.written = append(s.journal.written, r)
	s.compact()
}

// compact drops the rows that are not those of their entries any more, once they
// are the greater part.
func (s *Store) compact() {
	if len(s.journal.written) > 2*len(s.byID)+64 {
		s.journal.written = slices.Collect(s.present(s.journal.written))
	}
}

// present yields the rows that are still those of their entries.
func (s *Store) present(rows []*row) iter.Seq[*row] {
	return func(yield func(*row) bool) {
		for _, r := range rows {
			if s.byID[r.id] == r && !yield(r) {
				return
			}
		}
	}
}

// forget drops the deletions from before a time.
func (j *journal) forget(before time.Time) {
	n := 0
	for n < len(j.deleted) && j.deleted[n].at.Before(before) {
		j.forgotten = j.deleted[n].number
		n++
	}
	if n > 0 {
		j.deleted = slices.Clone(j.deleted[n:])
	}
}

func (j *journal) feed() store.Feed {
	return store.Feed{ID: j.id, Last: position(j.last), Forgotten: position(j.forgotten)}
}

func position(number int64) store.Position { return store.Position{Row: number} }

// Changes implements [store.ChangeReader]. A change shows at once.
func (s *Store) Changes(ctx context.Context, since store.Cursor, types []metadata.Type) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		events, err := s.events(ctx, since, types)
		if err != nil {
			yield(store.Event{}, fmt.Errorf("read changes: %w", err))
			return
		}
		for _, e := range events {
			if err := ctx.Err(); err != nil {
				yield(store.Event{}, fmt.Errorf("read changes: %w", err))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (s *Store) events(ctx context.Context, since store.Cursor, types []metadata.Type) ([]store.Event, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	feed := s.journal.feed()
	place, err := feed.Resume(since)
	if err != nil {
		return nil, err
	}
	wanted := func(t metadata.Type) bool { return len(types) == 0 || slices.Contains(types, t) }
	var events []store.Event
	deleted := after(s.journal.deleted, place.Deletions(), func(d deletion) int64 { return d.number })
	tell := func(d deletion) {
		if wanted(d.typ) {
			events = append(events, store.Event{ID: d.id, Deleted: true, Cursor: place.Cursor(position(d.number))})
		}
	}
	for r := range s.present(after(s.journal.written, place.After, func(r *row) int64 { return r.changed })) {
		for len(deleted) > 0 && deleted[0].number < r.changed {
			tell(deleted[0])
			deleted = deleted[1:]
		}
		if wanted(r.entry.Meta.Type) {
			events = append(events, store.Event{ID: r.id, Entry: r.entry, Cursor: place.Cursor(position(r.changed))})
		}
	}
	for _, d := range deleted {
		tell(d)
	}
	return append(events, store.Event{Cursor: place.Cursor(feed.Last)}), nil
}

// after returns the part of a list that comes after a position.
func after[T any](list []T, p store.Position, number func(T) int64) []T {
	i, _ := slices.BinarySearchFunc(list, p.Row+1, func(e T, n int64) int { return cmp.Compare(number(e), n) })
	return list[i:]
}

package memory

import (
	"bytes"
	"context"
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Upsert implements [store.Upserter].
func (s *Store) Upsert(ctx context.Context, entries []metadata.Entry, opts store.UpsertOptions) (store.Change, error) {
	batch, err := store.NewBatch(entries, opts)
	if err != nil {
		return store.Change{}, fmt.Errorf("upsert %d entries: %w", len(entries), err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(ctx); err != nil {
		return store.Change{}, fmt.Errorf("upsert %d entries: %w", len(entries), err)
	}
	known := s.known(batch.IDs())
	planned, err := batch.Plan(known, s.candidates(batch.Wanted(known)))
	if err != nil {
		return store.Change{}, fmt.Errorf("upsert %d entries: %w", len(entries), err)
	}
	return s.write(planned, s.act(ctx, opts.Now)), nil
}

func (s *Store) known(ids []string) map[string]metadata.Entry {
	known := map[string]metadata.Entry{}
	for _, id := range ids {
		if r, ok := s.byID[id]; ok {
			known[id] = r.entry
		}
	}
	return known
}

func (s *Store) candidates(wanted []store.Wanted) map[store.Wanted]metadata.Candidate {
	found := map[store.Wanted]metadata.Candidate{}
	for _, w := range wanted {
		for _, r := range s.byReuseKey[w.ReuseKey] {
			c, ok := w.Candidate(r.entry)
			if best, exists := found[w]; ok && (!exists || store.Prefer(c, best)) {
				found[w] = c
			}
		}
	}
	return found
}

func (s *Store) write(planned []store.Row, act store.Act) store.Change {
	var change store.Change
	for _, p := range planned {
		from := origin{s.past.acts, store.Turn{What: store.Inserted, Act: act}}
		old, exists := s.byID[p.ID]
		switch {
		case !exists:
			change.Inserted++
		case same(old.entry, p.Entry):
			continue
		default:
			change.Updated++
			if from = old.origin; !store.SameContent(old.entry, p.Entry) {
				from = s.end(old, store.Turn{What: store.Changed, Act: act})
			}
			s.remove(old)
		}
		s.insert(&row{id: p.ID, reuseKey: p.ReuseKey, entry: p.Entry, origin: from})
	}
	return change
}

// same tells if an update from a to b changes nothing.
func same(a, b metadata.Entry) bool {
	return a.Meta.LastUpdate == b.Meta.LastUpdate && a.Meta.CreationDate == b.Meta.CreationDate &&
		bytes.Equal(a.Meta.Responsibles, b.Meta.Responsibles) &&
		(a.Meta.AssigneeMode == nil) == (b.Meta.AssigneeMode == nil) &&
		artefact.Text(a.Meta.AssigneeMode) == artefact.Text(b.Meta.AssigneeMode) &&
		bytes.Equal(a.Data.Raw(), b.Data.Raw())
}

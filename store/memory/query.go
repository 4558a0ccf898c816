package memory

import (
	"context"
	"fmt"
	"iter"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Query implements [store.Querier].
func (s *Store) Query(ctx context.Context, q store.Query) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		selected, err := s.selected(ctx, q)
		if err != nil {
			yield(metadata.Entry{}, fmt.Errorf("query metadata: %w", err))
			return
		}
		for _, r := range selected {
			if err := ctx.Err(); err != nil {
				yield(metadata.Entry{}, fmt.Errorf("query metadata: %w", err))
				return
			}
			if !yield(r.entry, nil) {
				return
			}
		}
	}
}

// CountByArtefact implements [store.Counter].
func (s *Store) CountByArtefact(ctx context.Context, q store.Query) (map[string]int, error) {
	selected, err := s.selected(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("count metadata: %w", err)
	}
	counts := map[string]int{}
	for _, r := range selected {
		counts[r.entry.Artefact.Key()]++
	}
	return counts, nil
}

// selected returns the rows that q selects now.
func (s *Store) selected(ctx context.Context, q store.Query) ([]*row, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, err
	}
	return s.find(q), nil
}

// find returns the rows that q selects. The caller holds the lock.
func (s *Store) find(q store.Query) []*row {
	if len(q.IDs) > 0 {
		named := rows{}
		for _, id := range q.IDs {
			if r, ok := s.byID[id]; ok {
				named[id] = r
			}
		}
		return appendMatching(nil, named, q)
	}
	if len(q.Artefacts) == 0 && q.Covering != nil {
		var list []*row
		for _, name := range scopes(artefact.Text(q.Covering.ComponentName)) {
			list = appendMatching(list, s.byComponent[name], q)
		}
		return list
	}
	if len(q.Artefacts) == 0 {
		return appendMatching(nil, s.byID, q)
	}
	var list []*row
	for name, selectors := range byComponent(q) {
		part := q
		part.Artefacts = selectors
		list = appendMatching(list, s.byComponent[name], part)
	}
	return list
}

// scopes are the components whose rows may be about one of that name, each once.
func scopes(name string) []component {
	list := []component{{null: true}, {}}
	if name != "" {
		list = append(list, component{name: name})
	}
	return list
}

// byComponent sorts the selectors of q by the component whose rows they may match,
// so that each row is looked at once, with its own selectors.
func byComponent(q store.Query) map[component][]store.Selector {
	groups := map[component][]store.Selector{}
	for _, sel := range q.Artefacts {
		name := componentOf(sel.ComponentName)
		groups[name] = append(groups[name], sel)
		if q.NullMatches && !name.null {
			null := component{null: true}
			groups[null] = append(groups[null], sel)
		}
	}
	return groups
}

func appendMatching(list []*row, rows rows, q store.Query) []*row {
	for _, r := range rows {
		if store.Matches(q, r.entry) {
			list = append(list, r)
		}
	}
	return list
}

package postgres

import (
	"context"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
)

// SearchBounds says how much a search reads.
type SearchBounds struct{ Rows, First, Growth, Entries int }

// UsualBounds are those of [Store.Search].
var UsualBounds = SearchBounds(struct{ Rows, First, Growth, Entries int }{
	usualBounds.rows, usualBounds.first, usualBounds.growth, usualBounds.entries,
})

// SearchWithin is [Store.Search] with other bounds.
func (s *Store) SearchWithin(ctx context.Context, q *search.Query, applies func(metadata.Entry) bool, b SearchBounds) (search.Result, error) {
	return s.search(ctx, q, applies, searchBounds{b.Rows, b.First, b.Growth, b.Entries})
}

// SearchStatement is the statement of a slice.
func SearchStatement(q *search.Query, size, limit int) (string, []any, error) {
	return newSearchPlan(q).statement(beginning(q), size, limit)
}

// UsualSlices are those of a search that finds too little.
func UsualSlices() (slices []struct{ Rows, Entries int }) {
	b := usualBounds
	for rows, size, entries := b.rows, b.first, search.DefaultLimit+1; rows > 0; size, entries = size*b.growth, b.entries {
		slices = append(slices, struct{ Rows, Entries int }{min(size, rows), entries})
		rows -= size
	}
	return slices
}

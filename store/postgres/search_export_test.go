package postgres

import (
	"context"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
)

// SearchBounds says how much a search reads.
type SearchBounds = searchBounds

// The bounds of [Store.Search], and others.
var (
	UsualBounds = usualBounds
	TinyBounds  = searchBounds{rows: 9, first: 2, growth: 2, dropped: 3}
)

// SearchWithin is [Store.Search] with other bounds.
func (s *Store) SearchWithin(ctx context.Context, q *search.Query, applies func(metadata.Entry) bool, b SearchBounds) (search.Result, error) {
	return s.search(ctx, q, applies, b)
}

// SearchStatement is the statement of a slice.
func SearchStatement(q *search.Query, size, limit int) (string, []any, error) {
	return newSearchPlan(q).statement(beginning(q), size, limit)
}

// UsualSlices are the rows and entries of slices that find too little.
func UsualSlices() (slices [][2]int) {
	b := usualBounds
	for rows, size, limit := b.rows, b.first, search.DefaultLimit+1; rows > 0; size *= b.growth {
		slices = append(slices, [2]int{min(size, rows), limit})
		rows -= size
		limit = max(rows, 0)/b.dropped + 1
	}
	return slices
}

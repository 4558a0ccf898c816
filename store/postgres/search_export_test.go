package postgres

import (
	"context"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
)

// SearchBounds says how much a search reads.
type SearchBounds = searchBounds

// Bounds of searches that do not depend on how fast the machine is.
var (
	PatientBounds   = searchBounds{patience: time.Hour, first: 50, next: 100, entries: 20}
	ImpatientBounds = searchBounds{patience: 0, first: 7, next: 1, entries: 3}
)

// SearchWithin is [Store.Search] with other bounds.
func (s *Store) SearchWithin(ctx context.Context, q *search.Query, applies func(metadata.Entry) bool, b SearchBounds) (search.Result, error) {
	return s.search(ctx, q, applies, b)
}

// SearchStatement is the statement of a slice.
func SearchStatement(q *search.Query, size, limit int) (string, []any, error) {
	return newSearchPlan(q, nil).statement(beginning(q), size, limit)
}

// UsualSlices are the rows and entries of slices.
func UsualSlices() [][2]int {
	b := usualBounds
	return [][2]int{{b.first, search.DefaultLimit + 1}, {b.first, b.entries}, {b.next, search.MaxLimit + 1}, {b.next, b.entries}}
}

// QueryStatement is the statement of a query.
func QueryStatement(q store.Query) (string, []any, error) {
	return selection(q, entryColumns).PlaceholderFormat(sq.Dollar).ToSql()
}

// SearchEffectiveWithin is [Store.SearchEffective] with other bounds.
func (s *Store) SearchEffectiveWithin(ctx context.Context, q *search.Query, applies func(metadata.Entry) bool, now time.Time, b SearchBounds) (search.Result, error) {
	return s.searchEffective(ctx, q, applies, now, b)
}

// SearchEffectiveStatement is the statement of a slice, and that of the findings that are
// read apart, of a store with rules.
func (s *Store) SearchEffectiveStatement(q *search.Query, now time.Time, size, limit int) (texts [2]string, args [2][]any, err error) {
	p := newSearchPlan(q, s.rules.types)
	p.doubtful = now
	if texts[0], args[0], err = p.statement(beginning(q), size, limit); err != nil {
		return texts, args, err
	}
	texts[1], args[1], err = p.doubtedStatement(now)
	return texts, args, err
}

package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
)

// How much a search reads. Rows are looked at along an index in the order of the
// page, in slices that grow, so that the usual page costs one statement and the
// unusual one a bounded time: a page that is not full then ends early and says where
// to go on.
var usualBounds = searchBounds{rows: 10_000, first: 500, growth: 4, dropped: 10}

type searchBounds struct {
	rows    int // that a search looks at
	first   int // rows of the first slice
	growth  int // of slices, by which the next is larger
	dropped int // rows that could be looked at while one is brought and dropped
}

// Search returns the page of the entries that q and applies select, as
// [search.Page] would if all entries were offered to it. PostgreSQL looks for them;
// what cannot be said in SQL is decided here.
//
// A call looks at 10,000 rows at most, in the order of the page. With criteria on a
// component, a type, a CVE or a package these are the rows of that component, type
// and so on. A page for which that is not enough ends early; its Next says where to
// go on. Pages in the order of a component, a version or a type sort what is found,
// which takes longer than the order of a time or the id.
func (s *Store) Search(ctx context.Context, q *search.Query, applies func(metadata.Entry) bool) (search.Result, error) {
	return s.search(ctx, q, applies, usualBounds)
}

func (s *Store) search(ctx context.Context, q *search.Query, applies func(metadata.Entry) bool, b searchBounds) (search.Result, error) {
	if err := s.completeForSearch(ctx); err != nil {
		return search.Result{}, err
	}
	r := reading{store: s, plan: newSearchPlan(q), page: q.NewPage(), applies: applies}
	at := beginning(q)
	for rows, size := b.rows, b.first; ; size *= b.growth {
		limit := q.Limit() + 1
		if r.plan.residual || r.dropped > 0 {
			limit = rows/b.dropped + 1
		}
		found, err := r.slice(ctx, at, min(size, rows), limit)
		if err != nil {
			return search.Result{}, err
		}
		at, rows = found.end, rows-found.looked-found.dropped*b.dropped
		if r.page.Full() || at.over {
			return r.page.Result(), nil
		}
		if rows <= 0 && at.after != nil {
			r.page.Until(at.after)
			return r.page.Result(), nil
		}
		rows = max(rows, 1) // those without a first key begin: one of them, to have a place
	}
}

// completeForSearch derives columns of rows that others wrote meanwhile.
func (s *Store) completeForSearch(ctx context.Context) error {
	some := false
	err := s.read(ctx, "search metadata", underived, nil, func(row [][]byte) (bool, error) {
		some = row[0][0] != 0
		return true, nil
	})
	if err != nil || !some {
		return err
	}
	return s.derive(ctx)
}

// position is how far a search has come.
type position struct {
	after []search.Key // nil at the beginning
	nulls bool         // in the rows without a first key, which come last
	over  bool
}

func beginning(q *search.Query) position {
	after := q.Start()
	return position{after: after, nulls: after != nil && after[0].Null}
}

// reading is a search under way.
type reading struct {
	store   *Store
	plan    *searchPlan
	page    *search.Page
	applies func(metadata.Entry) bool
	dropped int // entries that PostgreSQL found
}

// slice is what was found among some rows.
type slice struct {
	end             position
	looked, dropped int
}

// slice offers at most limit of the entries that size rows behind at hold.
func (r *reading) slice(ctx context.Context, at position, size, limit int) (slice, error) {
	text, args, err := r.plan.statement(at, size, limit)
	if err != nil {
		return slice{}, err
	}
	found, n, before := slice{end: at}, 0, r.dropped
	d := decoder{types: r.store.cfg.Types}
	// The plan depends on the values, so none is kept.
	args = append([]any{pgx.QueryExecModeCacheDescribe}, args...)
	err = r.store.read(ctx, "search metadata", text, args, func(row [][]byte) (bool, error) {
		n, found.looked = n+1, int(bigint(row[0]))
		e, err := d.entry(row[2:])
		if err != nil {
			return false, err
		}
		found.end.after = r.plan.place(e, string(row[1]))
		r.offer(e)
		return !r.page.Full(), nil
	})
	if n < limit && found.looked < size {
		found.end = r.plan.behind(at)
	}
	found.dropped = r.dropped - before
	return found, err
}

func (r *reading) offer(e metadata.Entry) {
	if !r.plan.query.Matches(e) || !r.applies(e) {
		r.dropped++
		return
	}
	r.page.Offer(e)
}

// place returns where the row of e stands, also if it has not the id that belongs to
// e: then it is no entry of ours, but nothing is read twice.
func (p *searchPlan) place(e metadata.Entry, id string) []search.Key {
	place := p.query.Place(e)
	for i, k := range p.query.Order() {
		if k.Field == "id" {
			place[i].Text = id
		}
	}
	return place
}

// behind is where a search goes on when the rows behind at are exhausted.
func (p *searchPlan) behind(at position) position {
	if at.nulls || p.keys[0].notNull {
		return position{over: true}
	}
	return position{nulls: true}
}

package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
)

// How long a search looks. Rows are looked at along an index in the order of the
// page, in slices, so that the usual page costs one short statement and the unusual
// one a bounded time: a page that is not full then ends early and says where to go
// on.
var usualBounds = searchBounds{patience: 20 * time.Millisecond, first: 500, next: 2000, entries: 200}

type searchBounds struct {
	patience time.Duration // after which no third slice is begun, or further one
	first    int           // rows of the first slice
	next     int           // rows of those behind it
	entries  int           // that a slice brings if some of them are dropped
}

// searchTimeout ends a search that asks too much of PostgreSQL.
const searchTimeout = 15 * time.Second

// Search returns the page of the entries that q and applies select, as
// [search.Page] would if all entries were offered to it. PostgreSQL looks for them;
// what cannot be said in SQL is decided here.
//
// A call looks for 20 ms or a little longer, which is time for some ten thousand rows
// in the order of the page. With criteria on a component, a type, a CVE or a package
// these are the rows of that component and so on. A page for which that is not enough
// ends early; its Next says where to go on. Pages in the order of a component, a
// version or a type take longer, as no index has it.
func (s *Store) Search(ctx context.Context, q *search.Query, applies func(metadata.Entry) bool) (search.Result, error) {
	return s.search(ctx, q, applies, usualBounds)
}

func (s *Store) search(ctx context.Context, q *search.Query, applies func(metadata.Entry) bool, b searchBounds) (search.Result, error) {
	start := time.Now()
	if err := s.completeForSearch(ctx); err != nil {
		return search.Result{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, searchTimeout)
	defer cancel()
	r := reading{store: s, plan: newSearchPlan(q), page: q.NewPage(), applies: applies}
	at := beginning(q)
	for size := b.first; ; size = b.next {
		limit := q.Limit() + 1
		if r.plan.residual || r.dropped {
			limit = b.entries
		}
		var err error
		if at, err = r.slice(ctx, at, size, limit); err != nil {
			return search.Result{}, err
		}
		if r.page.Full() || at.over {
			return r.page.Result(), nil
		}
		if size == b.next && at.after != nil && time.Since(start) >= b.patience {
			r.page.Until(at.after)
			return r.page.Result(), nil
		}
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
	dropped bool // an entry that PostgreSQL found
}

// slice offers at most limit of the entries that size rows behind at hold, and
// returns where it came to.
func (r *reading) slice(ctx context.Context, at position, size, limit int) (position, error) {
	text, args, err := r.plan.statement(at, size, limit)
	if err != nil {
		return at, err
	}
	end, entries, looked := at, 0, 0
	d := decoder{types: r.store.cfg.Types}
	// The plan depends on the values, so none is kept.
	args = append([]any{pgx.QueryExecModeCacheDescribe}, args...)
	err = r.store.read(ctx, "search metadata", text, args, func(row [][]byte) (bool, error) {
		entries, looked = entries+1, int(bigint(row[0]))
		e := d.entry(row[2:])
		end.after = r.plan.place(e, string(row[1]))
		r.offer(e)
		return !r.page.Full(), nil
	})
	if entries < limit && looked < size {
		end = r.plan.behind(at)
	}
	return end, err
}

func (r *reading) offer(e metadata.Entry) {
	item := search.Item{Entry: e}
	if !r.plan.query.Matches(item) || !r.applies(e) {
		r.dropped = true
		return
	}
	r.page.Offer(item)
}

// place returns where the row of e stands, also if it has not the id that belongs to
// e: then it is no entry of ours, but nothing is read twice.
func (p *searchPlan) place(e metadata.Entry, id string) []search.Key {
	place := p.query.Place(search.Item{Entry: e})
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

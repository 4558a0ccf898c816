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
	r := reading{store: s, plan: newSearchPlan(q, nil), page: q.NewPage(), applies: applies, read: s.read}
	return r.result(ctx, start, b)
}

// result reads slices until the page is full, or it takes too long.
func (r *reading) result(ctx context.Context, start time.Time, b searchBounds) (search.Result, error) {
	at := beginning(r.plan.query)
	for size := b.first; ; size = b.next {
		limit := r.plan.query.Limit() + 1
		if r.plan.residual || r.dropped {
			limit = b.entries
		}
		var err error
		if at, err = r.slice(ctx, at, size, limit); err != nil {
			return search.Result{}, err
		}
		if r.full(at) || at.over {
			return r.page.Result(), nil
		}
		if size == b.next && at.after != nil && time.Since(start) >= b.patience {
			r.page.Until(at.after)
			return r.page.Result(), nil
		}
	}
}

// full tells if nothing behind at has a place on the page.
func (r *reading) full(at position) bool {
	if !r.early {
		return r.page.Full()
	}
	return at.after != nil && r.page.FullAt(at.after)
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
	early   bool // entries were offered before their turn
	// read runs a statement, as [Store.read] does.
	read func(ctx context.Context, act, query string, args []any, each func(row [][]byte) (bool, error)) error
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
	err = r.read(ctx, "search metadata", text, args, func(row [][]byte) (bool, error) {
		entries, looked = entries+1, int(bigint(row[0]))
		item := search.Item{Entry: d.entry(row[2:])}
		ok := true
		if r.plan.effective {
			item.Effective = effectiveOf(row[2+entryWidth:], item.Entry)
			ok = stands(row[2+entryWidth+effectiveWidth])
		}
		end.after = r.plan.place(item, string(row[1]), at.nulls)
		if ok {
			r.offer(item)
		}
		return !r.full(end), nil
	})
	if entries < limit && looked < size {
		end = r.plan.behind(at)
	}
	return end, err
}

func (r *reading) offer(item search.Item) {
	if !r.plan.query.Matches(item) || !r.applies(item.Entry) {
		r.dropped = true
		return
	}
	r.page.Offer(item)
}

// place returns where the row of an item stands, also if it has not the id that belongs
// to it: then it is no entry of ours, but nothing is read twice. Among the rows without
// a first key others may be looked at.
func (p *searchPlan) place(item search.Item, id string, nulls bool) []search.Key {
	place := p.query.Place(item)
	if nulls {
		place[0] = search.Key{Null: true}
	}
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

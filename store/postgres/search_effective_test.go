package postgres_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
)

var _ odg.EffectiveSearcher = (*postgres.Store)(nil)

// TestEffectiveSearchIsThatOfGo answers random requests about how findings stand, page
// for page like [search.Page] over all entries that are judged here: with decisions that
// are kept, that are marked, and that have ended.
func TestEffectiveSearchIsThatOfGo(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	found, early := 0, 0
	for round := range 5 {
		g := l.game(t, round)
		g.furnish(120)
		for _, state := range []struct {
			name string
			do   func()
		}{
			{"all is kept", func() {}},
			{"decisions are marked", func() { g.s = g.s.InPortions(2, 50, 3); g.furnish(30) }},
			{"decisions have ended", func() { g.now = g.now.Add(30 * time.Hour); g.clock.Store(&g.now) }},
		} {
			state.do()
			subjects, expired, outdated, err := g.s.Stale(t.Context(), g.now)
			if err != nil || outdated {
				t.Fatal(outdated, err)
			}
			if len(subjects) > 0 || expired {
				early++
			}
			found += g.searched(state.name, 20)
		}
		g.clear()
	}
	if found < 500 || early < 5 {
		t.Errorf("only %d pages, %d times with findings to be read apart", found, early)
	}
}

// furnish writes findings and decisions about them, of several worlds.
func (g *game) furnish(n int) {
	is := is.New(g.t)
	name := g.world.name
	_, err := g.s.Settle(g.t.Context(), g.now)
	is.NoErr(err)
	for i := range n {
		g.world.name = fmt.Sprint(name, i%9)
		list := []metadata.Entry{g.finding()}
		if i%3 == 0 {
			list = append(list, g.rescoring())
		}
		for _, e := range list {
			_, err := g.s.Upsert(g.t.Context(), []metadata.Entry{e}, store.UpsertOptions{Now: g.now})
			is.True(err == nil || errors.Is(err, store.ErrConflict)) // by a key that is declared
		}
	}
	g.world.name = name
}

// items are all entries as they stand.
func (g *game) items() []search.Item {
	all, err := g.s.Rows(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	var rescorings []metadata.Entry
	for _, e := range all {
		if e.Meta.Type == metadata.TypeRescoring {
			rescorings = append(rescorings, e)
		}
	}
	index := rescore.NewIndex(rescorings, g.world.rules.options)
	var items []search.Item
	for _, e := range all {
		item := search.Item{Entry: e}
		if effective, ok := g.world.rules.findings.Effective(e, index.For(e), g.now); ok {
			item.Effective = &effective
		}
		items = append(items, item)
	}
	return items
}

// applies drops what the core drops, and more.
func (g *game) applies(e metadata.Entry) bool {
	f, ok := g.world.rules.findings.For(e.Meta.Type)
	return (!ok || f.Matches(e.Artefact)) && applies(e)
}

// searched compares pages, and tells how many.
func (g *game) searched(state string, requests int) (pages int) {
	g.t.Helper()
	items := g.items()
	for i := range requests {
		request := effectiveRequest(g.rand)
		in := func(b postgres.SearchBounds) []page {
			return follow(g.t, request, func(q *search.Query) search.Result {
				result, err := g.s.SearchEffectiveWithin(g.t.Context(), q, g.applies, g.now, b)
				if err != nil {
					g.t.Fatalf("%s, %s: %v", state, text(request), err)
				}
				return result
			})
		}
		want := follow(g.t, request, func(q *search.Query) search.Result {
			p := q.NewPage()
			for _, item := range items {
				if g.applies(item.Entry) {
					p.Offer(item)
				}
			}
			return p.Result()
		})
		if diff := cmp.Diff(want, in(postgres.PatientBounds)); diff != "" {
			g.t.Fatalf("%s, %s: other pages:\n%s", state, text(request), diff)
		}
		pages += len(want)
		if i%10 > 0 {
			continue
		}
		if diff := cmp.Diff(entries(want), entries(in(postgres.ImpatientBounds))); diff != "" {
			g.t.Fatalf("%s, %s: other entries in short pages:\n%s", state, text(request), diff)
		}
	}
	return pages
}

// effectiveRequest needs to know how findings stand.
func effectiveRequest(r *rand.Rand) search.Request {
	request := search.Request{Limit: pick(r, 7, 20, 50, 50), Effective: true}
	for range r.IntN(4) {
		c := effectiveCriterion(r)
		c.Kind, c.Exclude = search.KindAttribute, r.IntN(3) == 0
		if c.Attr == "" {
			c.Kind = search.KindFulltext
		}
		request.Criteria = append(request.Criteria, c)
	}
	descending := r.IntN(2) == 0
	for range r.IntN(4) {
		request.Sort = append(request.Sort, search.Sort{
			Field:      pick(r, "effective.due", "effective.severity", "effective.due", "effective.severity", "meta.creation_date", "ocm.name", "type", "id"),
			Descending: descending,
		})
	}
	return request
}

func effectiveCriterion(r *rand.Rand) search.Criterion {
	sign := pick(r, ">=", ">", "<=", "<", "!=", "==")
	dates := []string{"2026-02-01", "2030-01-01", "2026-01-31", "2026-04-01", "2026-03-02", "2026-12-31"}
	severity := pick(r, "NONE", "LOW", "HIGH", "ASK", "ODD", "")
	switch r.IntN(14) {
	case 0, 1:
		return search.Criterion{Attr: "effective.due", Op: search.OpCompare, Cmp: sign, Value: pick(r, dates...)}
	case 2:
		return search.Criterion{Attr: "effective.due", Op: search.OpIn, Values: []string{pick(r, dates...), pick(r, dates...), pick(r, "", "2027-01-01")}}
	case 3:
		return search.Criterion{Attr: "effective.due", Value: pick(r, pick(r, dates...), "")}
	case 4:
		return search.Criterion{Attr: "effective.due", Op: search.OpRange, GTE: pick(r, "", "2026-01-31", "2026-01-31T10:00:00"), LTE: pick(r, "", "2026-03-02T01:00:00", "2026-04-01")}
	case 5:
		return search.Criterion{Attr: pick(r, "effective.value", "effective.severity"), Op: search.OpCompare, Cmp: sign, Value: pick(r, "-1", "0", "1", "4", "99999999999")}
	case 6:
		return search.Criterion{Attr: "effective.value", Op: search.OpIn, Values: []string{"0", "4"}}
	case 7:
		return search.Criterion{Attr: "effective.severity", Value: pick(r, severity, "h*")}
	case 8:
		return search.Criterion{Attr: "effective.severity", Op: search.OpIn, Values: []string{severity, "LOW"}}
	case 9:
		return search.Criterion{Attr: "effective.rescoring", Value: pick(r, "", "*", "x")}
	case 10:
		return search.Criterion{Value: "h", Fields: []string{"effective.severity", "data.cve"}}
	case 11:
		return search.Criterion{Attr: "type", Value: pick(r, "finding/vulnerability", "finding/malware", "rescorings", "finding/acme")}
	case 12:
		return search.Criterion{Attr: "ocm.name", Value: fmt.Sprintf("w%d%d-%s", r.IntN(6), r.IntN(9), pick(r, "a", "b", "*"))}
	}
	return search.Criterion{Attr: pick(r, "component_version", "data.cve", "data.package_name"), Value: pick(r, "1", "CVE-1", "w01", "w12")}
}

// A store that does not know how findings stand says so, and then Core judges them.
func TestEffectiveSearchIsOutdated(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	l := newLab(t)
	g := l.game(t, 0)
	q, err := search.Compile(search.Request{Effective: true}, search.Env{})
	is.NoErr(err)
	all := func(metadata.Entry) bool { return true }
	for _, s := range []*postgres.Store{l.base, g.s} { // without rules, with others than those that are kept
		_, err := s.SearchEffective(t.Context(), q, all, g.now)
		is.True(errors.Is(err, store.ErrOutdated))
	}
	_, err = g.s.Settle(t.Context(), g.now)
	is.NoErr(err)
	_, err = g.s.SearchEffective(t.Context(), q, all, g.now)
	is.NoErr(err)
}

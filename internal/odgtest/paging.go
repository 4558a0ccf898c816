package odgtest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/search"
)

// RunPaging checks that pages of a search neither lose nor repeat an entry while others
// are added, in orders by what scanners wrote and by how findings stand. It is a part of
// [Run], for stores that search in their own way. newCore returns an empty core.
func RunPaging(t *testing.T, newCore func(t *testing.T, cfg odg.Config) Core) {
	for i, sort := range [][]search.Sort{
		{{Field: "effective.due"}},
		{{Field: "effective.due", Descending: true}},
		{{Field: "effective.severity", Descending: true}, {Field: "effective.due", Descending: true}},
		{{Field: "ocm.name"}, {Field: "effective.due"}},
		{{Field: "meta.creation_date", Descending: true}},
		{{Field: "id"}},
	} {
		t.Run(fmt.Sprint(sort), func(t *testing.T) {
			t.Parallel()
			pagedWhileAdded(t, newCore(t, config(t)), sort, rand.New(rand.NewPCG(uint64(i), 9)))
		})
	}
}

// growing is a core to which findings are added.
type growing struct {
	Core
	rand  *rand.Rand
	added int
}

// add puts n findings, which are due on one of a few days or never, and returns their ids.
func (g *growing) add(t *testing.T, n int) (ids []string) {
	var entries []metadata.Entry
	for range n {
		about := id(fmt.Sprint("acme.org/", g.rand.IntN(5)), fmt.Sprint(g.rand.IntN(3)))
		e := finding(t, about, fmt.Sprintf("CVE-%d", g.added))
		e.Meta.CreationDate = metadata.TimestampOf(Now.AddDate(0, 0, -g.rand.IntN(9)))
		if days := g.rand.IntN(9); days > 0 {
			e.AllowedProcessingTime = new(fmt.Sprint(days, "d"))
		}
		g.added++
		entries, ids = append(entries, e), append(ids, e.ID())
	}
	put(t, g.Core, entries...)
	return ids
}

func pagedWhileAdded(t *testing.T, c Core, sort []search.Sort, r *rand.Rand) {
	is := is.New(t)
	g := &growing{Core: c, rand: r}
	first := g.add(t, 40)
	// What is decided meanwhile changes the place of one finding, which does not count.
	moved := finding(t, id("acme.org/moved", "1"), "CVE-moved")
	put(t, c, moved)
	seen := map[string]int{}
	request := search.Request{Sort: sort, Effective: true}
	for range 200 {
		request.Limit = 1 + r.IntN(9)
		page, err := c.Search(t.Context(), request)
		is.NoErr(err)
		for _, item := range page.Items {
			seen[item.ID()]++
		}
		if request.Cursor = page.Next; page.Next == nil {
			break
		}
		if g.added < 150 {
			g.add(t, r.IntN(6))
			put(t, c, decision(t, moved, []string{"NONE", "HIGH"}[r.IntN(2)]))
		}
	}
	is.Equal(request.Cursor, nil) // it came to an end
	delete(seen, moved.ID())
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s was told %d times", id, n)
		}
	}
	for _, id := range first {
		is.Equal(seen[id], 1) // what was there at the beginning is told
	}
}

// searchedAsTheyStand searches by what was decided about findings.
func searchedAsTheyStand(t *testing.T, c Core) {
	is := is.New(t)
	due, decided := finding(t, id("acme.org/shop", "1"), "CVE-1"), finding(t, id("acme.org/shop", "1"), "CVE-moved")
	due.AllowedProcessingTime, decided.AllowedProcessingTime = new("30d"), new("30d")
	by := decision(t, decided, "NONE")
	put(t, c, due, decided, by)
	want := map[string]rescore.Effective{
		due.ID(): {Severity: "HIGH", Value: 4, Due: "2026-10-31"}, decided.ID(): {Severity: "NONE", Rescoring: by.ID()},
	}
	for expression, ids := range map[string][]string{
		`effective.due < today`:                                       {due.ID()},
		`effective.due = "" and effective.value = 0`:                  {decided.ID()},
		`effective.rescoring != ""`:                                   {decided.ID()},
		`type = finding/vulnerability and effective.severity >= NONE`: {decided.ID(), due.ID()},
		`type = finding/vulnerability and effective.severity > HIGH`:  nil,
	} {
		criteria, err := search.ParseWhere(expression, Now)
		is.NoErr(err)
		page, err := c.Search(t.Context(), search.Request{Criteria: criteria, Sort: []search.Sort{{Field: "effective.severity"}}})
		is.NoErr(err)
		var got []string
		for _, item := range page.Items {
			got = append(got, item.ID())
			is.Equal(*item.Effective, want[item.ID()])
		}
		is.Equal(got, ids) // the less severe first
	}
	page, err := c.Search(t.Context(), search.Request{})
	is.NoErr(err)
	for _, item := range page.Items {
		is.Equal(item.Effective, nil) // nobody asked
	}
}

// decision is a rescoring of one finding.
func decision(t *testing.T, of metadata.Entry, severity string) metadata.Entry {
	t.Helper()
	return entry(t, of.Artefact, metadata.TypeRescoring, "delivery-dashboard", fmt.Sprintf(`{"finding":{"package_name":"openssl","cve":"CVE-moved"},
		"referenced_type":%q,"severity":%q,"user":{"username":"ada","type":"user"},"matching_rules":["custom-rescoring"],"comment":null}`,
		of.Meta.Type, severity))
}

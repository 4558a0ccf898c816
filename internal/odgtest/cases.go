package odgtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
)

func roundTrip(t *testing.T, c Core) {
	a := id("acme.org/shop", "1.0.0")
	own := entry(t, a, "acme/own-type", "own", `{"key":"k","ünïcode":[1.50,{"b":null,"a":"<&>"}]}`)
	put(t, c, finding(t, a, "CVE-1"), own)
	expect(t, c, store.Query{}, finding(t, a, "CVE-1"), own)
}

func serverTimes(t *testing.T, c Core) {
	is := is.New(t)
	e := finding(t, id("acme.org/shop", "1"), "CVE-1")
	e.Meta.CreationDate, e.Meta.LastUpdate = "", ""
	put(t, c, e)
	found := query(t, c, store.Query{})
	is.Equal(len(found), 1)
	is.Equal(found[0].Meta.CreationDate, metadata.TimestampOf(Now))
	is.Equal(found[0].Meta.LastUpdate, metadata.TimestampOf(Now))
}

func nothing(t *testing.T, c Core) {
	is := is.New(t)
	is.NoErr(c.PutMetadata(t.Context(), nil))
	is.NoErr(c.DeleteMetadata(t.Context(), nil))
	expect(t, c, store.Query{})
}

func update(t *testing.T, c Core) {
	is := is.New(t)
	first := finding(t, id("acme.org/shop", "1"), "CVE-1")
	put(t, c, first)
	later := first
	later.DiscoveryDate, later.Meta.LastUpdate = "2026-10-20", "2026-10-20T00:00:00"
	put(t, c, later)
	found := query(t, c, store.Query{})
	is.Equal(len(found), 1)
	is.Equal(found[0].DiscoveryDate, metadata.Date("2026-10-01"))
	is.Equal(found[0].Meta.LastUpdate, metadata.Timestamp("2026-10-20T00:00:00"))
}

func remove(t *testing.T, c Core) {
	is := is.New(t)
	a := id("acme.org/shop", "1")
	put(t, c, finding(t, a, "CVE-1"), finding(t, a, "CVE-2"))
	is.NoErr(c.DeleteMetadata(t.Context(), []metadata.Entry{finding(t, a, "CVE-1"), finding(t, a, "CVE-unknown")}))
	expect(t, c, store.Query{}, finding(t, a, "CVE-2"))
}

func selects(t *testing.T, c Core) {
	one, two := id("acme.org/shop", "1"), id("acme.org/shop", "2")
	info := entry(t, one, metadata.TypeScanInfo, "bdba", `{}`)
	put(t, c, finding(t, one, "CVE-1"), finding(t, two, "CVE-1"), info)
	second := finding(t, two, "CVE-1")
	expect(t, c, store.Query{Types: []metadata.Type{metadata.TypeScanInfo}}, info)
	expect(t, c, store.Query{Datasources: []metadata.Datasource{"clamav"}})
	expect(t, c, store.Query{Artefacts: []store.Selector{{ID: two}}}, second)
	expect(t, c, store.Query{Types: []metadata.Type{metadata.TypeVulnerability}, Artefacts: []store.Selector{{ID: artefact.ID{ComponentName: one.ComponentName}}}},
		finding(t, one, "CVE-1"), second)
}

func excluded(t *testing.T, c Core) {
	is := is.New(t)
	put(t, c, finding(t, id("acme.org/excluded", "1"), "CVE-1"))
	expect(t, c, store.Query{})
	page, err := c.Search(t.Context(), search.Request{})
	is.NoErr(err)
	is.Equal(len(page.Items), 0)
}

func conflict(t *testing.T, c Core) {
	is := is.New(t)
	first, other := id("acme.org/shop|a", "b"), id("acme.org/shop", "a|b")
	other.Artefact = first.Artefact
	put(t, c, finding(t, first, "CVE-1"))
	err := c.PutMetadata(t.Context(), []metadata.Entry{finding(t, other, "CVE-1")})
	is.True(errors.Is(err, store.ErrConflict))
	expect(t, c, store.Query{}, finding(t, first, "CVE-1"))
}

func references(t *testing.T, c Core) {
	is := is.New(t)
	e := finding(t, id("acme.org/shop", "1"), "CVE-1")
	e.Artefact.References = []artefact.ID{id("acme.org/other", "1")}
	is.True(errors.Is(c.PutMetadata(t.Context(), []metadata.Entry{e}), store.ErrReferences))
}

func counted(t *testing.T, c Core) {
	is := is.New(t)
	one, two := id("acme.org/shop", "1"), id("acme.org/shop", "2")
	put(t, c, entry(t, one, metadata.TypeScanInfo, "bdba", `{}`), entry(t, one, metadata.TypeScanInfo, "clamav", `{}`), finding(t, two, "CVE-1"))
	counts, err := c.CountScanInfos(t.Context())
	is.NoErr(err)
	is.Equal(counts, map[string]int{one.Key(): 2})
}

func pages(t *testing.T, c Core) {
	is := is.New(t)
	want := map[string]bool{}
	var entries []metadata.Entry
	for i := range 23 {
		e := finding(t, id("acme.org/shop", fmt.Sprint(i%5)), fmt.Sprintf("CVE-%d", i))
		e.Meta.CreationDate = metadata.TimestampOf(Now.AddDate(0, 0, -i%4))
		entries, want[e.ID()] = append(entries, e), true
	}
	put(t, c, entries...)
	request := search.Request{Limit: 4, Criteria: []search.Criterion{
		{Kind: search.KindAttribute, Attr: "type", Value: string(metadata.TypeVulnerability)},
		{Kind: search.KindFulltext, Value: "OPEN*ssl"},
	}}
	got := map[string]bool{}
	for range 10 {
		page, err := c.Search(t.Context(), request)
		is.NoErr(err)
		for _, e := range page.Items {
			is.True(!got[e.ID()]) // each once
			got[e.ID()] = true
		}
		if request.Cursor = page.Next; page.Next == nil {
			break
		}
	}
	is.True(maps.Equal(got, want))
}

func searchFault(t *testing.T, c Core) {
	is := is.New(t)
	_, err := c.Search(t.Context(), search.Request{Criteria: []search.Criterion{{Kind: search.KindAttribute, Attr: "nope", Value: "x"}}})
	var fault search.Error
	is.True(errors.As(err, &fault))
	is.Equal(fault, search.Error("unknown attr='nope'"))
}

func thousands(t *testing.T, c Core) {
	is := is.New(t)
	a := id("acme.org/shop", "1")
	entries := make([]metadata.Entry, 3000)
	for i := range entries {
		entries[i] = finding(t, a, fmt.Sprintf("CVE-%d", i))
	}
	put(t, c, entries...)
	is.Equal(len(query(t, c, store.Query{})), len(entries))
	seen := 0
	for _, err := range c.QueryMetadata(t.Context(), store.Query{}) {
		is.NoErr(err)
		if seen++; seen == 10 {
			break
		}
	}
	is.Equal(seen, 10)
}

func ended(t *testing.T, c Core) {
	is := is.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := finding(t, id("acme.org/shop", "1"), "CVE-1")
	is.True(errors.Is(c.PutMetadata(ctx, []metadata.Entry{e}), context.Canceled))
	expect(t, c, store.Query{})
}

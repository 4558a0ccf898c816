// Package odgtest is the suite that everything passes which can stand for ODG
// Core: the core itself, and its client against a live server.
package odgtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
)

// Core is what embedders and remote callers have in common.
type Core interface {
	PutMetadata(ctx context.Context, entries []metadata.Entry) error
	DeleteMetadata(ctx context.Context, entries []metadata.Entry) error
	QueryMetadata(ctx context.Context, q store.Query) iter.Seq2[metadata.Entry, error]
	CountScanInfos(ctx context.Context) (map[string]int, error)
	Search(ctx context.Context, r search.Request) (search.Result, error)
}

// Now is the time of the cores that the suite asks for.
var Now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// Run checks the cores that newCore makes. It is called once per case and returns
// an empty core that works by cfg.
func Run(t *testing.T, newCore func(t *testing.T, cfg odg.Config) Core) {
	for name, check := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, newCore(t, config(t)))
		})
	}
}

var cases = map[string]func(t *testing.T, c Core){
	"what is put is found":                     roundTrip,
	"missing times are those of the server":    serverTimes,
	"no entries, nothing done":                 nothing,
	"an update keeps the first discovery date": update,
	"what is deleted is gone":                  remove,
	"queries select":                           selects,
	"rows that a configuration excludes":       excluded,
	"equal ids of different identities":        conflict,
	"references are refused":                   references,
	"scan infos are counted":                   counted,
	"pages cover everything once":              pages,
	"faults of a search are told":              searchFault,
	"thousands, and an early end":              thousands,
	"a context that has ended":                 ended,
}

const findings = `
- type: finding/vulnerability
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: HIGH, display_name: High, value: 4, rescoring: manual, selector: {cve_score_range: {min: 7, max: 10}}}
  filter:
    - {semantics: exclude, component_name: acme.org/excluded}
`

func config(t *testing.T) odg.Config {
	t.Helper()
	cfg, _, err := findingcfg.Parse("findings.yaml", []byte(findings), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return odg.Config{Findings: cfg, Now: func() time.Time { return Now }}
}

func id(component, version string) artefact.ID {
	name, local, typ := "image", version, "ociImage"
	return artefact.ID{
		ComponentName: &component, ComponentVersion: &version, Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: &name, Version: &local, Type: &typ},
	}
}

func finding(t *testing.T, about artefact.ID, cve string) metadata.Entry {
	t.Helper()
	data := fmt.Sprintf(`{"severity":"HIGH","package_name":"openssl","package_version":"1.1","base_url":"b","report_url":"r",
		"product_id":1,"group_id":2,"cve":%q,"cvss_v3_score":7.5,"summary":"s","cvss":{"access_vector":"N","attack_complexity":"L",
		"user_interaction":"N","privileges_required":"N","scope":"U","confidentiality":"H","integrity":"N","availability":"N"}}`, cve)
	return entry(t, about, metadata.TypeVulnerability, "bdba", data)
}

func entry(t *testing.T, about artefact.ID, typ metadata.Type, source, data string) metadata.Entry {
	t.Helper()
	at := "2026-10-01T10:00:00"
	text := fmt.Sprintf(`{"artefact":%s,"meta":{"datasource":%q,"type":%q,"creation_date":%q,"last_update":%q},"data":%s,"discovery_date":"2026-10-01"}`,
		about.AppendJSON(nil), source, typ, at, at, data)
	e, err := metadata.ParseEntry([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// texts are the JSON of entries, ordered. White space between values may get lost
// on the wire, nothing else.
func texts(entries ...metadata.Entry) []string {
	out := make([]string, len(entries))
	for i, e := range entries {
		var text bytes.Buffer
		if err := json.Compact(&text, e.AppendJSON(nil)); err != nil {
			out[i] = err.Error()
			continue
		}
		out[i] = text.String()
	}
	slices.Sort(out)
	return out
}

func query(t *testing.T, c Core, q store.Query) []metadata.Entry {
	t.Helper()
	var entries []metadata.Entry
	for e, err := range c.QueryMetadata(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, e)
	}
	return entries
}

func expect(t *testing.T, c Core, q store.Query, want ...metadata.Entry) {
	t.Helper()
	if diff := cmp.Diff(texts(want...), texts(query(t, c, q)...)); diff != "" {
		t.Errorf("-want +found:\n%s", diff)
	}
}

func put(t *testing.T, c Core, entries ...metadata.Entry) {
	t.Helper()
	if err := c.PutMetadata(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
}

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

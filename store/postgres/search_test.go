package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
)

var _ odg.Searcher = (*postgres.Store)(nil)

// TestSearchIsThatOfGo answers random requests about a random world, page for page
// like [search.Page] over all entries, and in slices of a few rows.
func TestSearchIsThatOfGo(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	s := reopen(t, url, postgres.Config{})
	r := rand.New(rand.NewPCG(3, 5))
	populate(t, url, s, r)
	var all []metadata.Entry
	for e, err := range s.Query(t.Context(), store.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	found := 0
	for i := range 300 {
		request := randomRequest(r)
		usual := follow(t, request, func(q *search.Query) search.Result { return mustSearch(t, s, q, postgres.PatientBounds) })
		want := follow(t, request, func(q *search.Query) search.Result { return inMemory(q, all) })
		if diff := cmp.Diff(want, usual); diff != "" {
			t.Fatalf("request %d %s: other pages:\n%s", i, text(request), diff)
		}
		found += len(want)
		if i%10 > 0 {
			continue
		}
		short := follow(t, request, func(q *search.Query) search.Result { return mustSearch(t, s, q, postgres.ImpatientBounds) })
		if diff := cmp.Diff(entries(want), entries(short)); diff != "" {
			t.Fatalf("request %d %s: other entries in short pages:\n%s", i, text(request), diff)
		}
	}
	if found < 1000 {
		t.Errorf("only %d pages", found)
	}
}

// applies drops some entries, as configuration does.
func applies(e metadata.Entry) bool { return e.Meta.Datasource != "dropped" }

func inMemory(q *search.Query, all []metadata.Entry) search.Result {
	page := q.NewPage()
	for _, e := range all {
		if applies(e) {
			page.Offer(search.Item{Entry: e})
		}
	}
	return page.Result()
}

func mustSearch(t *testing.T, s *postgres.Store, q *search.Query, b postgres.SearchBounds) search.Result {
	t.Helper()
	result, err := s.SearchWithin(t.Context(), q, applies, b)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// page is what one looks like from outside.
type page struct {
	IDs  []string
	Next string
}

func entries(pages []page) (ids []string) {
	for _, p := range pages {
		ids = append(ids, p.IDs...)
	}
	return ids
}

// follow reads all pages.
func follow(t *testing.T, r search.Request, answer func(*search.Query) search.Result) []page {
	t.Helper()
	var pages []page
	for range 2000 {
		q, err := search.Compile(r, env)
		if err != nil {
			t.Fatalf("%s: %v", text(r), err)
		}
		result := answer(q)
		p := page{Next: text(result.Next)}
		for _, e := range result.Items {
			p.IDs = append(p.IDs, e.ID())
		}
		if pages = append(pages, p); result.Next == nil {
			return pages
		}
		r.Cursor = result.Next
	}
	t.Fatalf("%s: no end", text(r))
	return nil
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

var env = search.Env{
	Categories: map[metadata.Type]map[string]int{
		"acme/a": {"NONE": 0, "LOW": 1, "high": 4, "log4j": 3},
		"acme/b": {"LOW": 2, "critical": 8},
	},
	Scopes: map[int][]search.Version{0: {{Name: "log4j", Version: "1", Artefacts: []artefact.ID{
		{Kind: artefact.KindResource, Artefact: &artefact.LocalID{Name: new("LOG4J-core")}},
	}}, {Name: "straße", Version: "50%_x"}}},
}

// words are what texts are, and what they are compared with.
var words = []string{
	"log4j", "LOG4J-core", "\u212aelvin", "kelvin", "\u0130stanbul", "istanbul", "straße", "STRASSE", "50%_x", `back\slash`,
	"é", "É", "a*b", "1", "2", "LOW", "high", "critical", "", strings.Repeat("ö", 299), strings.Repeat("ö", 300), "\ufffd", "null",
}

func word(r *rand.Rand) string { return words[r.IntN(len(words))] }

func maybe(r *rand.Rand) *string {
	if r.IntN(5) == 0 {
		return nil
	}
	w := []rune(word(r))
	return new(string(w[:min(len(w), 60)]))
}

var dates = []metadata.Timestamp{
	"2026-01-01T10:00:00", "2026-01-01T11:00:00+01:00", "2026-01-01T10:00:00.000001", "2026-01-02", "2025-12-31T23:00:00-05:00",
	"0001-01-01T00:00:00", "9999-12-31T23:59:59", "1970-01-01T00:00:00Z",
}

func populate(t *testing.T, url string, s *postgres.Store, r *rand.Rand) {
	t.Helper()
	is := is.New(t)
	batch := make([]metadata.Entry, 0, 400)
	seen := map[string]bool{}
	for i := range 400 {
		e := randomEntry(t, r, i)
		if !seen[e.ID()] {
			seen[e.ID()] = true
			batch = append(batch, e)
		}
	}
	_, err := s.Upsert(t.Context(), batch, store.UpsertOptions{})
	is.NoErr(err)
	// What others wrote.
	conn, err := pgx.Connect(t.Context(), url)
	is.NoErr(err)
	defer conn.Close(context.Background())
	for _, change := range []string{
		`meta = json_build_object('datasource', datasource, 'type', type)`,
		`meta = json_build_object('datasource', datasource, 'type', type, 'creation_date', 'yesterday', 'last_update', '2026-01-01T10:00:00Z')`,
		`data = (left(data::text, -1) || ',"summary":"nul \u0000 log4j","cve":"\u0000","package_name":"\ud800"}')::json`,
		`data = (left(data::text, -1) || ',"summary":null,"cve":7,"package_name":{"LOG4J-core":[]}}')::json`,
	} {
		_, err := conn.Exec(t.Context(), `UPDATE artefact_metadata SET `+change+` WHERE id IN (SELECT id FROM artefact_metadata
			WHERE derived IS NOT NULL AND data->>'summary' IS NULL ORDER BY id LIMIT 15)`)
		is.NoErr(err)
	}
}

func randomEntry(t *testing.T, r *rand.Rand, i int) metadata.Entry {
	t.Helper()
	e := metadata.Entry{Meta: metadata.Meta{
		Type: pick[metadata.Type](r, "acme/a", "acme/b", "log4j"), Datasource: pick[metadata.Datasource](r, "x", "x", "\u212aelvin", "dropped"),
		CreationDate: dates[r.IntN(len(dates))], LastUpdate: dates[r.IntN(len(dates))],
	}}
	e.Artefact.ComponentName, e.Artefact.ComponentVersion = maybe(r), maybe(r)
	e.Artefact.Kind = pick(r, "", artefact.KindResource, artefact.KindSource)
	if r.IntN(5) > 0 {
		e.Artefact.Artefact = &artefact.LocalID{Name: maybe(r), Version: maybe(r), Type: maybe(r)}
	}
	data := map[string]any{"key": fmt.Sprint(i)}
	for _, key := range []string{"summary", "cve", "package_name", "package_version", "severity", "other"} {
		switch r.IntN(5) {
		case 0:
		case 1:
			data[key] = pick[any](r, nil, 7, true, map[string]any{"log4j": "é"})
		default:
			data[key] = word(r)
		}
	}
	payload, err := metadata.NewPayload(e.Meta.Type, json.RawMessage(text(data)))
	is.New(t).NoErr(err)
	e.Data = payload
	return e
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

var attributes = []string{
	"type", "datasource", "artefact_kind", "artefact.name", "artefact_version", "artefact.type", "ocm.name", "component_version",
	"data.cve", "data.cve", "data.package_name", "data.package_name", "data.package_version", "data.severity", "data.summary",
	"data.other", "meta.creation_date", "data.package_name.LOG4J-core", "id", "data_key",
}

func randomRequest(r *rand.Rand) search.Request {
	request := search.Request{Limit: pick(r, 7, 50, 50, 200)}
	for range r.IntN(4) {
		request.Criteria = append(request.Criteria, randomCriterion(r, len(request.Criteria)))
	}
	descending := r.IntN(2) == 0
	for range r.IntN(4) {
		request.Sort = append(request.Sort, search.Sort{
			Field:      pick(r, "meta.creation_date", "meta.last_update", "ocm.name", "ocm.version", "type", "id"),
			Descending: descending,
		})
	}
	return request
}

func randomCriterion(r *rand.Rand, i int) search.Criterion {
	c := search.Criterion{Kind: search.KindAttribute, Exclude: r.IntN(3) == 0, Attr: pick(r, attributes...), Value: word(r)}
	switch r.IntN(10) {
	case 0:
		c.Kind = search.KindOCM
		if i == 0 && r.IntN(2) == 0 {
			c.Value = "log4j:1"
		}
	case 1, 2:
		c.Kind, c.Value = search.KindFulltext, pattern(r)
		if r.IntN(3) == 0 {
			c.Fields = []string{pick(r, attributes...), pick(r, attributes...)}
		}
	case 3:
		c.Op, c.Attr = search.OpRange, pick(r, "meta.creation_date", "meta.last_update", "data.cve")
		c.GTE, c.LTE = pick(r, "", string(dates[r.IntN(len(dates))])), pick(r, "", string(dates[r.IntN(len(dates))]))
	case 4:
		c.Op, c.Cmp, c.Attr, c.Value = search.OpCompare, pick(r, ">=", ">", "<=", "<", "!=", "=="), "data.severity", pick(r, "0", "1", "3", "-1")
	case 5:
		c.Op, c.Cmp = search.OpCompare, pick(r, ">=", ">", "<=", "<", "!=", "==")
	case 6:
		c.Op, c.Values = search.OpIn, []string{word(r), word(r), "acme/a", "\x00", "\xff"}
	case 7:
		c.Value = pattern(r) + "*"
	case 8:
		c.Attr, c.Value = "type", pick(r, "acme/a", "acme/b")
	}
	if c.Attr == "data.severity" && c.Op == search.OpCompare {
		c.Value = pick(r, "0", "1", "3", "-1")
	}
	return c
}

// pattern is a part of a word in another case, and sometimes of two.
func pattern(r *rand.Rand) string {
	w := []rune(pick(r, strings.ToLower, strings.ToUpper)(word(r)))
	from := r.IntN(len(w) + 1)
	part := string(w[from:min(len(w), from+r.IntN(6))])
	return pick(r, "", "*") + part + pick(r, "", "*", "*"+strings.ToUpper(word(r)))
}

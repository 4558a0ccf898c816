package search_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
)

func compile(t testing.TB, body string) *search.Query {
	t.Helper()
	r, err := search.Parse([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	q, err := search.Compile(r, search.Env{Categories: categories, Scopes: map[int][]search.Version{1: {{Name: "n", Version: "1"}}}})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// TestConditions holds what stores translate.
func TestConditions(t *testing.T) {
	t.Parallel()
	got := compile(t, `{"criteria":[
		{"type":"ocm","value":"c"},
		{"type":"ocm","value":"n:1"},
		{"type":"artefact-metadata","attr":"component_version","value":"A*b","mode":"exclude"},
		{"type":"artefact-metadata","attr":"meta.type","op":"in","values":["x","y"]},
		{"type":"artefact-metadata","attr":"meta.type","value":"z"},
		{"type":"artefact-metadata","attr":"data.severity","op":"cmp","cmp":"<","value":4},
		{"type":"artefact-metadata","attr":"data.cve","op":"cmp","cmp":"==","value":"v"},
		{"type":"artefact-metadata","attr":"meta.last_update","op":"range"},
		{"type":"fulltext","value":"tok","fields":["type","data.x"]}
	]}`).Conditions()
	want := []search.Condition{
		{Any: []search.Test{
			search.Among{Attr: "ocm.name", Values: []string{"c"}},
			search.InScope{Versions: []search.Version{{Name: "n", Version: "1"}}},
		}},
		{Not: true, Any: []search.Test{search.Like{Attr: "ocm.version", Parts: []string{"a", "b"}}}},
		{Any: []search.Test{
			search.Among{Attr: "type", Values: []string{"x", "y"}},
			search.Among{Attr: "type", Values: []string{"z"}},
		}},
		{Any: []search.Test{search.Severity{
			Yes:  []search.Category{{Type: "acme/check", ID: "NONE"}, {Type: "acme/check", ID: "postpone"}},
			No:   []search.Category{{Type: "acme/check", ID: "CRITICAL"}, {Type: "acme/check", ID: "HIGH"}},
			Rest: true,
		}}},
		{Any: []search.Test{search.Compare{Attr: "data.cve", Sign: "=", Value: "v"}}},
		{Any: []search.Test{search.Between{Attr: "meta.last_update"}}},
		{Any: []search.Test{
			search.Like{Attr: "type", Parts: []string{"", "tok", ""}},
			search.Like{Attr: "data.x", Parts: []string{"", "tok", ""}},
		}},
	}
	if diff := cmp.Diff(want, got,
		cmpopts.IgnoreUnexported(search.Among{}, search.Like{}, search.Between{}, search.Compare{}, search.Severity{}, search.InScope{}),
		cmpopts.SortSlices(func(a, b search.Category) bool { return a.ID < b.ID })); diff != "" {
		t.Error(diff)
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	q := compile(t, `{"limit":7,"sort":[{"field":"meta.last_update"},{"field":"type"},{"field":"type"}],
		"cursor":{"meta.last_update":null,"type":"a","id":"b"}}`)
	is.Equal(q.Limit(), 7)
	is.Equal(q.Order(), []search.Sort{{Field: "meta.last_update"}, {Field: "type"}, {Field: "id"}}) // each once
	is.True(q.Order()[0].IsTime())
	is.True(!q.Order()[1].IsTime())
	is.Equal(q.Start(), []search.Key{{Null: true}, {Text: "a"}, {Text: "b"}})
	is.Equal(compile(t, `{}`).Start(), nil)

	e := entry(t, shop)
	at, err := e.Meta.LastUpdate.Time()
	is.NoErr(err)
	is.Equal(q.Place(search.Item{Entry: e}), []search.Key{{Text: "2026-01-02T10:00:00+02:00", At: at}, {Text: "acme/check"}, {Text: e.ID()}})
	e.Meta.LastUpdate = "soon"
	is.True(q.Place(search.Item{Entry: e})[0].Null) // what is no time has no place in time
}

// TestPageEndsEarly: whoever offers not all says where the next page goes on.
func TestPageEndsEarly(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	q := compile(t, `{"limit":2,"sort":[{"field":"ocm.version"}]}`)
	items := make([]search.Item, 3)
	for i := range items {
		items[i] = item(t, strings.Replace(shop, `"component_version":"1.0.0"`, fmt.Sprintf(`"component_version":"%d"`, i), 1))
	}
	page := q.NewPage()
	page.Offer(items[0])
	page.Until(q.Place(items[1])) // which did not match
	is.True(!page.Full())
	result := page.Result()
	is.Equal(len(result.Items), 1)
	is.Equal(*result.Next["ocm.version"], "1")
	is.Equal(*result.Next["id"], items[1].ID())

	page.Offer(items[2])
	is.True(page.Full())
	is.True(!page.FullAt(q.Place(items[1])))
	is.True(page.FullAt(q.Place(items[2])))
	is.Equal(len(page.Result().Items), 1) // what was offered before its turn waits
	is.Equal(*page.Result().Next["ocm.version"], "1")
	page.Until(q.Place(items[2]))
	is.Equal(len(page.Result().Items), 2)
	is.Equal(*page.Result().Next["ocm.version"], "2") // a full page goes on behind its end

	page = q.NewPage()
	page.Offer(items[0])
	is.Equal(page.Result().Next, nil) // all was offered
}

func TestTokenText(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(search.TokenText(entry(t, shop)), "50% off_\\\ncve-2024-1\nimg\nacme.org/shop")
	is.Equal(search.TokenText(metadata.Entry{}), "")
}

func TestAttribute(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	read, err := search.Attribute("data.nested.deep")
	is.NoErr(err)
	text, ok := read(entry(t, shop))
	is.Equal(text, "x")
	is.True(ok)
	_, ok = read(metadata.Entry{})
	is.True(!ok)
	_, err = search.Attribute("nope")
	is.Equal(err, search.Error("unknown attr='nope'"))
}

// TestLowerCase holds what databases rely on that fold ASCII only: of all other
// characters two have a lower case in ASCII.
func TestLowerCase(t *testing.T) {
	t.Parallel()
	var folded []rune
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if strings.ToLower(string(r))[0] < 0x80 {
			folded = append(folded, r)
		}
	}
	is.New(t).Equal(string(folded), "\u0130\u212a")
}

func TestCursorIsText(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"\x00", "\xff"} {
		_, err := search.Compile(search.Request{Sort: []search.Sort{{Field: "id"}}, Cursor: search.Cursor{"id": &id}}, search.Env{})
		is.New(t).Equal(err, search.Error(fmt.Sprintf(`cursor field "id" is no text: %q`, id)))
	}
}

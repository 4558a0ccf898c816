package httpapi_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/store"
)

const changesPath = "/artefacts/metadata/changes"

// page is an answer of the change feed.
type page struct {
	Changes []struct {
		ID      string
		Deleted bool
		Entry   json.RawMessage
	}
	Next string
}

func TestChangesInPages(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := newAPI(httpapi.Config{})
	for _, name := range []string{"a", "b", "c"} {
		is.Equal(ask(api, "PUT", "/artefacts/metadata", `{"entries":[`+changed(name)+`]}`).Code, 201)
	}
	read := func(query string) (p page) {
		t.Helper()
		rec := ask(api, "GET", changesPath+query, "")
		is.Equal(rec.Code, 200)
		is.Equal(rec.Header().Get("Content-Type"), "application/json; charset=utf-8")
		is.NoErr(json.Unmarshal(rec.Body.Bytes(), &p))
		return p
	}
	first := read("?limit=2")
	is.Equal(len(first.Changes), 2)
	is.True(strings.Contains(string(first.Changes[0].Entry), `"component_name":"a"`))
	second := read("?limit=2&since=" + url.QueryEscape(first.Next))
	is.Equal(len(second.Changes), 1)
	is.True(strings.Contains(string(second.Changes[0].Entry), `"component_name":"c"`))

	is.Equal(ask(api, "DELETE", "/artefacts/metadata", `{"entries":[`+changed("b")+`]}`).Code, 204)
	third := read("?since=" + url.QueryEscape(second.Next))
	is.Equal(len(third.Changes), 1)
	is.Equal(third.Changes[0].ID, first.Changes[1].ID)
	is.True(third.Changes[0].Deleted)
	is.Equal(len(third.Changes[0].Entry), 0)
	fourth := read("?since=" + url.QueryEscape(third.Next))
	is.Equal(len(fourth.Changes), 0)
	is.Equal(fourth.Next, third.Next)
	is.Equal(len(read("?type=acme/other").Changes), 0)
	is.Equal(len(read("?type=acme/other&type=acme/check").Changes), 2)
}

func TestChangesLineByLine(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := newAPI(httpapi.Config{})
	is.Equal(ask(api, "PUT", "/artefacts/metadata", `{"entries":[`+changed("a")+","+changed("b")+`]}`).Code, 201)
	lines := func(query string) []string {
		t.Helper()
		rec := ask(api, "GET", changesPath+query, "", "Accept", "application/x-ndjson")
		is.Equal(rec.Code, 200)
		is.Equal(rec.Header().Get("Content-Type"), "application/x-ndjson")
		return strings.Split(strings.TrimSuffix(rec.Body.String(), "\n"), "\n")
	}
	all := lines("")
	is.Equal(len(all), 3)
	var line struct{ ID, Cursor string }
	is.NoErr(json.Unmarshal([]byte(all[0]), &line))
	is.True(line.ID != "" && line.Cursor != "")
	rest := lines("?since=" + url.QueryEscape(line.Cursor))
	is.Equal(len(rest), 2)
	is.Equal(rest[0], all[1])                          // goes on behind it
	is.True(strings.HasPrefix(rest[1], `{"cursor":"`)) // the mark
	is.Equal(len(lines("?limit=1")), 1)
}

func TestChangesFaults(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		query  string
		status int
		text   string
	}{
		"no cursor":            {"?since=nonsense", 400, "malformed cursor"},
		"not text":             {"?since=%00%ff", 400, "malformed cursor"},
		"of another database":  {"?since=x.0.1", 410, "start again without one"},
		"limit is no number":   {"?limit=many", 400, `The limit parameter is not a number from 1 to 10000: "many".`},
		"limit of nothing":     {"?limit=0", 400, "from 1 to 10000"},
		"limit is too large":   {"?limit=10001", 400, "from 1 to 10000"},
		"limit is left empty":  {"?limit=", 400, "from 1 to 10000"},
		"the first one counts": {"?limit=2&limit=0", 200, `"changes":[]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			for _, accept := range []string{"*/*", "application/x-ndjson"} {
				rec := ask(newAPI(httpapi.Config{}), "GET", changesPath+tc.query, "", "Accept", accept)
				is.Equal(rec.Code, tc.status)
				is.True(strings.Contains(rec.Body.String(), tc.text) || rec.Code == 200 && accept != "*/*")
			}
		})
	}
	is := is.New(t)
	rec := ask(httpapi.New(faulty{err: errors.Join(store.ErrClosed)}, httpapi.Config{}), "GET", changesPath, "")
	is.Equal(rec.Code, 503)
	is.Equal(ask(newAPI(httpapi.Config{}), "POST", changesPath, "").Code, 405)
}

func changed(name string) string {
	return `{"artefact":{"component_name":"` + name + `"},"meta":{"datasource":"acme","type":"acme/check"},"data":{"text":"x"}}`
}

// Whatever is given as a cursor is either where a feed goes on or refused.
func FuzzChangesCursor(f *testing.F) {
	for _, seed := range []string{"", "f.0.1", "f.0.1.0.2", "\x00", "%", "x.9223372036854775807.9223372036854775807"} {
		f.Add(seed, "10")
	}
	f.Add("", "-1")
	api := newAPI(httpapi.Config{})
	f.Fuzz(func(t *testing.T, since, limit string) {
		rec := ask(api, "GET", changesPath+"?"+url.Values{"since": {since}, "limit": {limit}}.Encode(), "")
		switch rec.Code {
		case 200, 400, 410:
		default:
			t.Fatalf("since=%q limit=%q: %d %s", since, limit, rec.Code, rec.Body)
		}
	})
}

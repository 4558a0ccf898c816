package httpapi_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/store"
)

// cache remembers what it was told.
type cache struct {
	told []string
	err  error
}

func (c *cache) MarkCacheForDeletion(_ context.Context, id string, at time.Time) error {
	c.told = append(c.told, id+" "+at.UTC().Format(time.RFC3339))
	return c.err
}

func TestDeleteCache(t *testing.T) {
	t.Parallel()
	const (
		id         = "61fe3d8436930ff873aa1de5b3e068cb"
		route      = `{"type":"http-route","encoding_format":"pickle-4.0","route":"/ocm/component/responsibles","params":{"a":["1"]}}`
		ofRoute    = "a7839bf315b527f478f873eff246c7a1"
		now        = " 2026-01-15T12:00:00Z"
		afterwards = " 2027-01-01T22:30:00Z"
	)
	for name, tc := range map[string]struct {
		query, body string
		status      int
		told        string
		says        string
	}{
		"by id":                 {"id=" + id, "", 204, id + now, ""},
		"unknown id":            {"id=00000000000000000000000000000000", "", 204, "00000000000000000000000000000000" + now, ""},
		"no id":                 {"id=x", "", 400, "", "32 hexadecimal digits"},
		"a key twice":           {"", strings.Replace(route, "{", `{"type":"x",`, 1), 400, "", `key "type" occurs twice`},
		"NUL":                   {"", strings.Replace(route, "/ocm", `\u0000`, 1), 400, "", "route: text contains NUL"},
		"by descriptor":         {"", route, 204, ofRoute + now, ""},
		"the id goes first":     {"id=" + id, route, 204, id + now, ""},
		"later":                 {"id=" + id + "&deleteAfter=" + url.QueryEscape("2027-01-02T00:30:00+02:00"), "", 204, id + afterwards, ""},
		"later, in UTC":         {"deleteAfter=2027-01-01T22:30:00", route, 204, ofRoute + afterwards, ""},
		"neither":               {"", "", 400, "", "id parameter or a cache descriptor"},
		"only blanks":           {"id=", " \n", 400, "", "id parameter or a cache descriptor"},
		"unknown type":          {"", `{"type":"go-func"}`, 400, "", `type: "go-func" is unknown`},
		"incomplete":            {"", `{"type":"http-route"}`, 400, "", "route: is missing"},
		"no JSON":               {"", `{`, 400, "", "not a cache descriptor"},
		"no time":               {"id=" + id + "&deleteAfter=soon", "", 400, "", "deleteAfter: "},
		"an impossible time":    {"id=" + id + "&deleteAfter=2027-02-30T00:00:00", "", 400, "", "deleteAfter: "},
		"a body that is broken": {"", strings.Repeat(" ", 2000), 413, "", "longer"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			c := &cache{}
			cfg := httpapi.Config{Cache: c, MaxBodyBytes: 1000, Now: func() time.Time { return time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) }}
			rec := ask(newAPI(cfg), "DELETE", "/cache?"+tc.query, tc.body)
			is.Equal(rec.Code, tc.status)
			is.Equal(strings.Join(c.told, ","), tc.told)
			if !strings.Contains(rec.Body.String(), tc.says) {
				t.Errorf("answer is %q, want it to say %q", rec.Body, tc.says)
			}
			cfg.Cache = nil // nobody to tell
			is.Equal(ask(newAPI(cfg), "DELETE", "/cache?"+tc.query, tc.body).Code, tc.status)
		})
	}
}

func TestCacheFails(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	rec := ask(newAPI(httpapi.Config{Cache: &cache{err: store.ErrBusy}}), "DELETE", "/cache?id=61fe3d8436930ff873aa1de5b3e068cb", "")
	is.Equal(rec.Code, 503)
	is.True(rec.Header().Get("Retry-After") != "")
}

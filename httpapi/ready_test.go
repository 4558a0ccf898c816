package httpapi_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/store"
)

var loaded = time.Date(2026, 11, 1, 12, 0, 0, 0, time.FixedZone("", 3600))

func TestReadyAsksNobody(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := httpapi.New(faulty{err: store.ErrUnavailable}, httpapi.Config{
		Configuration: func() httpapi.Configuration { return httpapi.Configuration{Err: errors.New("bad")} },
	})
	for _, target := range []string{"/ready", "/ready?verbose=false", "/ready?other"} {
		rec := ask(api, "GET", target, "")
		is.Equal(rec.Code, 200)
		is.Equal(rec.Body.String(), "")
	}
	is.Equal(ask(api, "GET", "/ready?verbose=maybe", "").Code, 400)
}

func TestReadyVerbose(t *testing.T) {
	t.Parallel()
	current := map[string]any{"status": "current", "loaded_at": "2026-11-01T11:00:00Z"}
	reachable := map[string]any{"status": "reachable"}
	for name, tc := range map[string]struct {
		store error
		cfg   httpapi.Config
		code  int
		want  map[string]any
	}{
		"made with its configuration": {
			nil, httpapi.Config{Now: func() time.Time { return loaded }}, 200,
			map[string]any{"status": "ready", "configuration": current, "store": reachable},
		},
		"all is well": {
			nil, configured(httpapi.Configuration{LoadedAt: loaded}), 200,
			map[string]any{"status": "ready", "configuration": current, "store": reachable},
		},
		"a category was dropped": {
			nil, httpapi.Config{
				Now: func() time.Time { return loaded },
				UnknownSeverities: func() []store.SeverityCount {
					return []store.SeverityCount{{Type: "finding/osid", Severity: "eol", Findings: 3, Rescorings: 1}}
				},
			}, 200,
			map[string]any{"status": "ready", "store": reachable, "configuration": map[string]any{
				"status": "current", "loaded_at": "2026-11-01T11:00:00Z",
				"unknown_severities": []any{map[string]any{"type": "finding/osid", "severity": "eol", "findings": 3.0, "rescorings": 1.0}},
			}},
		},
		"files are wrong": {
			nil, configured(httpapi.Configuration{LoadedAt: loaded, Err: errors.New("findings.yaml:3:1: bad"), FailedAt: loaded.Add(time.Hour)}), 200,
			map[string]any{
				"status": "degraded", "store": reachable,
				"configuration": map[string]any{
					"status": "outdated", "loaded_at": "2026-11-01T11:00:00Z",
					"error": "findings.yaml:3:1: bad", "failed_at": "2026-11-01T12:00:00Z",
				},
			},
		},
		"store is away": {
			fmt.Errorf("dial db.internal: %w", store.ErrUnavailable), configured(httpapi.Configuration{LoadedAt: loaded}), 503,
			map[string]any{
				"status": "unavailable", "configuration": current,
				"store": map[string]any{"status": "unreachable", "error": "database cannot be reached"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			var api *httpapi.Server
			if tc.store != nil {
				api = httpapi.New(faulty{err: tc.store}, tc.cfg)
			} else {
				api = newAPI(tc.cfg)
			}
			for _, target := range []string{"/ready?verbose", "/ready?verbose=True"} {
				rec := ask(api, "GET", target, "")
				is.Equal(rec.Code, tc.code)
				is.Equal(rec.Header().Get("Retry-After") != "", tc.code == 503)
				var got map[string]any
				is.NoErr(json.Unmarshal(rec.Body.Bytes(), &got))
				is.Equal(cmp.Diff(tc.want, got), "")
			}
		})
	}
}

func configured(c httpapi.Configuration) httpapi.Config {
	return httpapi.Config{Configuration: func() httpapi.Configuration { return c }}
}

// A server by a new configuration goes on counting where the one before stopped.
func TestServersShareARegistry(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := httpapi.Config{Registry: prometheus.NewRegistry()}
	earlier, later := newAPI(cfg), newAPI(cfg)
	ask(earlier, "GET", "/ready", "")
	ask(later, "GET", "/ready", "")
	rec := httptest.NewRecorder()
	earlier.Metrics().ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	text, err := io.ReadAll(rec.Body)
	is.NoErr(err)
	is.True(strings.Contains(string(text), `requests_total{endpoint="/ready",method="GET",status="200",user_agent="none"} 2`))
}

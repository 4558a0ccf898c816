package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/store"
)

// status sends a request without a body.
func (s *started) status(method, path string) int {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.api+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// What a server has fetched the next one on the same database need not fetch.
func TestDescriptorsOutliveServers(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(t *testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "odg.db") },
		"PostgreSQL": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			r := newRegistry(t)
			args := []string{"--samples", "--delivery-db-url=" + database(t), "--ocm-repo-mappings=" +
				config(t, t.TempDir(), "mappings.yaml", "- repository: "+r.url+"/ocm\n")}
			s := start(t, args...)
			_, first := s.get(s.api, shopPath)
			is.Equal(s.wait(), exitOK)
			is.True(r.requests.Load() > 0)

			r.requests.Store(0)
			s = start(t, args...)
			status, second := s.get(s.api, shopPath)
			is.Equal(status, 200)
			is.Equal(first, second)
			is.Equal(r.requests.Load(), int64(0))
			_, metrics := s.get(s.metrics, "/metrics")
			for _, line := range []string{`odg_component_store_lookups_total{result="hit"} 1`, "odg_component_store_descriptors 1", "odg_component_store_failures_total 0"} {
				is.True(strings.Contains(metrics, line))
			}
			is.True(!strings.Contains(metrics, "odg_component_store_bytes 0"))
			s.get(s.api, shopPath+"&ignore_cache=true") // asks the registry all the same
			is.True(r.requests.Load() > 0)

			id := store.DescriptorID(r.url+"/ocm", "example.org/shop", "2026.11.0")
			asks := func() bool {
				before := r.requests.Load()
				status, _ := s.get(s.api, shopPath)
				return status == 200 && r.requests.Load() > before
			}
			is.True(!asks())
			is.Equal(s.status(http.MethodDelete, "/cache?id="+strings.ToUpper(id)), 204)
			is.True(asks())
			is.True(!asks())
			soon := url.QueryEscape(time.Now().Add(50 * time.Millisecond).UTC().Format(time.RFC3339Nano))
			is.Equal(s.status(http.MethodDelete, "/cache?deleteAfter="+soon+"&id="+id), 204)
			s.until("the mark counts", asks)
		})
	}
}

func TestDescriptorsAreNotKept(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r := newRegistry(t)
	s := start(t, "--samples", "--descriptor-cache-bytes=0", "--ocm-repo-mappings="+config(t, t.TempDir(), "mappings.yaml", "- repository: "+r.url+"/ocm\n"))
	status, _ := s.get(s.api, shopPath)
	is.Equal(status, 200)
	_, metrics := s.get(s.metrics, "/metrics")
	is.True(!strings.Contains(metrics, "odg_component_store"))
	is.Equal(s.status(http.MethodDelete, "/cache?id="+store.DescriptorID("a", "b", "c")), 204)
}

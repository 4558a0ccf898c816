package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
)

const declared = `
- type: finding/acme
  datasource: acme
  key: [rule]
  categorisations:
    - {id: bad, display_name: Bad, value: 8, selector: null}
`

// acme is a finding whose key is missing; it is no fault of a type that nobody
// declared.
const acme = `{"entries":[{"artefact":{"component_name":"a","artefact_kind":"resource","artefact":{"artefact_name":"n","artefact_type":"t","artefact_extra_id":{}}},
	"meta":{"datasource":"acme","type":"finding/acme"},"data":{"severity":"bad"},"discovery_date":"2026-01-01"}]}`

// put returns the status of a write.
func (s *started) put(body string) int {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPut, "http://"+s.api+"/artefacts/metadata", strings.NewReader(body))
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

type verbose struct {
	Status        string
	Configuration struct {
		Status, Error string
		Unknown       []unknownSeverity `json:"unknown_severities"`
	}
	Store struct{ Status string }
}

type unknownSeverity struct {
	Type, Severity string
	Findings       int
}

func (s *started) verbose() (v verbose) {
	s.t.Helper()
	status, body := s.get(s.api, "/ready?verbose")
	if err := json.Unmarshal([]byte(body), &v); err != nil || status != 200 {
		s.t.Fatalf("%d %s: %v", status, body, err)
	}
	return v
}

// databases are URLs of new ones.
var databases = map[string]func(t *testing.T) string{
	"sqlite": func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "odg.db") },
	"postgres": func(t *testing.T) string {
		_, rest, _ := strings.Cut(pgtest.URL(t), "://")
		return "postgresql+psycopg://" + rest // as Python writes it
	},
}

func TestFilesAreFollowed(t *testing.T) {
	t.Parallel()
	for name, url := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			filesAreFollowed(t, url(t))
		})
	}
}

func filesAreFollowed(t *testing.T, url string) {
	is := is.New(t)
	dir := t.TempDir()
	findings := config(t, dir, "findings.yaml", "[]\n")
	profiles := config(t, dir, "profiles.yaml", "- {name: all}\n")
	s := start(t, "--findings-cfg="+findings, "--profiles="+profiles, "--reload-interval=5ms", "--delivery-db-url="+url)
	is.Equal(s.put(acme), 201) // an undeclared type is a plain object

	config(t, dir, "findings.yaml", declared)
	s.until("the type is declared", func() bool { return s.put(acme) == 400 }) // its key is missing
	_, names := s.get(s.api, "/profiles")
	is.Equal(names, `{"profiles":["all"]}`)

	// One file is sound and one is not: neither is taken over.
	config(t, dir, "findings.yaml", "- type: finding/vulnerability\n  categorisations: 7\n")
	config(t, dir, "profiles.yaml", "- {name: fewer}\n")
	s.until("the fault shows", func() bool { return s.verbose().Status == "degraded" })
	v := s.verbose()
	is.True(strings.Contains(v.Configuration.Error, findings+":2:")) // file and line
	is.Equal(v.Configuration.Status, "outdated")
	is.Equal(v.Store.Status, "reachable")
	is.Equal(s.put(acme), 400)
	_, names = s.get(s.api, "/profiles")
	is.Equal(names, `{"profiles":["all"]}`)
	_, text := s.get(s.metrics, "/metrics")
	is.True(strings.Contains(text, "odg_config_reload_failed 1"))
	status, body := s.get(s.api, "/ready")
	is.Equal(status, 200)
	is.Equal(body, "")

	config(t, dir, "findings.yaml", "[]\n")
	s.until("the fault is gone", func() bool { return s.verbose().Status == "ready" })
	is.Equal(s.put(acme), 201)
	_, names = s.get(s.api, "/profiles")
	is.Equal(names, `{"profiles":["fewer"]}`)
	_, text = s.get(s.metrics, "/metrics")
	is.True(strings.Contains(text, "odg_config_reload_failed 0"))
	is.True(strings.Contains(text, `requests_total{endpoint="/profiles",method="GET",status="200",user_agent="Go-http-client"} 3`)) // counted across reloads
	is.Equal(strings.Count(s.log(), "configuration refused"), 1)
}

// A category that is dropped while findings have it is told with their number, at a
// reload as at a start, and goes when it is back.
func TestDroppedCategories(t *testing.T) {
	t.Parallel()
	for name, url := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			dir, db := t.TempDir(), url(t)
			findings := config(t, dir, "findings.yaml", declared)
			s := start(t, "--findings-cfg="+findings, "--reload-interval=5ms", "--delivery-db-url="+db)
			is.Equal(s.put(strings.Replace(acme, `"data":{`, `"data":{"rule":"r",`, 1)), 201)
			config(t, dir, "findings.yaml", strings.Replace(declared, "id: bad", "id: worse", 1))
			want := []unknownSeverity{{"finding/acme", "bad", 1}}
			s.until("it is told", func() bool { return slices.Equal(s.verbose().Configuration.Unknown, want) })
			is.True(strings.Contains(s.log(), `"finding_type":"finding/acme","severity":"bad","findings":1,"rescorings":0`))
			is.Equal(strings.Count(s.log(), "severity in use is not configured"), 1)

			const search = `{"criteria":[{"type":"artefact-metadata","attr":"effective.severity","value":"bad"},{"type":"artefact-metadata","attr":"effective.value","op":"cmp","cmp":"<","value":"0"}]}`
			is.Equal(strings.Count(s.searched(search), `"type":"finding/acme"`), 1) // nothing is lost, and nobody knows its value

			again := start(t, "--findings-cfg="+findings, "--reload-interval=1h", "--delivery-db-url="+db)
			again.until("it is told at once", func() bool { return slices.Equal(again.verbose().Configuration.Unknown, want) })

			config(t, dir, "findings.yaml", declared)
			s.until("it is back", func() bool { return len(s.verbose().Configuration.Unknown) == 0 })
		})
	}
}

// searched is the answer to a search.
func (s *started) searched(body string) string {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://"+s.api+"/artefacts/metadata/query/by-search-expression", strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatalf("search: %d %s: %v", resp.StatusCode, answer, err)
	}
	return string(answer)
}

// It is not parallel, as the signal reaches every server of this process.
func TestHangupReloads(t *testing.T) {
	is := is.New(t)
	dir := t.TempDir()
	s := start(t, "--samples", "--profiles="+config(t, dir, "profiles.yaml", "- {name: all}\n"), "--reload-interval=1h")
	config(t, dir, "profiles.yaml", "- {name: fewer}\n")
	process, err := os.FindProcess(os.Getpid()) // this process is the server
	is.NoErr(err)
	is.NoErr(process.Signal(syscall.SIGHUP))
	s.until("the file is taken over", func() bool {
		_, names := s.get(s.api, "/profiles")
		return names == `{"profiles":["fewer"]}`
	})
}

// A file that appears is taken over, and the sample that stood in for it ends.
func TestSampleEnds(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	dir := t.TempDir()
	s := start(t, "--samples", "--profiles="+dir+"/profiles.yaml", "--reload-interval=5ms")
	_, names := s.get(s.api, "/profiles")
	is.Equal(names, `{"profiles":["default"]}`)
	config(t, dir, "profiles.yaml", "- {name: all}\n")
	s.until("the file is taken over", func() bool {
		_, names := s.get(s.api, "/profiles")
		return names == `{"profiles":["all"]}`
	})
}

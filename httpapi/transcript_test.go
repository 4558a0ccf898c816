package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/postgres"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// transcript is what an existing installation answered.
type transcript struct {
	Findings    []json.RawMessage `json:"findings_cfg"`
	Descriptors []json.RawMessage `json:"component_descriptors"`
	Exchanges   []exchange        `json:"transcript"`
}

type exchange struct {
	Step     int
	Comment  string
	Request  request
	Response struct {
		Status      int
		ContentType *string `json:"content_type"`
		Body        any
		BodyText    *string `json:"body_text"`
		Headers     map[string]string
	}
	Volatile []string
}

type request struct {
	Method, Path string
	Query        map[string]any
	Headers      map[string]string
	Body         json.RawMessage
	BodyRaw      *string `json:"body_raw"`
}

type answer struct {
	status            int
	contentType, text string
	body              any
	header            http.Header
}

func TestTranscripts(t *testing.T) {
	t.Parallel()
	for name, open := range stores {
		for _, file := range transcriptFiles(t) {
			t.Run(name+"/"+filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				is := is.New(t)
				data, err := os.ReadFile(file)
				is.NoErr(err)
				var tr transcript
				is.NoErr(json.Unmarshal(data, &tr))
				is.True(len(tr.Exchanges) > 0) // the file has exchanges
				tr.replay(t, open(t))
			})
		}
	}
}

var stores = map[string]func(t *testing.T) store.Store{
	"memory": func(*testing.T) store.Store { return memory.New() },
	"sqlite": func(t *testing.T) store.Store {
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "odg.db"), sqlite.Config{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	},
	"postgres": func(t *testing.T) store.Store {
		s, err := postgres.Open(t.Context(), pgtest.URL(t), postgres.Config{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	},
}

func transcriptFiles(t *testing.T) []string {
	t.Helper()
	dir := os.Getenv("ODG_TRANSCRIPTS")
	if dir == "" {
		dir = filepath.Join("testdata", "transcripts")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts in %s: %v", dir, err)
	}
	return files
}

// replay sends the requests in their order. The clock stands still at the latest
// time that the recording shows, so that a text with this time is the server's.
func (tr transcript) replay(t *testing.T, s store.Store) {
	is := is.New(t)
	now := tr.end(t)
	findings, err := tr.findings()
	is.NoErr(err)
	repository, err := tr.repository()
	is.NoErr(err)
	api := httpapi.New(
		// Rescorings of wide scopes apply to nothing where this was recorded (D2).
		odg.New(s, odg.Config{Findings: findings, Descriptors: repository, PeerScopes: true, Now: func() time.Time { return now }}),
		httpapi.Config{Components: repository, Findings: findings, Now: func() time.Time { return now }})
	clock := string(metadata.TimestampOf(now))
	var given strings.Builder
	stored := map[string]bool{}
	for _, x := range tr.Exchanges {
		given.Write(x.Request.Body)
		a := send(t, api, x.Request)
		x.compare(t, a, clock, given.String())
		x.restore(t, api, a, stored)
	}
}

// restore removes what was stored where the recorded installation failed, so that
// what follows starts from the same state.
func (x exchange) restore(t *testing.T, api http.Handler, a answer, stored map[string]bool) {
	if x.Request.Method != http.MethodPut || a.status != http.StatusCreated {
		return
	}
	entries, err := metadata.BuiltinTypes().ParseEntries(x.Request.Body)
	if err != nil {
		t.Fatal(err)
	}
	var extra []metadata.Entry
	for _, e := range entries {
		if x.Response.Status == http.StatusCreated {
			stored[e.ID()] = true
		} else if !stored[e.ID()] {
			extra = append(extra, e)
		}
	}
	if len(extra) == 0 {
		return
	}
	body, err := json.Marshal(map[string]any{"entries": extra})
	if err != nil {
		t.Fatal(err)
	}
	if a := send(t, api, request{Method: http.MethodDelete, Path: x.Request.Path, Body: body}); a.status != http.StatusNoContent {
		t.Fatalf("step %d: restore: %d %s", x.Step, a.status, a.text)
	}
}

func (x exchange) compare(t *testing.T, a answer, clock, given string) {
	t.Helper()
	want := answer{status: x.Response.Status, body: x.Response.Body}
	if x.Response.ContentType != nil {
		want.contentType = *x.Response.ContentType
	}
	if x.Response.BodyText != nil {
		want.text, a.body = *x.Response.BodyText, nil
	}
	for _, path := range x.Volatile {
		replace(want.body, path, func(v any) any {
			if text, ok := v.(string); ok && strings.Contains(given, text) {
				return v // the client gave it
			}
			return clock
		})
	}
	for _, d := range deviations {
		d.excuse(x, &want, &a)
	}
	if x.Response.BodyText == nil {
		want.text, a.text = "", ""
	}
	if !strings.HasSuffix(x.Request.Path, "/by-search-expression") {
		want.body, a.body = sorted(want.body), sorted(a.body)
	}
	for name, value := range x.Response.Headers {
		if got := a.header.Get(name); got != value {
			t.Errorf("step %d (%s): header %s is %q, recorded was %q", x.Step, x.Comment, name, got, value)
		}
	}
	a.header, want.header = nil, nil
	if diff := cmp.Diff(want, a, cmp.AllowUnexported(answer{})); diff != "" {
		t.Errorf("step %d (%s): %s %s, -recorded +ours:\n%s\nour text: %s", x.Step, x.Comment, x.Request.Method, x.Request.Path, diff, a.text)
	}
}

func send(t *testing.T, api http.Handler, r request) answer {
	t.Helper()
	query := url.Values{}
	for name, value := range r.Query {
		if list, ok := value.([]any); ok {
			for _, v := range list {
				query.Add(name, fmt.Sprint(v))
			}
		} else {
			query.Add(name, fmt.Sprint(value))
		}
	}
	body := []byte(r.Body)
	if r.BodyRaw != nil {
		body = []byte(*r.BodyRaw)
	} else if string(body) == "null" {
		body = nil
	}
	req := httptest.NewRequestWithContext(t.Context(), r.Method, r.Path+"?"+query.Encode(), bytes.NewReader(body))
	for name, value := range r.Headers {
		req.Header.Set(name, value)
	}
	rec := httptest.NewRecorder()
	api.ServeHTTP(rec, req)
	a := answer{status: rec.Code, text: rec.Body.String(), header: rec.Header()}
	a.contentType, _, _ = mime.ParseMediaType(rec.Header().Get("Content-Type"))
	if a.contentType == "application/json" {
		if err := json.Unmarshal(rec.Body.Bytes(), &a.body); err != nil {
			t.Fatalf("%s %s: %v in %s", r.Method, r.Path, err, rec.Body)
		}
	}
	return a
}

func (tr transcript) findings() (*findingcfg.Config, error) {
	data, err := json.Marshal(tr.Findings)
	if err != nil {
		return nil, err
	}
	cfg, _, err := findingcfg.Parse("findings.yaml", data, findingcfg.Options{})
	return cfg, err
}

func (tr transcript) repository() (*repository, error) {
	r := &repository{descriptors: map[component.ID]*component.Descriptor{}}
	for _, raw := range tr.Descriptors {
		d, err := component.Decode(raw)
		if err != nil {
			return nil, err
		}
		r.add(d)
	}
	return r, nil
}

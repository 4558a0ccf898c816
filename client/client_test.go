package client_test

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/odgtest"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/postgres"
	"github.com/opendeliverygear/odg/store/sqlite"
)

func TestCore(t *testing.T) {
	t.Parallel()
	stores := map[string]func(t *testing.T) store.Store{
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
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			odgtest.Run(t, func(t *testing.T, cfg odg.Config) odgtest.Core {
				s := open(t)
				return newClient(t, httpapi.New(odg.New(s, cfg), httpapi.Config{}))
			})
		})
	}
}

func newClient(t *testing.T, h http.Handler) *client.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, client.Config{HTTP: server.Client(), Backoff: time.Millisecond, MaxBackoff: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRetries(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answers []int
		sent    int
		ok      bool
	}{
		"busy, then well":        {[]int{503, 502, 201}, 3, true},
		"client's fault":         {[]int{400, 201}, 1, false},
		"server's fault":         {[]int{500, 201}, 1, false},
		"never well":             {[]int{503, 503, 503, 503, 503, 201}, 5, false},
		"broken connection once": {[]int{0, 201}, 2, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			sent := 0
			c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				status := tc.answers[sent]
				sent++
				body, err := io.ReadAll(r.Body)
				if err != nil || len(body) == 0 {
					t.Errorf("attempt %d has no body: %v", sent, err)
				}
				if status == 0 {
					panic(http.ErrAbortHandler)
				}
				w.WriteHeader(status)
			}))
			err := c.PutMetadata(t.Context(), []metadata.Entry{{}})
			is.Equal(err == nil, tc.ok)
			is.Equal(sent, tc.sent)
			var answer *client.Error
			if !tc.ok {
				is.True(errors.As(err, &answer)) // the status is told
				is.Equal(answer.Status, tc.answers[sent-1])
			}
		})
	}
}

func TestOlderServersAnswerWithAList(t *testing.T) {
	t.Parallel()
	const entry = `{"artefact":{"component_name":"a"},"meta":{"datasource":"d","type":"t"},"data":{}}`
	for name, tc := range map[string]struct {
		body string
		n    int
		ok   bool
	}{
		"none":      {`[]`, 0, true},
		"two":       {`[` + entry + `,` + entry + `]`, 2, true},
		"cut off":   {`[` + entry + `,`, 1, false},
		"no list":   {`{"error":1}`, 0, false},
		"malformed": {`[` + entry + `,{"data":1}]`, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, tc.body)
			}))
			n, ok := 0, true
			for _, err := range c.QueryMetadata(t.Context(), store.Query{}) {
				if err != nil {
					ok = false
					continue
				}
				n++
			}
			is.Equal(n, tc.n)
			is.Equal(ok, tc.ok)
		})
	}
}

func TestBrokenStreamIsAnError(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		_, _ = io.WriteString(w, `{"artefact":{"component_name":"a"},"meta":{"datasource":"d","type":"t"},"data":{}}`+"\n")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	var last error
	for _, err := range c.QueryMetadata(t.Context(), store.Query{}) {
		last = err
	}
	is.True(last != nil) // half of an answer is not taken for all
}

func TestLargeBodiesAreCompressed(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var encoding, body string
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		encoding = r.Header.Get("Content-Encoding")
		if z, err := gzip.NewReader(r.Body); err == nil {
			text, _ := io.ReadAll(z)
			body = string(text)
		}
		w.WriteHeader(http.StatusCreated)
	}))
	is.NoErr(c.PutMetadata(t.Context(), make([]metadata.Entry, 100)))
	is.Equal(encoding, "gzip")
	is.True(strings.HasPrefix(body, `{"entries":[{`))
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "odg.example.org", "ftp://odg.example.org", "https://", "https://h/?q=1", "http://a b"} {
		t.Run(base, func(t *testing.T) {
			is := is.New(t)
			_, err := client.New(base, client.Config{})
			is.True(err != nil)
		})
	}
}

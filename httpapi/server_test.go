package httpapi_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

const entryText = `{"artefact":{"component_name":"acme.org/shop"},"meta":{"datasource":"acme","type":"acme/check"},"data":{"key":"k"}}`

func newAPI(cfg httpapi.Config) *httpapi.Server {
	return httpapi.New(odg.New(memory.New(), odg.Config{}), cfg)
}

// ask sends a request with headers given as pairs.
func ask(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

func encoded(t *testing.T, text string, encode func(io.Writer) io.WriteCloser) string {
	t.Helper()
	var out bytes.Buffer
	w := encode(&out)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestContentEncodings(t *testing.T) {
	t.Parallel()
	body := `{"entries":[` + entryText + `]}`
	zipped := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	for name, tc := range map[string]struct {
		encoding, body string
		status         int
		says           string
	}{
		"none":          {"", body, 201, ""},
		"identity":      {"identity", body, 201, ""},
		"gzip":          {"gzip", encoded(t, body, zipped), 201, ""},
		"deflate":       {"deflate", encoded(t, body, func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }), 201, ""},
		"bare deflate":  {"deflate", encoded(t, body, func(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 6); return f }), 201, ""},
		"unknown":       {"br", body, 415, `content encoding "br" is unknown`},
		"no gzip":       {"gzip", body, 400, "invalid header"},
		"cut off":       {"gzip", encoded(t, body, zipped)[:60], 400, "unexpected EOF"},
		"empty gzip":    {"gzip", "", 400, "EOF"},
		"bomb":          {"gzip", encoded(t, strings.Repeat(" ", 1<<20), zipped), 413, "longer than 100000 bytes"},
		"too long":      {"", strings.Repeat(" ", 100_001), 413, "longer than 100000 bytes"},
		"just fits":     {"", body + strings.Repeat(" ", 100_000-len(body)), 201, ""},
		"NUL":           {"", strings.Replace(body, "shop", `sh\u0000op`, 1), 400, "NUL"},
		"duplicate key": {"", strings.Replace(body, `"type":`, `"type":"a","type":`, 1), 400, "entries[0].meta"},
		"too wide":      {"", strings.Replace(body, "shop", strings.Repeat("ü", 300), 1), 400, "entries[0].artefact.component_name: 309 characters, at most 256 fit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := ask(newAPI(httpapi.Config{MaxBodyBytes: 100_000}), "PUT", "/artefacts/metadata", tc.body, "Content-Encoding", tc.encoding)
			is.Equal(rec.Code, tc.status)
			if !strings.Contains(rec.Body.String(), tc.says) {
				t.Errorf("answer is %q, want it to say %q", rec.Body, tc.says)
			}
		})
	}
}

func TestAnswersAreCompressedOnOffer(t *testing.T) {
	t.Parallel()
	for offer, want := range map[string]string{
		"": "", "br": "", "gzip": "gzip", "gzip, deflate": "deflate", "deflate;q=0, gzip;q=0.5": "gzip", "gzip;q=x": "",
	} {
		t.Run(offer, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			api := newAPI(httpapi.Config{})
			is.Equal(ask(api, "PUT", "/artefacts/metadata", `{"entries":[`+entryText+`]}`).Code, 201)
			rec := ask(api, "POST", "/artefacts/metadata/query", `{}`, "Accept-Encoding", offer)
			is.Equal(rec.Header().Get("Content-Encoding"), want)
			var body io.Reader = rec.Body
			var err error
			switch want {
			case "gzip":
				body, err = gzip.NewReader(body)
			case "deflate":
				body, err = zlib.NewReader(body)
			}
			is.NoErr(err)
			var entries []any
			is.NoErr(json.NewDecoder(body).Decode(&entries))
			is.Equal(len(entries), 1)
		})
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := newAPI(httpapi.Config{})
	rec := ask(api, "PUT", "/artefacts/metadata", entryText+"\n\n"+entryText, "Content-Type", "application/x-ndjson")
	is.Equal(rec.Code, 201)
	rec = ask(api, "POST", "/artefacts/metadata/query", `{}`, "Accept", "application/x-ndjson")
	is.Equal(rec.Header().Get("Content-Type"), "application/x-ndjson")
	is.Equal(strings.Count(rec.Body.String(), "\n"), 1) // one entry, one line
	rec = ask(api, "PUT", "/artefacts/metadata", entryText+"\nnope", "Content-Type", "application/x-ndjson")
	is.Equal(rec.Code, 400)
	is.True(strings.HasPrefix(rec.Body.String(), "line 2: "))
}

func TestPlainRoutes(t *testing.T) {
	t.Parallel()
	api := newAPI(httpapi.Config{ServeMetrics: true})
	for name, tc := range map[string]struct {
		method, target, body string
		status               int
		says                 string
	}{
		"ready":               {"GET", "/ready", "", 200, ""},
		"HEAD is not offered": {"HEAD", "/ready", "", 405, ""},
		"profiles":            {"GET", "/profiles", "", 200, `{"profiles":["default"]}`},
		"metrics":             {"GET", "/metrics", "", 200, "requests_concurrency"},
		"no login":            {"GET", "/auth/configs", "", 400, `{"error_id":"feature-inactive","missing_features":["authentication"]}`},
		"later":               {"GET", "/components/tests", "", 400, `"feature-inactive"`},
		"unknown path":        {"GET", "/nope?token=x", "", 404, "404: Not Found"},
		"empty step":          {"GET", "http://odg//ready", "", 404, "404: Not Found"},
		"steps back":          {"GET", "/a/../ready", "", 404, "404: Not Found"},
		"unknown method":      {"BREW", "/ready", "", 405, "405: Method Not Allowed"},
		"name is missing":     {"GET", "/ocm/component", "", 400, "The component_name parameter is required."},
		"no repository":       {"GET", "/ocm/component?component_name=a&version=1", "", 404, "a:1"},
		"no switch":           {"GET", "/ocm/component?component_name=a&raw=TRUE", "", 400, "raw"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			rec := ask(api, tc.method, tc.target, tc.body)
			is.Equal(rec.Code, tc.status)
			if !strings.Contains(rec.Body.String(), tc.says) {
				t.Errorf("answer is %q, want it to say %q", rec.Body, tc.says)
			}
		})
	}
}

// faulty is a core whose calls fail.
type faulty struct {
	err    error
	before int // entries that a query yields before it fails
}

func (f faulty) PutMetadata(context.Context, []metadata.Entry) error    { return f.err }
func (f faulty) DeleteMetadata(context.Context, []metadata.Entry) error { panic("broken") }

func (f faulty) Proposals(context.Context, artefact.ID, ...metadata.Type) iter.Seq2[proposal.Proposal, error] {
	return func(yield func(proposal.Proposal, error) bool) { yield(proposal.Proposal{}, f.err) }
}
func (f faulty) Explain(context.Context, string) (explain.Explanation, error) {
	return explain.Explanation{}, f.err
}
func (f faulty) AsOf(ctx context.Context, q store.Query, _ time.Time) iter.Seq2[metadata.Entry, error] {
	return f.QueryMetadata(ctx, q)
}

func (f faulty) History(context.Context, string) (odg.Life, error) { return odg.Life{}, f.err }

func (f faulty) SLA(context.Context, odg.Release) (odg.Evidence, error) { return odg.Evidence{}, f.err }

func (f faulty) Compliance(context.Context, []*component.Descriptor, []metadata.Type) ([]odg.ComponentStanding, error) {
	return nil, f.err
}
func (f faulty) Rescore(context.Context, []metadata.Entry) error { return f.err }
func (f faulty) Search(context.Context, search.Request) (search.Result, error) {
	return search.Result{}, f.err
}

func (f faulty) Changes(context.Context, store.Cursor, []metadata.Type) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) { yield(store.Event{}, f.err) }
}

func (f faulty) QueryMetadata(context.Context, store.Query) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		for range f.before {
			if !yield(metadata.Entry{}, nil) {
				return
			}
		}
		yield(metadata.Entry{}, f.err)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err    error
		status int
		text   string
	}{
		"secret":   {errors.New("password=hunter2"), 500, "500: Internal Server Error"},
		"conflict": {&store.ConflictError{ID: "x"}, 409, "entry x"},
		"full":     {store.ErrFull, 507, "no space left"},
		"busy":     {fmt.Errorf("connect to secret.example.org: %w", store.ErrBusy), 503, "database is busy"},
		"gone":     {fmt.Errorf("connect to secret.example.org: %w", store.ErrUnavailable), 503, "cannot be reached"},
		"closed":   {store.ErrClosed, 503, "store is closed"},
		"timeout":  {context.DeadlineExceeded, 503, "deadline"},
		"descr.":   {component.ErrMalformed, 424, "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			api := httpapi.New(faulty{err: tc.err}, httpapi.Config{})
			body := `{"entries":[` + entryText + `]}`
			rec := ask(api, "PUT", "/artefacts/metadata", body)
			is.Equal(rec.Code, tc.status)
			is.True(strings.Contains(rec.Body.String(), tc.text))
			is.True(!strings.Contains(rec.Body.String(), "hunter2")) // causes are for operators
			is.True(!strings.Contains(rec.Body.String(), "secret"))  // and so are host names
			is.Equal(rec.Header().Get("Retry-After") != "", tc.status == 503)

			rec = ask(api, "PUT", "/artefacts/metadata", body, "Accept", "application/problem+json")
			var details struct {
				Status int
				Detail string
			}
			is.Equal(rec.Header().Get("Content-Type"), "application/problem+json")
			is.NoErr(json.Unmarshal(rec.Body.Bytes(), &details))
			is.Equal(details.Status, tc.status)
			is.Equal(ask(api, "POST", "/artefacts/metadata/query", `{}`).Code, tc.status) // before the first entry
		})
	}
}

func TestPanicIsAnError(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	rec := ask(httpapi.New(faulty{}, httpapi.Config{}), "DELETE", "/artefacts/metadata", `{"entries":[`+entryText+`]}`)
	is.Equal(rec.Code, 500)
	is.Equal(rec.Body.String(), "500: Internal Server Error")
}

func TestBrokenAnswerBreaksOff(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	server := httptest.NewServer(httpapi.New(faulty{errors.New("gone"), 5000}, httpapi.Config{}))
	defer server.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/artefacts/metadata/query", strings.NewReader(`{}`))
	is.NoErr(err)
	resp, err := server.Client().Do(req)
	is.NoErr(err)
	defer func() { is.NoErr(resp.Body.Close()) }()
	is.Equal(resp.StatusCode, 200)
	_, err = io.ReadAll(resp.Body)
	is.True(err != nil) // no client takes it for all
}

func TestLogHasNoSecrets(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var log bytes.Buffer
	api := newAPI(httpapi.Config{Log: zerolog.New(&log)})
	ask(api, "GET", "/auth?access_token=hunter2", "", "Authorization", "Bearer hunter3")
	is.True(strings.Contains(log.String(), `"path":"/auth"`))
	is.True(!strings.Contains(log.String(), "hunter"))
}

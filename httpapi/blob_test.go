package httpapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

const (
	// contentDigest is that of the text content.
	contentDigest = "sha256:ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73"
	emptyDigest   = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

func newBlobAPI(blobs store.Blobs) *httpapi.Server {
	return newAPI(httpapi.Config{
		Blobs: blobs, MaxBlobBytes: 1000,
		Now: func() time.Time { return time.Date(2026, 3, 1, 14, 5, 6, 789, time.FixedZone("", 2*60*60)) },
	})
}

// aboutBlob are the headers of an answer that are about a blob.
func aboutBlob(h http.Header) map[string]string {
	about := map[string]string{}
	for _, name := range []string{"Digest", "Created", "Content-Type", "Content-Length"} {
		about[name] = h.Get(name)
	}
	return about
}

func TestBlobRoutes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := newBlobAPI(memory.New())
	want := map[string]string{
		"Digest": contentDigest, "Created": "01/03/26 12:05:06 +0000", "Content-Type": "text/plain; x=y", "Content-Length": "0",
	}
	for range 2 { // once more is fine (D17)
		rec := ask(api, "POST", "/blob", "content", "Digest", contentDigest, "Content-Type", "text/plain; x=y")
		is.Equal(rec.Code, 200)
		is.Equal(rec.Body.Len(), 0)
		is.Equal(cmp.Diff(want, aboutBlob(rec.Header())), "")
	}
	want["Content-Length"] = "7"
	upper := "sha256:" + strings.ToUpper(strings.TrimPrefix(contentDigest, "sha256:"))
	for _, digest := range []string{contentDigest, upper} {
		rec := ask(api, "HEAD", "/blob?digest="+digest, "")
		is.Equal(rec.Code, 200)
		is.Equal(rec.Body.Len(), 0)
		is.Equal(cmp.Diff(want, aboutBlob(rec.Header())), "")
		rec = ask(api, "GET", "/blob?digest="+digest, "")
		is.Equal(rec.Code, 200)
		is.Equal(rec.Body.String(), "content")
		is.Equal(cmp.Diff(want, aboutBlob(rec.Header())), "")
		is.Equal(rec.Header().Get("X-Content-Type-Options"), "nosniff") // browsers run none of it
		is.True(strings.Contains(rec.Header().Get("Content-Security-Policy"), "sandbox"))
	}
	rec := ask(api, "DELETE", "/blob?digest="+contentDigest, "")
	is.Equal(rec.Code, 204)
	is.Equal(ask(api, "DELETE", "/blob?digest="+contentDigest, "").Code, 404)
	rec = ask(api, "POST", "/blob", "", "Digest", emptyDigest, "Content-Type", "a/b", "Content-Length", "0")
	is.Equal(rec.Code, 200) // nothing is content, too
}

func TestBlobFaults(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		method, target, body string
		headers              []string
		status               int
		says                 string
	}{
		"no digest header": {"POST", "/blob", "content", []string{"Content-Type", "a/b"}, 400, "The Digest header is required."},
		"no media type":    {"POST", "/blob", "content", []string{"Digest", contentDigest}, 400, "The Content-Type header is required."},
		"no length":        {"POST", "/blob", "", []string{"Digest", emptyDigest, "Content-Type", "a/b"}, 400, "The Content-Length header is required."},
		"long media type":  {"POST", "/blob", "content", []string{"Digest", contentDigest, "Content-Type", strings.Repeat("x", 513)}, 400, "at most 512"},
		"odd media type":   {"POST", "/blob", "content", []string{"Digest", contentDigest, "Content-Type", "\xff"}, 400, "UTF-8"},
		"other algorithm":  {"POST", "/blob", "content", []string{"Digest", "md5:9a0364b9e99bb480dd25e1f0284c8555", "Content-Type", "a/b"}, 400, "only sha256"},
		"other content":    {"POST", "/blob", "Content", []string{"Digest", contentDigest, "Content-Type", "a/b"}, 400, "does not have the digest " + contentDigest},
		"too long":         {"POST", "/blob", strings.Repeat("x", 1001), []string{"Digest", contentDigest, "Content-Type", "a/b"}, 413, "longer than 1000 bytes"},
		"compressed":       {"POST", "/blob", "content", []string{"Digest", contentDigest, "Content-Type", "a/b", "Content-Encoding", "gzip"}, 415, "blobs are stored as they are sent"},
		"no parameter":     {"GET", "/blob", "", nil, 400, "The digest parameter is required."},
		"no digest":        {"GET", "/blob?digest=x", "", nil, 400, "digest: "},
		"unknown":          {"GET", "/blob?digest=" + emptyDigest, "", nil, 404, "There is no blob with the digest " + emptyDigest},
		"unknown HEAD":     {"HEAD", "/blob?digest=" + emptyDigest, "", nil, 404, ""},
		"odd HEAD":         {"HEAD", "/blob?digest=", "", nil, 400, ""},
		"unknown DELETE":   {"DELETE", "/blob?digest=" + emptyDigest, "", nil, 404, ""},
		"odd DELETE":       {"DELETE", "/blob", "", nil, 400, ""},
		"other method":     {"PUT", "/blob", "", nil, 405, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			blobs := memory.New()
			rec := ask(newBlobAPI(blobs), tc.method, tc.target, tc.body, tc.headers...)
			is.Equal(rec.Code, tc.status)
			if !strings.Contains(rec.Body.String(), tc.says) {
				t.Errorf("answer is %q, want it to say %q", rec.Body, tc.says)
			}
			_, err := blobs.FindBlob(t.Context(), contentDigest)
			is.True(errors.Is(err, store.ErrNotFound)) // nothing is stored
		})
	}
}

func TestNoPlaceForBlobs(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "HEAD", "GET", "DELETE"} {
		is := is.New(t)
		rec := ask(newAPI(httpapi.Config{}), method, "/blob", "")
		is.Equal(rec.Code, 400)
		is.Equal(rec.Body.String(), `{"error_id":"feature-inactive","missing_features":["delivery-db"]}`)
	}
}

// Whoever does not tell the length is told so, and a body that never comes is no
// blob.
func TestBlobsOverConnections(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	blobs := memory.New()
	post := func(idle time.Duration, length int64, body io.Reader) (int, string) {
		server := httptest.NewServer(newAPI(httpapi.Config{Blobs: blobs, IdleTimeout: idle}))
		defer server.Close()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/blob", body)
		is.NoErr(err)
		req.ContentLength = length
		req.Header.Set("Digest", contentDigest)
		req.Header.Set("Content-Type", "a/b")
		resp, err := server.Client().Do(req)
		is.NoErr(err)
		text, err := io.ReadAll(resp.Body)
		is.NoErr(err)
		is.NoErr(resp.Body.Close())
		return resp.StatusCode, string(text)
	}
	code, text := post(0, -1, io.MultiReader(strings.NewReader("content")))
	is.Equal(code, 400)
	is.Equal(text, "The Content-Length header is required.")

	body, writer := io.Pipe()
	go func() { _, _ = io.WriteString(writer, "con") }() // and no more
	code, text = post(50*time.Millisecond, 7, body)
	is.NoErr(writer.Close())
	is.Equal(code, http.StatusRequestTimeout)
	is.True(strings.Contains(text, "did not arrive in time"))
	_, err := blobs.FindBlob(t.Context(), contentDigest)
	is.True(errors.Is(err, store.ErrNotFound))

	code, _ = post(0, 7, strings.NewReader("content"))
	is.Equal(code, 200)
}

// brokenBlobs has a blob that cannot be read to its end.
type brokenBlobs struct {
	store.Blobs
	err error
}

func (b brokenBlobs) FindBlob(context.Context, string) (store.Blob, error) {
	return store.Blob{}, b.err
}

func (b brokenBlobs) OpenBlob(context.Context, string) (store.Blob, io.ReadCloser, error) {
	return store.Blob{Digest: contentDigest, Size: 7, MediaType: "a/b"}, io.NopCloser(io.MultiReader(strings.NewReader("con"), failing{b.err})), nil
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestBrokenBlobs(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	api := newAPI(httpapi.Config{Blobs: brokenBlobs{err: store.ErrUnavailable}})
	is.Equal(ask(api, "HEAD", "/blob?digest="+contentDigest, "").Code, 503)
	server := httptest.NewServer(api)
	defer server.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/blob?digest="+contentDigest, nil)
	is.NoErr(err)
	resp, err := server.Client().Do(req)
	if err == nil { // the beginning was sent
		_, err = io.ReadAll(resp.Body)
		is.NoErr(resp.Body.Close())
	}
	is.True(err != nil) // nobody takes it for all
}

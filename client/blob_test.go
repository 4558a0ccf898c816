package client_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/postgres"
	"github.com/opendeliverygear/odg/store/sqlite"
	"github.com/opendeliverygear/odg/store/storetest"
)

// The client keeps the contract of what the server keeps blobs in.
func TestBlobs(t *testing.T) {
	t.Parallel()
	then := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC) // of the suite
	for name, open := range map[string]func(t *testing.T) store.Blobs{
		"memory": func(*testing.T) store.Blobs { return memory.New() },
		"sqlite": func(t *testing.T) store.Blobs {
			s, err := sqlite.Open(t.Context(), t.TempDir()+"/odg.db", sqlite.Config{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			return s
		},
		"postgres": func(t *testing.T) store.Blobs {
			s, err := postgres.Open(t.Context(), pgtest.URL(t), postgres.Config{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			return s
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.RunBlobs(t, func(t *testing.T) store.Blobs {
				return newClient(t, blobServer(open(t), then))
			})
		})
	}
}

func blobServer(blobs store.Blobs, now time.Time) *httpapi.Server {
	return httpapi.New(odg.New(memory.New(), odg.Config{}), httpapi.Config{Blobs: blobs, Now: func() time.Time { return now }})
}

func blobOf(content string) store.Blob {
	sum := sha256.Sum256([]byte(content))
	return store.Blob{Digest: "sha256:" + hex.EncodeToString(sum[:]), MediaType: "text/plain"}
}

func TestUploadsAreTriedAgain(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("0123456789", 500_000)
	seekable := func() io.Reader {
		r := strings.NewReader("head" + content)
		_, _ = r.Seek(4, io.SeekStart) // what was read already is no content
		return r
	}
	once := func() io.Reader { return io.LimitReader(seekable(), 1<<30) }
	for name, tc := range map[string]struct {
		content func() io.Reader
		size    int64
		answers []int // 0 breaks the connection off, without reading all
		sent    int
		ok      bool
	}{
		"busy, then well":         {seekable, 0, []int{503, 200}, 2, true},
		"broken, then well":       {seekable, 0, []int{0, 0, 200}, 3, true},
		"client's fault":          {seekable, 0, []int{400, 200}, 1, false},
		"never well":              {seekable, 0, []int{503, 503, 503, 503, 503, 200}, 5, false},
		"content that comes once": {once, int64(len(content)), []int{503, 200}, 1, false},
		"once is enough":          {once, int64(len(content)), []int{200}, 1, true},
		"unknown size":            {once, 0, []int{200}, 0, false},
		"another size":            {seekable, 5, []int{200}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			blobs := memory.New()
			server := blobServer(blobs, time.Now())
			var sent atomic.Int32 // a handler may begin after the client has given up
			c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				status := tc.answers[sent.Add(1)-1]
				if r.Header.Get("Content-Encoding") != "" || r.ContentLength != int64(len(content)) {
					t.Errorf("headers %v, length %d", r.Header, r.ContentLength)
				}
				switch status {
				case 200:
					server.ServeHTTP(w, r)
				case 0:
					panic(http.ErrAbortHandler)
				default:
					w.WriteHeader(status)
				}
			}))
			blob := blobOf(content)
			blob.Size = tc.size
			stored, err := c.PutBlob(t.Context(), blob, tc.content())
			is.Equal(err == nil, tc.ok)
			is.Equal(int(sent.Load()), tc.sent)
			_, err = blobs.FindBlob(t.Context(), blob.Digest)
			is.Equal(err == nil, tc.ok)
			if tc.ok {
				is.Equal(stored.Size, int64(len(content)))
			}
		})
	}
}

func TestContentThatFails(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var sent atomic.Int32 // the handler may begin after the client has given up
	server := blobServer(memory.New(), time.Now())
	c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent.Add(1)
		server.ServeHTTP(w, r)
	}))
	broken := errors.New("disk on fire")
	blob := store.Blob{Digest: blobOf("x").Digest, Size: 10}
	_, err := c.PutBlob(t.Context(), blob, io.MultiReader(strings.NewReader("12345"), iotest.ErrReader(broken)))
	is.True(errors.Is(err, broken)) // the cause is told, not that of the connection
	is.True(sent.Load() <= 1)
	blob.Size = 0
	_, err = c.PutBlob(t.Context(), blob, iotest.ErrReader(broken))
	is.True(errors.Is(err, broken))
}

func TestBlobAnswers(t *testing.T) {
	t.Parallel()
	const created = "15/01/26 12:00:00 +0000"
	for name, tc := range map[string]struct {
		header  http.Header
		content string
		want    error // of reading
		fails   bool  // before
	}{
		"right":             {http.Header{"Created": {created}, "Content-Length": {"1"}}, "x", nil, false},
		"without a zone":    {http.Header{"Created": {"15/01/26 12:00:00 "}, "Content-Length": {"1"}}, "x", nil, false},
		"other content":     {http.Header{"Created": {created}, "Content-Length": {"1"}}, "y", store.ErrDigest, false},
		"cut off":           {http.Header{"Created": {created}, "Content-Length": {"2"}}, "x", io.ErrUnexpectedEOF, false},
		"without a length":  {http.Header{"Created": {created}, "Transfer-Encoding": {"identity"}}, "x", nil, true},
		"without a time":    {http.Header{"Content-Length": {"1"}}, "x", nil, true},
		"another time form": {http.Header{"Created": {"2026-01-15"}, "Content-Length": {"1"}}, "x", nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			c := newClient(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				for key, values := range tc.header {
					w.Header()[key] = values
				}
				_, _ = io.WriteString(w, tc.content)
				if w.Header().Get("Content-Length") == "" {
					_ = http.NewResponseController(w).Flush()
				}
			}))
			blob, content, err := c.OpenBlob(t.Context(), blobOf("x").Digest)
			is.Equal(err != nil, tc.fails)
			if tc.fails {
				return
			}
			is.Equal(blob.Created, time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
			_, err = io.ReadAll(content)
			is.True(errors.Is(err, tc.want))
			is.NoErr(content.Close())
		})
	}
}

// cached remembers what it was told.
type cached struct {
	id string
	at time.Time
}

func (c *cached) MarkCacheForDeletion(_ context.Context, id string, at time.Time) error {
	c.id, c.at = id, at
	return nil
}

func TestMarkCacheForDeletion(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var told cached
	c := newClient(t, httpapi.New(odg.New(memory.New(), odg.Config{}), httpapi.Config{Cache: &told}))
	at := time.Date(2026, 1, 15, 14, 0, 0, 5000, time.FixedZone("", 2*60*60))
	is.NoErr(c.MarkCacheForDeletion(t.Context(), "61fe3d8436930ff873aa1de5b3e068cb", at))
	is.Equal(told.id, "61fe3d8436930ff873aa1de5b3e068cb")
	is.True(told.at.Equal(at))
	broken := newClient(t, http.NotFoundHandler())
	is.True(broken.MarkCacheForDeletion(t.Context(), "x", at) != nil)
}

func ExampleClient_PutBlob() {
	server := httptest.NewServer(httpapi.New(odg.New(memory.New(), odg.Config{}), httpapi.Config{Blobs: memory.New()}))
	defer server.Close()
	ctx := context.Background()
	c, err := client.New(server.URL, client.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	sbom := []byte(`{"bomFormat":"CycloneDX"}`)
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(sbom))
	stored, err := c.PutBlob(ctx, store.Blob{Digest: digest, MediaType: "application/json"}, bytes.NewReader(sbom))
	fmt.Println(stored.Size, stored.MediaType, err)

	_, content, err := c.OpenBlob(ctx, digest)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer content.Close()
	text, err := io.ReadAll(content) // fails unless the digest is right
	fmt.Println(string(text), err)
	// Output:
	// 25 application/json <nil>
	// {"bomFormat":"CycloneDX"} <nil>
}

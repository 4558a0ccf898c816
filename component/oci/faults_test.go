package oci_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/oci"
)

// reply answers with a media type and a body.
func reply(w http.ResponseWriter, mediaType, body string) bool {
	w.Header().Set("Content-Type", mediaType)
	_, _ = io.WriteString(w, body)
	return true
}

func of(kind string, r *http.Request) bool { return strings.Contains(r.URL.Path, "/"+kind+"/") }

// pointing is a manifest whose descriptor layer is content, of a stated size.
func pointing(content string, size int) string {
	return fmt.Sprintf(`{"schemaVersion":2,"mediaType":%q,"config":{"mediaType":%q,"digest":%q,"size":2},"layers":[{"mediaType":%q,"digest":%q,"size":%d}]}`,
		typeManifest, configType, digest("{}"), layerType, digest(content), size)
}

// TestWrongAnswers are those that make no sense, or too much of it.
func TestWrongAnswers(t *testing.T) {
	t.Parallel()
	large := strings.Repeat(" ", 18<<20) + descriptor(shop)
	gone := component.ID{Name: shop.Name, Version: "2.0.0"}
	for name, test := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request) bool
		id     component.ID
		wraps  error
		says   string
	}{
		"a version that is not there": {id: gone, wraps: component.ErrNotFound, says: "MANIFEST_UNKNOWN"},
		"a name that cannot be there": {id: component.ID{Name: "acme.org/../x", Version: "1.0.0"}, wraps: component.ErrNotFound},
		"a version that cannot be":    {id: component.ID{Name: shop.Name, Version: "../../x"}, wraps: component.ErrNotFound},
		"a page for people": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			return of("manifests", r) && reply(w, "text/html; charset=utf-8", "<html>sign in</html>")
		}, wraps: component.ErrMalformed, says: `the media type "text/html", want a manifest`},
		"a manifest that is no JSON": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			return of("manifests", r) && reply(w, typeManifest, "{")
		}, wraps: component.ErrMalformed, says: "is no JSON manifest"},
		"an index that is called a manifest": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			return of("manifests", r) && reply(w, typeManifest, fmt.Sprintf(`{"mediaType":%q,"manifests":[]}`, typeIndex))
		}, wraps: component.ErrMalformed, says: "but the registry says"},
		"an index of nothing": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			return of("manifests", r) && reply(w, typeIndex, fmt.Sprintf(`{"mediaType":%q,"manifests":[]}`, typeIndex))
		}, wraps: component.ErrMalformed, says: "lists no manifest"},
		"an index with a digest that is a path": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			return of("manifests", r) && reply(w, typeIndex, fmt.Sprintf(`{"mediaType":%q,"manifests":[{"digest":"../../etc"}]}`, typeIndex))
		}, wraps: component.ErrMalformed, says: "is not sha256:"},
		"an index in an index": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			inner := fmt.Sprintf(`{"mediaType":%q,"manifests":[]}`, typeIndex)
			if strings.HasSuffix(r.URL.Path, digest(inner)) {
				return reply(w, typeIndex, inner)
			}
			return of("manifests", r) && reply(w, typeIndex, fmt.Sprintf(`{"mediaType":%q,"manifests":[{"digest":%q}]}`, typeIndex, digest(inner)))
		}, wraps: component.ErrMalformed, says: "is no component version"},
		"an image that is no component version": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			return of("manifests", r) && reply(w, typeManifest, fmt.Sprintf(`{"mediaType":%q,"config":{"mediaType":"application/vnd.oci.image.config.v1+json"}}`, typeManifest))
		}, wraps: component.ErrMalformed, says: "is no component version"},
		"another manifest than its digest": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Docker-Content-Digest", digest("another"))
			return of("manifests", r) && reply(w, typeManifest, pointing(descriptor(shop), 0))
		}, wraps: oci.ErrDigest, says: "damaged or was altered"},
		"another layer than its digest": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			return of("blobs", r) && reply(w, "application/octet-stream", descriptor(gone))
		}, wraps: oci.ErrDigest, says: digest(descriptor(shop))},
		"another size than stated": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			return of("manifests", r) && reply(w, typeManifest, pointing(descriptor(shop), 7))
		}, wraps: component.ErrMalformed, says: "the manifest says 7"},
		"a descriptor of 100 MiB": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			return of("manifests", r) && reply(w, typeManifest, pointing(descriptor(shop), 100<<20))
		}, wraps: component.ErrLimit, says: "has 104857600 bytes"},
		"a descriptor that is larger than stated": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			if of("manifests", r) {
				return reply(w, typeManifest, pointing(large, 10))
			}
			return of("blobs", r) && reply(w, "application/octet-stream", large)
		}, wraps: component.ErrLimit, says: "more than 17825792 bytes"},
		"a length of 100 MiB": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			if !of("blobs", r) {
				return false
			}
			w.Header().Set("Content-Length", strconv.Itoa(100<<20))
			return reply(w, "application/octet-stream", "")
		}, wraps: component.ErrLimit},
		"a manifest of 5 MiB": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			return of("manifests", r) && reply(w, typeManifest, strings.Repeat(" ", 5<<20))
		}, wraps: component.ErrLimit},
		"the descriptor of another": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			if of("manifests", r) {
				return reply(w, typeManifest, pointing(descriptor(gone), 0))
			}
			return of("blobs", r) && reply(w, "application/octet-stream", descriptor(gone))
		}, wraps: component.ErrMalformed, says: "is that of acme.org/shop:2.0.0"},
		"no permission": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			w.WriteHeader(http.StatusForbidden)
			return reply(w, "application/json", `{"errors":[{"code":"DENIED","message":"a \u001b[31mlong story`+strings.Repeat(".", 9000)+`"}]}`)
		}, wraps: oci.ErrDenied, says: "no credential is configured"},
		"a redirect to nowhere": {answer: func(w http.ResponseWriter, r *http.Request) bool {
			w.Header().Set("Location", "ftp://registry.example/x")
			w.WriteHeader(http.StatusFound)
			return true
		}, wraps: oci.ErrHost},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			handler := stocked(t, shop)
			if test.answer != nil {
				handler = altered(handler, test.answer)
			}
			if test.id.Name == "" {
				test.id = shop
			}
			_, err := at(t, network{home: handler}, oci.Config{Retries: -1}).Descriptor(t.Context(), test.id)
			if !errors.Is(err, test.wraps) || !strings.Contains(err.Error(), test.says) {
				t.Fatalf("got %v, want %v: %s", err, test.wraps, test.says)
			}
			is.True(len(err.Error()) < 1000)                     // no floods
			is.True(!strings.Contains(err.Error(), "\x1b"))      // no colours
			is.True(strings.Contains(err.Error(), test.id.Name)) // says which
		})
	}
}

// TestMomentaryFaults end, and the request is sent again, at the right time.
func TestMomentaryFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status     int
		retryAfter string
		faults     int64
		least      time.Duration
		most       time.Duration
		fails      bool
	}{
		"429 with seconds":         {status: 429, retryAfter: "7", faults: 2, least: 14 * time.Second, most: 14 * time.Second},
		"503 with a date":          {status: 503, retryAfter: time.Date(2000, 1, 1, 0, 0, 9, 0, time.UTC).Format(http.TimeFormat), faults: 1, least: 9 * time.Second, most: 9 * time.Second},
		"429 with too many":        {status: 429, retryAfter: "3600", faults: 1, fails: true},
		"429 with nonsense":        {status: 429, retryAfter: "soon", faults: 1, least: 200 * time.Millisecond, most: time.Second},
		"500":                      {status: 500, faults: 3, least: 1700 * time.Millisecond, most: 4 * time.Second},
		"502 all the time":         {status: 502, faults: 1 << 40, least: 3 * time.Second, most: 8 * time.Second, fails: true},
		"501 is not for a moment":  {status: 501, faults: 1, fails: true},
		"404 is not for a moment":  {status: 404, faults: 1, fails: true},
		"a connection that breaks": {faults: 2, least: 700 * time.Millisecond, most: 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				is := is.New(t)
				var faults atomic.Int64
				servers := network{home: stocked(t, shop)}
				faulty := transport(func(r *http.Request) (*http.Response, error) {
					if faults.Add(1) > test.faults {
						return servers.RoundTrip(r)
					}
					if test.status == 0 {
						return nil, io.ErrUnexpectedEOF
					}
					return &http.Response{StatusCode: test.status, Header: http.Header{"Retry-After": {test.retryAfter}}, Body: http.NoBody, Request: r}, nil
				})
				start := time.Now()
				_, err := at(t, faulty, oci.Config{}).Descriptor(t.Context(), shop)
				took := time.Since(start)
				is.Equal(err != nil, test.fails)
				is.True(took >= test.least)
				is.True(took <= test.most)
				var status *oci.StatusError
				if test.fails {
					is.True(errors.As(err, &status))
					is.Equal(status.Status, test.status)
				}
			})
		})
	}
}

// transport is a function that sends requests.
type transport func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// cut is a body that ends too early.
type cut struct{ io.Reader }

func (c cut) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// A document that was cut off is read again; a stream cannot be.
func TestTruncatedBodies(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		servers := network{home: stocked(t, shop)}
		var cuts atomic.Int64
		cutting := transport(func(r *http.Request) (*http.Response, error) {
			response, err := servers.RoundTrip(r)
			if err == nil && cuts.Add(-1) >= 0 {
				response.Body = io.NopCloser(cut{io.LimitReader(response.Body, 5)})
			}
			return response, err
		})
		repo := at(t, cutting, oci.Config{})
		cuts.Store(2)
		_, err := repo.Descriptor(t.Context(), shop)
		is.NoErr(err)
		cuts.Store(2)
		versions, err := repo.Versions(t.Context(), shop.Name)
		is.NoErr(err)
		is.Equal(versions, []string{"1.0.0"})
		cuts.Store(1 << 40)
		_, err = repo.Descriptor(t.Context(), shop)
		is.True(errors.Is(err, io.ErrUnexpectedEOF))
		cuts.Store(1)
		blob, err := repo.OpenBlob(t.Context(), shop, digest(text))
		is.NoErr(err)
		_, err = io.ReadAll(blob)
		is.True(errors.Is(err, io.ErrUnexpectedEOF))
	})
}

// TestLists are those that are wrong or do not end.
func TestLists(t *testing.T) {
	t.Parallel()
	page := 0
	for name, test := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request)
		wraps  error
		want   []string
	}{
		"pages": {answer: func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Query().Get("last") {
			case "":
				w.Header().Set("Link", `</v2/component-descriptors/acme.org/shop/tags/list?last=b&n=2>; rel="next"`)
				reply(w, "application/json", `{"tags":["1.10.0","latest"]}`)
			case "b":
				w.Header().Set("Link", `<list?last=c>; rel=next`)
				reply(w, "application/json", `{"tags":["1.9.0","sha256-0123.sig"]}`)
			case "c":
				reply(w, "application/json", `{"tags":["1.9.0.build-7","1.10.0"]}`)
			}
		}, want: []string{"1.9.0", "1.9.0+7", "1.10.0"}},
		"none":    {answer: func(w http.ResponseWriter, _ *http.Request) { reply(w, "application/json", `{"tags":null}`) }},
		"no list": {answer: func(w http.ResponseWriter, _ *http.Request) { reply(w, "text/html", `<html>`) }, wraps: component.ErrMalformed},
		"pages without end": {answer: func(w http.ResponseWriter, _ *http.Request) {
			page++
			w.Header().Set("Link", fmt.Sprintf(`<list?page=%d>; rel="next"`, page))
			reply(w, "application/json", `{"tags":["1.0.0"]}`)
		}, wraps: component.ErrLimit},
		"a page that follows itself": {answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", `<list?last=a>; rel="next"`)
			reply(w, "application/json", `{"tags":["1.0.0"]}`)
		}, wraps: component.ErrLimit},
		"a next page on another host": {answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", `<https://evil.example/v2/x/tags/list>; rel="next"`)
			reply(w, "application/json", `{"tags":["1.0.0"]}`)
		}, wraps: oci.ErrHost},
		"a next page in another repository": {answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Link", `</v2/secret/tags/list>; rel="next"`)
			reply(w, "application/json", `{"tags":["1.0.0"]}`)
		}, wraps: oci.ErrHost},
		"too many tags": {answer: func(w http.ResponseWriter, _ *http.Request) {
			reply(w, "application/json", `{"tags":["1.0.0"`+strings.Repeat(`,"1.0.0"`, 2000)+`]}`)
		}, wraps: component.ErrLimit},
		"a page that is too large": {answer: func(w http.ResponseWriter, _ *http.Request) {
			reply(w, "application/json", `{"tags":["`+strings.Repeat("x", 2<<20)+`"]}`)
		}, wraps: component.ErrLimit},
		"no such component": {answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }},
		"no permission":     {answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, wraps: oci.ErrDenied},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				is.True(of("tags", r)) // asks for nothing else
				test.answer(w, r)
			})
			versions, err := at(t, network{home: handler}, oci.Config{MaxPages: 50, MaxTags: 2000}).Versions(t.Context(), shop.Name)
			is.True(errors.Is(err, test.wraps))
			is.Equal(len(versions), len(test.want))
			is.True(len(versions) == 0 || slices.Equal(versions, test.want))
		})
	}
}

// Tags that may stand for two versions are looked into.
func TestAmbiguousTags(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	want := []string{"1.0.0-x+1", "1.0.0-y.build-1", "1.0.0", "1.0.0+a.build-b"}
	var ids []component.ID
	for _, version := range want {
		ids = append(ids, component.ID{Name: shop.Name, Version: version})
	}
	repo := at(t, network{home: stocked(t, ids...)}, oci.Config{})
	versions, err := repo.Versions(t.Context(), shop.Name)
	is.NoErr(err)
	is.Equal(versions, want)
	for _, id := range ids {
		_, err := repo.Descriptor(t.Context(), id)
		is.NoErr(err)
	}
	_, err = repo.Descriptor(t.Context(), component.ID{Name: shop.Name, Version: "1.0.0-y+1"})
	is.True(errors.Is(err, component.ErrNotFound)) // has the same tag
}

// stalled is a body from which nothing comes until its request ends.
type stalled struct{ ctx context.Context }

func (s stalled) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func (s stalled) Close() error { return nil }

// What does not answer in time is given up.
func TestTimeLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		repo := at(t, transport(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: stalled{r.Context()}, ContentLength: -1, Request: r}, nil
		}), oci.Config{})
		start := time.Now()
		_, err := repo.Descriptor(t.Context(), shop)
		is.True(err != nil)
		is.True(strings.Contains(err.Error(), "no complete answer within 2m0s"))
		is.Equal(time.Since(start), 2*time.Minute)

		blob, err := repo.OpenBlob(t.Context(), shop, digest(text))
		is.NoErr(err)
		_, err = io.ReadAll(blob)
		is.True(err != nil)
		is.True(strings.Contains(err.Error(), "sent nothing for 1m0s"))
		is.NoErr(blob.Close())

		mute := at(t, transport(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}), oci.Config{})
		_, err = mute.OpenBlob(t.Context(), shop, digest(text))
		is.True(err != nil)
		is.True(strings.Contains(err.Error(), "no answer within 2m0s"))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = mute.Descriptor(ctx, shop)
		is.True(errors.Is(err, context.DeadlineExceeded))
	})
}

// No more requests than configured are under way, however many ask.
func TestParallel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		servers := network{home: stocked(t, shop)}
		var now, most atomic.Int64
		slow := transport(func(r *http.Request) (*http.Response, error) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			defer now.Add(-1)
			time.Sleep(20 * time.Millisecond)
			return servers.RoundTrip(r)
		})
		repo := at(t, slow, oci.Config{Parallel: 3})
		results := make(chan error)
		for range 20 {
			go func() { _, err := repo.Descriptor(t.Context(), shop); results <- err }()
		}
		for range 20 {
			is.NoErr(<-results)
		}
		is.Equal(most.Load(), int64(3))
	})
}

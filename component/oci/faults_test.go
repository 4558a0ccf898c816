package oci_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

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

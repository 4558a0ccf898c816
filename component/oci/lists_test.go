package oci_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/oci"
)

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

// Where the manifest of an ambiguous tag says nothing, its text decides; where it
// cannot be read, nobody knows.
func TestTagsThatStayAmbiguous(t *testing.T) {
	t.Parallel()
	for status, want := range map[int][]string{http.StatusNotFound: {"1.0.0-x+1"}, http.StatusOK: {"1.0.0-x+1"}, http.StatusForbidden: nil} {
		is := is.New(t)
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if of("tags", r) {
				reply(w, "application/json", `{"tags":["1.0.0-x.build-1"]}`)
				return
			}
			w.Header().Set("Content-Type", typeManifest)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"annotations":{"software.ocm.componentversion":"acme.org/other:1.0.0"}}`)
		})
		versions, err := at(t, network{home: handler}, oci.Config{}).Versions(t.Context(), shop.Name)
		is.Equal(err != nil, want == nil)
		is.True(slices.Equal(versions, want))
	}
}

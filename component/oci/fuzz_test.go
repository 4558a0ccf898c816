package oci_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/oci"
)

// FuzzLocation holds that a location that is accepted is read again from its text,
// and has nothing in it that leads elsewhere.
func FuzzLocation(f *testing.F) {
	for _, text := range []string{"registry.example/a", "http://[::1]:5000/a", "oci://a", "https://me:x@a/b?c#d", "a/../b", "a/%2e", "A/b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := oci.ParseLocation(text)
		if err != nil {
			return
		}
		if again, err := oci.ParseLocation(l.String()); err != nil || again != l {
			t.Fatalf("%q became %+v, then %+v: %v", text, l, again, err)
		}
		if strings.ContainsAny(l.Host, "/@?#\\ ") || strings.Contains(l.SubPath, "..") {
			t.Fatalf("%q became %+v", text, l)
		}
	})
}

// FuzzReference holds that parts of a reference cannot lead out of its path.
func FuzzReference(f *testing.F) {
	for _, text := range []string{"registry.example/a/b:1.0@" + digest("x"), "a:5000/b", "a/b/../c:1", "a@b@c", "http://a.b/c"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		host, repository, tag, sum, err := oci.SplitReference(text)
		if err != nil {
			return
		}
		if strings.ContainsAny(host, "/@?#\\ ") || strings.Contains(repository, "..") || strings.ContainsAny(tag+sum, "/?#") {
			t.Fatalf("%q became %q %q %q %q", text, host, repository, tag, sum)
		}
	})
}

// FuzzAnswers gives any header and body for anything, and holds that the client ends,
// stays on its host and tells nobody else the password.
func FuzzAnswers(f *testing.F) {
	f.Add(401, `Bearer realm="https://203.0.113.7/token",service="x",scope="a b"`, `{"token":"x"}`)
	f.Add(401, `Basic realm="x"`, "")
	f.Add(401, `Bearer realm="https://registry.example/token#203.0.113.7",realm="https://10.0.0.1/x"`, `{"token":"x"}`)
	f.Add(401, `Bearer realm="http://[::1`, "")
	f.Add(307, `https://203.0.113.7/x`, "")
	f.Add(200, `<list?last=1>; rel="next"`, `{"tags":["1.0.0"]}`)
	f.Add(200, ``, `{"mediaType":"`+typeIndex+`","manifests":[{"digest":"x"}]}`)
	f.Add(200, ``, pointing(descriptor(shop), 0))
	f.Fuzz(func(t *testing.T, status int, header, body string) {
		if status < 100 || status > 599 {
			return
		}
		answer := transport(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host != home && (r.URL.Host != tokens || r.Header.Get("Authorization") == basic) {
				t.Errorf("%s was asked with %q", r.URL, r.Header.Get("Authorization"))
			}
			answered := status
			if r.URL.Host != home || r.Header.Get("Authorization") != "" && status == http.StatusUnauthorized {
				answered = http.StatusOK
			}
			return &http.Response{StatusCode: answered, ContentLength: -1, Request: r, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{
				"Www-Authenticate": {header}, "Location": {header}, "Link": {header}, "Retry-After": {header}, "Content-Type": {typeManifest},
			}}, nil
		})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		repo := at(t, answer, oci.Config{Hosts: []string{tokens}, Credentials: mine(), Retries: -1, MaxPages: 20})
		if d, err := repo.Descriptor(ctx, shop); err == nil && d.ID != shop {
			t.Errorf("got %s", d.ID)
		}
		_, _ = repo.Versions(ctx, shop.Name)
		if blob, err := repo.OpenBlob(ctx, shop, digest(text)); err == nil {
			if data, err := io.ReadAll(blob); err == nil && string(data) != text {
				t.Errorf("got %q", data)
			}
			blob.Close()
		}
		_, _, _ = repo.ResolveImage(ctx, home+"/a/b:1")
		_, _ = repo.Descriptor(ctx, component.ID{Name: header, Version: body})
	})
}

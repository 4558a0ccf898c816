package oci_test

import (
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component/oci"
)

// TestRedirects are followed where they may lead, without the password.
func TestRedirects(t *testing.T) {
	t.Parallel()
	const store = "store.example"
	to := func(target string) func(w http.ResponseWriter, r *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.Header.Get("Authorization") == "" {
				w.Header().Set("Www-Authenticate", "Basic")
				w.WriteHeader(http.StatusUnauthorized)
				return true
			}
			if of("blobs", r) {
				w.Header().Set("Location", target+r.URL.Path)
				w.WriteHeader(http.StatusTemporaryRedirect)
			}
			return of("blobs", r)
		}
	}
	for name, test := range map[string]struct {
		target string
		hosts  []string
		wraps  error
	}{
		"to a host that is listed":     {target: "https://" + store, hosts: []string{store}},
		"to a host by its domain":      {target: "https://" + store, hosts: []string{"*.example"}},
		"to another port":              {target: "https://" + home + ":444", hosts: []string{home}},
		"to a host that is not listed": {target: "https://" + store, wraps: oci.ErrHost},
		"without TLS":                  {target: "http://" + store, hosts: []string{store}, wraps: oci.ErrHost},
		"in circles":                   {target: "https://" + home, wraps: oci.ErrHost},
		"with a password":              {target: "https://me:x@" + store, hosts: []string{store}, wraps: oci.ErrHost},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			content := stocked(t, shop)
			seen := &watched{RoundTripper: network{home: altered(content, to(test.target)), store: content, home + ":444": content}}
			repo := at(t, seen, oci.Config{Hosts: test.hosts, Credentials: mine(store), Retries: -1})
			_, err := repo.Descriptor(t.Context(), shop)
			is.True(errors.Is(err, test.wraps))
			is.True(seen.knows(home, basic))
			is.True(!seen.knows(store, "Basic"))
			is.True(!seen.knows(home+":444", "Basic"))
			blob, err := repo.OpenBlob(t.Context(), shop, digest(text))
			is.True(errors.Is(err, test.wraps))
			if err == nil {
				data, err := io.ReadAll(blob)
				is.NoErr(err)
				is.Equal(string(data), text)
				is.NoErr(blob.Close())
			}
		})
	}
}

// TestAddresses are looked at when they are dialled: this machine is not public.
func TestAddresses(t *testing.T) {
	t.Parallel()
	base := serve(t, stocked(t, shop))
	port := base[strings.LastIndexByte(base, ':'):]
	for name, test := range map[string]struct {
		location string
		cfg      oci.Config
		wraps    error
	}{
		"an address that is listed":    {location: base, cfg: oci.Config{Hosts: []string{host(t, base)}}},
		"an address that is not":       {location: base, cfg: oci.Config{PublicHosts: true}, wraps: oci.ErrHost},
		"the name of this machine":     {location: "http://localhost" + port, cfg: oci.Config{Hosts: []string{"localhost"}}},
		"the name of this machine too": {location: "http://localhost" + port, cfg: oci.Config{PublicHosts: true}, wraps: oci.ErrHost},
		"a network that is allowed":    {location: base, cfg: oci.Config{PublicHosts: true, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			client, err := oci.New(test.cfg)
			is.NoErr(err)
			location, err := oci.ParseLocation(test.location)
			is.NoErr(err)
			repo, err := client.Repository(location)
			is.NoErr(err)
			_, err = repo.Descriptor(t.Context(), shop)
			is.True(errors.Is(err, test.wraps))
		})
	}
	client, err := oci.New(oci.Config{Hosts: []string{"a.example"}})
	is := is.New(t)
	is.NoErr(err)
	_, err = client.Repository(oci.Location{Host: "b.example"})
	is.True(errors.Is(err, oci.ErrHost)) // untrusted names are refused before anything is sent
}

package oci_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component/oci"
)

func TestParseLocation(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]oci.Location{
		"registry.example":                   {Host: "registry.example"},
		"Registry.Example/a/b/":              {Host: "registry.example", SubPath: "a/b"},
		"https://registry.example:5000/a":    {Host: "registry.example:5000", SubPath: "a"},
		"oci://registry.example/a":           {Host: "registry.example", SubPath: "a"},
		"http://127.0.0.1:5000":              {Host: "127.0.0.1:5000", PlainHTTP: true},
		"http://[::1]:5000/a":                {Host: "[::1]:5000", PlainHTTP: true, SubPath: "a"},
		"localhost/a":                        {Host: "localhost", SubPath: "a"},
		"registry.example/a.b/c_d/e--f/g__":  {},
		"":                                   {},
		"ftp://registry.example":             {},
		"https://me:secret@registry.example": {},
		"registry.example/a?b":               {},
		"registry.example/a#b":               {},
		"registry.example/A":                 {},
		"registry.example/../b":              {},
		"registry.example/a//b":              {},
		"registry.example/%2e%2e":            {},
		"registry example":                   {},
		"registry.example:port":              {},
		"-registry.example":                  {},
		"registry.example\x00":               {},
		"/a":                                 {},
		strings.Repeat("a", 2000):            {},
	} {
		t.Run(text, func(t *testing.T) {
			is := is.New(t)
			got, err := oci.ParseLocation(text)
			is.Equal(got, want)
			is.Equal(err != nil, want == oci.Location{})
			if err != nil {
				is.True(!strings.Contains(err.Error(), "secret"))
				return
			}
			again, err := oci.ParseLocation(got.String())
			is.NoErr(err)
			is.Equal(again, got)
		})
	}
}

func TestMappings(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	l := oci.Location{Host: "registry.example", SubPath: "a"}
	path, err := oci.ComponentPath(l, "acme.org/Shop")
	is.NoErr(err)
	is.Equal(path, "registry.example/a/component-descriptors/acme.org/shop")
	l.Mapping = oci.MappingDigest
	path, err = oci.ComponentPath(l, "acme.org/shop")
	is.NoErr(err)
	is.Equal(path, "registry.example/a/"+strings.TrimPrefix(digest("acme.org/shop"), "sha256:"))
	l.Mapping = "other"
	is.True(l.Validate() != nil)
	client, err := oci.New(oci.Config{PublicHosts: true})
	is.NoErr(err)
	_, err = client.Repository(l)
	is.True(err != nil)
	hub, err := client.Repository(oci.Location{Host: "docker.io", SubPath: "acme"})
	is.NoErr(err)
	is.Equal(hub.Location().String(), "docker.io/acme")
	path, err = oci.ComponentPath(hub.Location(), "acme.org/shop")
	is.NoErr(err)
	is.Equal(path, "registry-1.docker.io/acme/component-descriptors/acme.org/shop")
}

// An old repository that maps names to digests is read like any other.
func TestDigestMapping(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	base := serve(t, quiet())
	path := folder(t, "tree/tree.tgz")
	must(t, newPusher(base).tree(path, "old/"+strings.TrimPrefix(digest("acme.org/tools/cli"), "sha256:"), "0.1.0", "", manifestDigest(t, path, "acme.org/tools/cli", "0.1.0")))
	client, err := oci.New(oci.Config{Hosts: []string{host(t, base)}})
	is.NoErr(err)
	repo, err := client.Repository(oci.Location{Host: host(t, base), PlainHTTP: true, SubPath: "old", Mapping: oci.MappingDigest})
	is.NoErr(err)
	versions, err := repo.Versions(t.Context(), "acme.org/tools/cli")
	is.NoErr(err)
	is.Equal(versions, []string{"0.1.0"})
	d, err := repo.Descriptor(t.Context(), id("acme.org/tools/cli:0.1.0"))
	is.NoErr(err)
	is.Equal(d.Name, "acme.org/tools/cli")
}

func manifestDigest(t testing.TB, folder, name, tag string) string {
	t.Helper()
	var index struct {
		Artifacts []struct{ Repository, Tag, Digest string }
	}
	answers(t, folder+"/artifact-index.json", &index)
	for _, a := range index.Artifacts {
		if a.Repository == "component-descriptors/"+name && a.Tag == tag {
			return a.Digest
		}
	}
	t.Fatalf("%s has no %s:%s", folder, name, tag)
	return ""
}

func TestReferences(t *testing.T) {
	t.Parallel()
	sum := digest("x")
	for text, want := range map[string][4]string{
		"registry.example/a/b:1.0":             {"registry.example", "a/b", "1.0", ""},
		"http://127.0.0.1:5000/a/b:1.0":        {"127.0.0.1:5000", "a/b", "1.0", ""},
		"localhost/a":                          {"localhost", "a", "latest", ""},
		"registry.example:5000/a/b:1.0@" + sum: {"registry.example:5000", "a/b", "1.0", sum},
		"Registry.example/a@" + sum:            {"registry.example", "a", "latest", sum},
		"charts/backend:2.4.0":                 {"", "charts/backend", "2.4.0", ""},
		"backend":                              {"", "backend", "latest", ""},
		"":                                     {},
		"registry.example/":                    {},
		"registry.example/A:1":                 {},
		"registry.example/a:1@sha256:1":        {},
		"registry.example/a:1@md5:1":           {},
		"registry.example/a:" + strings.Repeat("x", 200): {},
		"registry.example/a/../b":                        {},
		"-.example/a":                                    {},
	} {
		t.Run(text, func(t *testing.T) {
			is := is.New(t)
			host, repository, tag, sum, err := oci.SplitReference(text)
			is.Equal(err != nil, want == [4]string{})
			if err == nil {
				is.Equal([4]string{host, repository, tag, sum}, want)
			}
		})
	}
}

func TestAllowedAddresses(t *testing.T) {
	t.Parallel()
	listed := oci.Config{Hosts: []string{"registry.example", "localhost", "10.0.0.1", "[::1]", "169.254.1.1"}}
	public := oci.Config{PublicHosts: true}
	networks := oci.Config{PublicHosts: true, Networks: []netip.Prefix{netip.MustParsePrefix("169.254.0.0/16")}}
	for _, test := range []struct {
		cfg     oci.Config
		host    string
		address string
		allowed bool
	}{
		{listed, "registry.example:443", "93.184.216.34", true},
		{listed, "registry.example:443", "10.1.2.3", true},   // private, and configured
		{listed, "registry.example:443", "127.0.0.1", false}, // a name that was bound to this machine
		{listed, "registry.example:443", "::ffff:127.0.0.1", false},
		{listed, "registry.example:443", "169.254.169.254", false},
		{listed, "registry.example:443", "fd00:ec2::254", false},
		{listed, "registry.example:443", "100.100.100.200", false},
		{listed, "localhost:5000", "127.0.0.1", true},
		{listed, "localhost:5000", "::1", true},
		{listed, "localhost:5000", "169.254.1.1", false},
		{listed, "[::1]:5000", "::1", true},
		{listed, "169.254.1.1:80", "169.254.1.1", true},
		{listed, "169.254.1.1:80", "169.254.1.2", false},
		{public, "a.example:443", "2606:2800:220:1::1", true},
		{public, "a.example:443", "10.1.2.3", false},
		{public, "a.example:443", "192.168.1.1", false},
		{public, "a.example:443", "fc00::1", false},
		{public, "a.example:443", "100.64.0.1", false},
		{public, "a.example:443", "0.0.0.0", false},
		{public, "a.example:443", "198.18.0.1", false},
		{public, "a.example:443", "64:ff9b::a00:1", false},
		{public, "a.example:443", "fe80::1%eth0", false},
		{public, "a.example:443", "224.0.0.1", false},
		{public, "localhost:443", "127.0.0.1", false},
		{networks, "a.example:443", "169.254.169.254", true},
		{networks, "a.example:443", "127.0.0.1", false},
	} {
		err := oci.DialAllowed(test.cfg, test.host, test.address)
		if (err == nil) != test.allowed || err != nil && !errors.Is(err, oci.ErrHost) {
			t.Errorf("%s at %s: %v", test.host, test.address, err)
		}
	}
}

func TestAllowedHosts(t *testing.T) {
	t.Parallel()
	cfg := oci.Config{Hosts: []string{"a.example", "b.example:5000", "*.c.example", "docker.io"}}
	for host, allowed := range map[string]bool{
		"a.example:443": true, "A.example:80": true, "b.example:5000": true, "b.example:443": false,
		"x.c.example:443": true, "c.example:443": false, "xc.example:443": false, "a.example.evil:443": false,
		"eva.example:443": false, "registry-1.docker.io:443": true, "auth.docker.io:443": false,
	} {
		if err := oci.HostAllowed(cfg, host); (err == nil) != allowed {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.NoErr(oci.Config{}.Validate())
	err := oci.Config{
		Hosts: []string{"https://a.example"}, Parallel: -1, Timeout: -time.Second,
		Credentials: []oci.Credential{{Username: "me", Privileges: "all", TokenHosts: []string{"/"}}},
	}.Validate()
	is.True(err != nil)
	for _, said := range []string{"https://a.example", "Parallel", "Timeout", "password", "privileges", "token host"} {
		is.True(strings.Contains(err.Error(), said))
	}
	_, err = oci.New(oci.Config{Parallel: -1})
	is.True(err != nil)
	_, err = oci.Open("registry.example", oci.Config{Parallel: -1})
	is.True(err != nil)
	_, err = oci.Open("ftp://registry.example", oci.Config{})
	is.True(err != nil)
}

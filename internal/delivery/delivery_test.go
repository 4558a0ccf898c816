package delivery_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/internal/delivery"
	"github.com/opendeliverygear/odg/internal/registrytest"
)

var (
	archive = filepath.Join("..", "..", "examples", "quickstart", "delivery.tgz")
	shop    = component.ID{Name: "example.org/shop", Version: "2026.11.0"}
	web     = component.ID{Name: "example.org/shop/web", Version: "1.4.2"}
	nobody  = component.ID{Name: "acme.org/none", Version: "1.0.0"}
)

// registry is a server that has the delivery of the quickstart below /ocm. It counts
// what it answers, and answers with a status if there is one.
type registry struct {
	registrytest.Registry
	requests, status atomic.Int64
}

func newRegistry(t *testing.T) *registry {
	t.Helper()
	r := &registry{}
	server := registrytest.Serve(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
			r.requests.Add(1)
			if status := r.status.Load(); status != 0 {
				w.WriteHeader(int(status))
				return
			}
			next.ServeHTTP(w, request)
		})
	})
	t.Cleanup(server.Close)
	r.Registry = registrytest.Registry(server.URL)
	if err := r.PushArchive(archive, "ocm"); err != nil {
		t.Fatal(err)
	}
	r.requests.Store(0)
	return r
}

func (r *registry) place() string { return string(r.Registry) + "/ocm" }

func open(t *testing.T, cfg delivery.Config) *delivery.Repositories {
	t.Helper()
	r, err := delivery.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func mappings(t *testing.T, text string) *corecfg.Mappings {
	t.Helper()
	m, _, err := corecfg.ParseMappings("ocm_repo_mappings.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Whatever a registry has answered is not asked again, and archives are asked first.
func TestAllTogether(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx := context.Background()
	home := newRegistry(t)
	r := open(t, delivery.Config{Places: []string{home.place(), home.place()}})
	d, err := r.Descriptor(ctx, shop)
	is.NoErr(err)
	is.Equal(d.ID, shop)
	before := home.requests.Load()
	again, err := r.Descriptor(ctx, shop)
	is.NoErr(err)
	is.Equal(again, d)
	is.Equal(home.requests.Load(), before)
	is.True(r.Stats().Descriptors.Hits > 0)
	is.Equal(r.Stats().Descriptors.Misses, int64(1))
	is.True(r.Stats().Bytes > 0)
	versions, err := r.Versions(ctx, shop.Name)
	is.NoErr(err)
	is.Equal(versions, []string{"2026.10.0", "2026.11.0"})
	document, err := r.RawDescriptor(ctx, shop)
	is.NoErr(err)
	is.True(strings.Contains(string(document), "example.org/shop"))
	local, _ := d.Resources[0].Access.LocalBlob()
	blob, err := r.OpenBlob(ctx, shop, local.Digests[0])
	is.NoErr(err)
	_, err = io.Copy(io.Discard, blob)
	is.NoErr(err)
	is.NoErr(blob.Close())

	home.requests.Store(0)
	path, err := filepath.Abs(archive)
	is.NoErr(err)
	first := open(t, delivery.Config{Places: []string{path, home.place()}})
	_, err = first.Descriptor(ctx, shop)
	is.NoErr(err)
	is.Equal(home.requests.Load(), int64(0))
	versions, err = first.Versions(ctx, shop.Name)
	is.NoErr(err)
	is.Equal(versions, []string{"2026.10.0", "2026.11.0"}) // of both, once
}

// One that fails keeps nobody from finding what another has, but is told if none has it.
func TestFaults(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx := context.Background()
	home, down := newRegistry(t), newRegistry(t)
	down.status.Store(http.StatusNotImplemented)
	r := open(t, delivery.Config{Places: []string{down.place(), "./none.tgz", "ftp://a.example", home.place()}, Dir: t.TempDir()})
	_, err := r.Find(ctx, shop)
	is.NoErr(err)
	for _, ask := range []func() error{
		func() error { _, err := r.Descriptor(ctx, nobody); return err },
		func() error { _, err := r.RawDescriptor(ctx, nobody); return err },
		func() error { _, err := r.OpenBlob(ctx, nobody, "sha256:"+strings.Repeat("0", 64)); return err },
	} {
		err := ask()
		is.True(errors.Is(err, component.ErrUnavailable))
		is.True(strings.Contains(err.Error(), nobody.String()))
		is.True(strings.Contains(err.Error(), down.Host()))
		is.True(!strings.Contains(err.Error(), home.Host())) // it has answered
	}
	_, err = r.Versions(ctx, shop.Name)
	is.True(errors.Is(err, component.ErrUnavailable)) // a list that lacks some would look whole

	down.status.Store(http.StatusForbidden)
	_, err = r.Find(ctx, nobody)
	is.True(errors.Is(err, component.ErrDenied))
	down.status.Store(http.StatusNotFound)
	_, err = r.Find(ctx, nobody)
	is.True(strings.Contains(err.Error(), "ftp://a.example"))

	sound := open(t, delivery.Config{Places: []string{home.place()}})
	_, err = sound.Find(ctx, nobody)
	is.True(errors.Is(err, component.ErrNotFound))
	is.True(strings.Contains(err.Error(), home.place())) // where it was looked for
	ended, end := context.WithCancel(ctx)
	end()
	_, err = sound.Find(ended, web)
	is.True(errors.Is(err, context.Canceled))
	_, err = open(t, delivery.Config{}).Find(ctx, shop)
	is.True(errors.Is(err, component.ErrNotFound))

	_, err = delivery.Open(delivery.Config{Mappings: mappings(t, "- repository: 'ftp://a.example'\n")})
	is.True(err != nil)
	_, err = delivery.Open(delivery.Config{Access: delivery.Access{Hosts: []string{"no host"}}})
	is.True(err != nil)
}

// An ocm_repo_url names a place, or what the mappings call so; the mappings know where
// the rest is.
func TestRepository(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	home, other := newRegistry(t), newRegistry(t)
	mapped := mappings(t, "- {repository: "+home.place()+", prefixes: [example.org/shop/, acme.org/], labels: a, version_filter: semver_releases}\n- {type: virtual, name: mine, selectors: {required_labels: a}}\n")
	r := open(t, delivery.Config{Places: []string{"", other.place() + "/none"}, Mappings: mapped})
	for name, test := range map[string]struct {
		url       string
		id        component.ID
		found     bool
		versioned bool
	}{
		"the default":                               {"", web, true, true},
		"the default, which lacks it":               {"", shop, false, false},
		"a virtual one":                             {"mine", web, true, true},
		"a mapped one":                              {home.place(), web, true, true},
		"a mapped one, whose prefixes count":        {home.place(), shop, false, false},
		"a place that lacks it, so it is looked up": {other.place() + "/none", web, true, false},
		"a place that lacks it as all do":           {other.place() + "/none", nobody, false, false},
		"another place in the same registry":        {other.place(), shop, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			repository, err := r.Repository(ctx, test.url)
			is.NoErr(err)
			_, err = repository.Descriptor(ctx, test.id)
			is.Equal(err == nil, test.found)
			_, raw := repository.RawDescriptor(ctx, test.id)
			is.Equal(raw == nil, test.found)
			if !test.found {
				is.True(errors.Is(err, component.ErrNotFound))
				is.True(errors.Is(raw, component.ErrNotFound))
			}
			versions, err := repository.Versions(ctx, test.id.Name)
			is.NoErr(err)
			is.Equal(len(versions) > 0, test.versioned)
			_, err = repository.OpenBlob(ctx, test.id, "sha256:"+strings.Repeat("0", 64))
			is.True(errors.Is(err, component.ErrNotFound))
		})
	}
	is := is.New(t)
	_, err := r.Repository(ctx, "elsewhere.example/ocm")
	is.True(errors.Is(err, oci.ErrHost))
	_, err = r.Repository(ctx, "./none.tgz")
	is.True(errors.Is(err, component.ErrNotFound))
	_, err = open(t, delivery.Config{}).Repository(ctx, "")
	is.True(err != nil && strings.Contains(err.Error(), "ocm_repo_url"))
	_, err = open(t, delivery.Config{Mappings: mappings(t, "- repository: ./none.tgz\n"), Places: []string{home.place()}, Dir: t.TempDir()}).Repository(ctx, home.place())
	is.True(errors.Is(err, component.ErrNotFound)) // what is mapped must be there
}

// Images that an archive lacks are looked for where its components say, if that is
// allowed.
func TestImagesOfArchives(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx := context.Background()
	images := newRegistry(t)
	folder := filepath.Join(t.TempDir(), "delivery.ctf")
	is.NoErr(registrytest.WriteReferring(archive, folder, images.Registry))
	archives := &delivery.Archives{}
	defer archives.Close()
	r := open(t, delivery.Config{Places: []string{folder}, Archives: archives, Access: delivery.Access{Hosts: []string{string(images.Registry)}}})
	is.Equal(r.Archives(), archives)
	repository, err := r.Find(ctx, web)
	is.NoErr(err)
	d, err := repository.Descriptor(ctx, web)
	is.NoErr(err)
	reference, _ := d.Resources[0].Access.ImageReference()
	digest, _, err := repository.ResolveImage(ctx, reference)
	is.NoErr(err)
	blob, err := repository.OpenBlob(ctx, web, digest)
	is.NoErr(err)
	is.NoErr(blob.Close())
	for missing, says := range map[string]string{
		"shop/x:1":                       "not found",
		images.Host() + "/images/none:1": "404",
		"elsewhere.example/x:1":          "not one of the configured hosts",
		"http://elsewhere.example/x:1":   "not one of the configured hosts",
	} {
		_, _, err := repository.ResolveImage(ctx, missing)
		is.True(errors.Is(err, component.ErrNotFound))
		is.True(strings.Contains(err.Error(), says))
	}
	_, err = repository.OpenBlob(ctx, web, "sha256:"+strings.Repeat("0", 64))
	is.True(errors.Is(err, component.ErrNotFound))
	images.status.Store(http.StatusNotImplemented)
	_, _, err = repository.ResolveImage(ctx, reference)
	is.True(errors.Is(err, component.ErrUnavailable))
	is.True(!errors.Is(err, component.ErrNotFound)) // it may be there tomorrow
}

// Only what the mappings say is asked if nobody names a repository; what else they have
// may be named.
func TestWhatIsAskedUnnamed(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx := context.Background()
	home := newRegistry(t)
	r := open(t, delivery.Config{Mappings: mappings(t,
		"- {type: virtual, name: <auto>, selectors: {required_labels: a}}\n- {repository: "+home.place()+", labels: b}\n- {repository: http://127.0.0.1:1/ocm, labels: a, prefixes: acme.org/}\n")})
	_, err := r.Find(ctx, shop)
	is.True(errors.Is(err, component.ErrNotFound))
	is.Equal(home.requests.Load(), int64(0))
	repository, err := r.Repository(ctx, home.place())
	is.NoErr(err)
	_, err = repository.Descriptor(ctx, shop)
	is.NoErr(err)
}

// Scanners know the artefact only.
func TestByArtefact(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path, err := filepath.Abs(archive)
	is.NoErr(err)
	r := delivery.ByArtefact{Repositories: open(t, delivery.Config{Places: []string{path}})}
	repository, err := r.Repository(context.Background(), artefact.ID{ComponentName: &web.Name, ComponentVersion: &web.Version})
	is.NoErr(err)
	d, err := repository.Descriptor(context.Background(), web)
	is.NoErr(err)
	is.Equal(d.ID, web)
	_, err = r.Repository(context.Background(), artefact.ID{})
	is.True(errors.Is(err, component.ErrNotFound))
}

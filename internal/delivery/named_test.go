package delivery_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/internal/delivery"
)

// Whoever wants to know what a registry has now asks past what is remembered.
func TestUncached(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx := context.Background()
	home := newRegistry(t)
	r := open(t, delivery.Config{Mappings: mappings(t, "- {repository: "+home.place()+", version_filter: '2026\\.10\\..*'}\n")})
	named, err := r.Repository(ctx, home.place())
	is.NoErr(err)
	for name, test := range map[string]struct {
		finder component.VersionFinder
		asks   bool
	}{
		"all":            {r, false},
		"all, uncached":  {r.Uncached(), true},
		"named":          {named, false},
		"named uncached": {named.Uncached(), true},
	} {
		_, err := r.Descriptor(ctx, shop)
		is.NoErr(err)
		before := home.requests.Load()
		d, err := test.finder.Descriptor(ctx, shop)
		is.NoErr(err)
		is.Equal(d.ID, shop)
		if asked := home.requests.Load() > before; asked != test.asks {
			t.Errorf("%s: asked the registry %t, want %t", name, asked, test.asks)
		}
	}
	all, err := named.AllVersions(ctx, shop.Name)
	is.NoErr(err)
	is.Equal(all, []string{"2026.10.0", "2026.11.0"})
	picked, err := named.Versions(ctx, shop.Name)
	is.NoErr(err)
	is.Equal(picked, []string{"2026.10.0"})
	_, kept := named.Uncached().(delivery.Named).Uncached().(delivery.Named)
	is.True(kept) // there is always one behind it
}

func TestLocated(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx := context.Background()
	home := newRegistry(t)
	for _, located := range []bool{false, true} {
		r := open(t, delivery.Config{Places: []string{home.place()}, Located: located})
		for _, finder := range []component.Resolver{r, r.Uncached()} {
			d, err := finder.Descriptor(ctx, shop)
			is.NoErr(err)
			is.Equal(len(d.RepositoryContexts) == 1, located)
		}
	}
}

func TestLocate(t *testing.T) {
	t.Parallel()
	const here = `{"type":"ociRegistry","baseUrl":"registry.example/ocm","subPath":null}`
	at := oci.Location{Host: "registry.example", SubPath: "ocm"}
	for name, test := range map[string]struct{ contexts, want []string }{
		"none":                {nil, []string{here}},
		"another":             {[]string{`{"type":"OCIRegistry","baseUrl":"a.example"}`}, []string{`{"type":"OCIRegistry","baseUrl":"a.example"}`, here}},
		"the same":            {[]string{here}, []string{here}},
		"the same in parts":   {[]string{`{"baseUrl":"https://registry.example/","subPath":"ocm"}`}, []string{`{"baseUrl":"https://registry.example/","subPath":"ocm"}`}},
		"the same before":     {[]string{here, `{"baseUrl":"a.example"}`}, []string{here, `{"baseUrl":"a.example"}`, here}},
		"one of another type": {[]string{`{"type":"ctf","path":"x"}`}, []string{`{"type":"ctf","path":"x"}`, here}},
		"none that is known":  {[]string{`7`}, []string{`7`, here}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			d := &component.Descriptor{ID: shop}
			for _, text := range test.contexts {
				d.RepositoryContexts = append(d.RepositoryContexts, json.RawMessage(text))
			}
			var got []string
			for _, context := range delivery.Locate(d, at).RepositoryContexts {
				got = append(got, string(context))
			}
			is.Equal(got, test.want)
			is.Equal(len(d.RepositoryContexts), len(test.contexts)) // which is somebody else's
		})
	}
	is.New(t).Equal(delivery.Locate(nil, at), nil)
}

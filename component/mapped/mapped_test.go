package mapped_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/mapped"
	"github.com/opendeliverygear/odg/corecfg"
)

var errDown = errors.New("registry is down")

// repository is one in memory whose provider tells it apart. Its name is in asked
// each time that it is asked for something.
type repository struct {
	*component.Memory
	name  string
	down  bool
	asked *[]string
}

func (r repository) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	*r.asked = append(*r.asked, r.name)
	if r.down {
		return nil, errDown
	}
	return r.Memory.Descriptor(ctx, id)
}

func (r repository) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	d, err := r.Descriptor(ctx, id)
	if err != nil {
		return nil, err
	}
	return []byte("document of " + d.Provider), nil
}

func (r repository) Versions(ctx context.Context, name string) ([]string, error) {
	*r.asked = append(*r.asked, r.name)
	if r.down {
		return nil, errDown
	}
	return r.Memory.Versions(ctx, name)
}

// OpenBlob has one blob per repository, whose digest is the provider's name.
func (r repository) OpenBlob(_ context.Context, _ component.ID, digest string) (*component.Blob, error) {
	*r.asked = append(*r.asked, r.name)
	switch {
	case r.down:
		return nil, errDown
	case digest != r.name:
		return nil, fmt.Errorf("blob %s: %w", digest, component.ErrNotFound)
	}
	return &component.Blob{Digest: digest, Size: -1}, nil
}

// site opens repositories in memory: the versions of acme.org/shop by place.
type site struct {
	versions map[string][]string
	down     string
	opened   []string
	asked    []string
}

func (s *site) open(place string) (mapped.Repository, error) {
	versions, found := s.versions[place]
	if !found {
		return nil, fmt.Errorf("%s is not trusted", place)
	}
	s.opened = append(s.opened, place)
	var all []*component.Descriptor
	for _, version := range versions {
		all = append(all, &component.Descriptor{ID: component.ID{Name: shop, Version: version}, Provider: place})
	}
	return repository{component.NewMemory(all...), place, place == s.down, &s.asked}, nil
}

const shop = "acme.org/shop"

func newSite() *site {
	return &site{versions: map[string][]string{
		"a.example": {"1.0.0", "1.1.0-dev", "2.0.0"},
		"b.example": {"1.0.0", "1.2.0", "latest"},
		"c.example": {"3.0.0"},
	}}
}

func mappings(t *testing.T, text string) *corecfg.Mappings {
	t.Helper()
	m, _, err := corecfg.ParseMappings("mappings.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const (
	two   = "- {repository: a.example}\n- {repository: b.example}\n"
	stage = `
- {repository: a.example, labels: public, version_filter: semver_releases}
- {repository: b.example, labels: [public, old]}
- {repository: c.example}
- {type: virtual, name: dev, selectors: {required_labels: public, version_filter_overwrite: semver_non_releases}}
- {type: virtual, name: both, selectors: [{required_labels: old}, {required_labels: public, version_filter_overwrite: 1\.0\..*}]}
`
)

func TestVersions(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		mappings, requested string
		want, asked         []string
	}{
		"union":                       {two, "", []string{"latest", "1.0.0", "1.1.0-dev", "1.2.0", "2.0.0"}, []string{"a.example", "b.example"}},
		"auto by its name":            {two, "<auto>", []string{"latest", "1.0.0", "1.1.0-dev", "1.2.0", "2.0.0"}, []string{"a.example", "b.example"}},
		"prefixes":                    {"- {repository: a.example, prefixes: acme.org/x}\n- {repository: b.example, prefixes: [x, acme.org/]}\n", "", []string{"latest", "1.0.0", "1.2.0"}, []string{"b.example"}},
		"filters":                     {"- {repository: a.example, component_filter: acme}\n- {repository: c.example, component_filter: 'acme\\.org/.*'}\n", "", []string{"3.0.0"}, []string{"c.example"}},
		"version filter each":         {stage, "", []string{"latest", "1.0.0", "1.2.0", "2.0.0", "3.0.0"}, []string{"a.example", "b.example", "c.example"}},
		"virtual with overwrite":      {stage, "dev", []string{"1.1.0-dev"}, []string{"a.example", "b.example"}},
		"listed twice, asked once":    {stage, "both", []string{"latest", "1.0.0", "1.2.0"}, []string{"b.example", "a.example"}},
		"one that is mapped":          {stage, "a.example", []string{"1.0.0", "2.0.0"}, []string{"a.example"}},
		"one that is not":             {two, "c.example", []string{"3.0.0"}, []string{"c.example"}},
		"none is mapped":              {"[]\n", "", nil, nil},
		"none is for such components": {"- {repository: a.example, prefixes: other.org/}\n", "", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := newSite()
			f, err := mapped.New(mappings(t, tc.mappings), tc.requested, s.open)
			is.NoErr(err)
			got, err := f.Versions(t.Context(), shop)
			is.NoErr(err)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("versions (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.asked, s.asked); diff != "" {
				t.Errorf("repositories asked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFirstRepositoryWins(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{"1.0.0": "a.example", "1.2.0": "b.example"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			f, err := mapped.New(mappings(t, two), "", newSite().open)
			is.NoErr(err)
			id := component.ID{Name: shop, Version: version}
			d, err := f.Descriptor(t.Context(), id)
			is.NoErr(err)
			is.Equal(d.Provider, want)
			document, err := f.RawDescriptor(t.Context(), id)
			is.NoErr(err)
			is.Equal(string(document), "document of "+want) // of the same repository
		})
	}
}

// A version that is asked for by name need not pass the filter of versions.
func TestFiltersAreForLists(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	f, err := mapped.New(mappings(t, stage), "a.example", newSite().open)
	is.NoErr(err)
	_, err = f.Descriptor(t.Context(), component.ID{Name: shop, Version: "1.1.0-dev"})
	is.NoErr(err)
}

func TestMissing(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ mappings, requested, want string }{
		"names who was asked, each once": {stage, "both", "component version acme.org/shop:9: not found in b.example, a.example"},
		"nobody to ask":                  {"[]\n", "", "component version acme.org/shop:9: not found: no OCM repository is mapped for components of this name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			f, err := mapped.New(mappings(t, tc.mappings), tc.requested, newSite().open)
			is.NoErr(err)
			_, err = f.Descriptor(t.Context(), component.ID{Name: shop, Version: "9"})
			is.True(errors.Is(err, component.ErrNotFound))
			is.Equal(err.Error(), tc.want)
		})
	}
}

// Who goes on after a failure takes something else for the first, or half a list for all.
func TestFailuresEndLookups(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := newSite()
	s.down = "a.example"
	f, err := mapped.New(mappings(t, two), "", s.open)
	is.NoErr(err)
	_, err = f.Descriptor(t.Context(), component.ID{Name: shop, Version: "1.2.0"})
	is.True(errors.Is(err, errDown) && strings.Contains(err.Error(), "a.example"))
	_, err = f.RawDescriptor(t.Context(), component.ID{Name: shop, Version: "1.2.0"})
	is.True(errors.Is(err, errDown))
	_, err = f.Versions(t.Context(), shop)
	is.True(errors.Is(err, errDown) && strings.Contains(err.Error(), "a.example"))
}

func TestNew(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := newSite()
	_, err := mapped.New(mappings(t, stage), "both", s.open)
	is.NoErr(err)
	is.Equal(s.opened, []string{"b.example", "a.example"}) // each once
	_, err = mapped.New(mappings(t, "- {repository: x.example}\n- {repository: y.example}\n"), "", s.open)
	is.True(strings.Contains(err.Error(), "x.example") && strings.Contains(err.Error(), "y.example")) // all that are wrong
}

func TestOpenBlob(t *testing.T) {
	t.Parallel()
	id := component.ID{Name: shop, Version: "1.0.0"}
	for name, tc := range map[string]struct {
		down, digest string
		asked        []string
		want         error
	}{
		"in the first":     {"", "a.example", []string{"a.example"}, nil},
		"in the second":    {"", "b.example", []string{"a.example", "b.example"}, nil},
		"nowhere":          {"", "c.example", []string{"a.example", "b.example"}, component.ErrNotFound},
		"the first fails":  {"a.example", "b.example", []string{"a.example"}, errDown},
		"before one fails": {"b.example", "a.example", []string{"a.example"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := newSite()
			s.down = tc.down
			f, err := mapped.New(mappings(t, two), "", s.open)
			is.NoErr(err)
			blob, err := f.OpenBlob(t.Context(), id, tc.digest)
			is.True(errors.Is(err, tc.want))
			is.Equal(s.asked, tc.asked)
			if tc.want == nil {
				is.Equal(blob.Digest, tc.digest)
			} else {
				is.True(strings.Contains(err.Error(), tc.digest)) // says which
			}
		})
	}
}

func TestUnfiltered(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	f, err := mapped.New(mappings(t, stage), "dev", newSite().open)
	is.NoErr(err)
	all, err := f.Unfiltered().Versions(t.Context(), shop)
	is.NoErr(err)
	is.Equal(all, []string{"latest", "1.0.0", "1.1.0-dev", "1.2.0", "2.0.0"})
	filtered, err := f.Versions(t.Context(), shop)
	is.NoErr(err)
	is.Equal(filtered, []string{"1.1.0-dev"}) // as before
}

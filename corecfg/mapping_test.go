package corecfg_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/corecfg"
)

func mappings(t *testing.T, text string) *corecfg.Mappings {
	t.Helper()
	return parsed[*corecfg.Mappings](t)(corecfg.ParseMappings("mappings.yaml", []byte(text)))
}

const everyMapping = `
- {repository: example.org/old, prefix: acme.org/}
- {type: oci, repository: example.org/releases, prefixes: [acme.org/, other.org/], labels: public, version_filter: semver_releases}
- {repository: example.org/filtered, component_filter: "acme\\.org/.*", labels: [public, slow], version_filter: "1\\..*"}
- {repository: example.org/all}
- {type: virtual, name: public, selectors: {required_labels: public}}
- type: virtual
  name: previews
  selectors:
    - {required_labels: [public, slow], version_filter_overwrite: semver_non_releases}
    - {}
`

// repositories returns the repositories and version filters of a request.
func repositories(m *corecfg.Mappings, requested string) []string {
	var all []string
	for _, repository := range m.Resolve(requested) {
		all = append(all, repository.Repository+" "+repository.Versions.String())
	}
	return all
}

func TestResolve(t *testing.T) {
	t.Parallel()
	m := mappings(t, everyMapping)
	all := []string{"example.org/old any", "example.org/releases semver_releases", `example.org/filtered 1\..*`, "example.org/all any"}
	for requested, want := range map[string][]string{
		"":                  all,
		corecfg.Auto:        all,
		"public":            {"example.org/releases semver_releases", `example.org/filtered 1\..*`},
		"previews":          append([]string{"example.org/filtered semver_non_releases"}, all...),
		"example.org/all":   {"example.org/all any"},
		"example.org/other": {"example.org/other "}, // not mapped: without restrictions
	} {
		t.Run(requested, func(t *testing.T) {
			t.Parallel()
			is.New(t).Equal(cmp.Diff(want, repositories(m, requested)), "")
		})
	}
}

func TestAuto(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	own := mappings(t, `
- {repository: example.org/a, labels: [x]}
- {repository: example.org/b}
- {type: virtual, name: <auto>, selectors: [{required_labels: [x]}]}`)
	is.Equal(len(own.Entries), 3)
	is.Equal(repositories(own, ""), []string{"example.org/a any"})
	empty := mappings(t, "[]")
	is.Equal(len(empty.Resolve("")), 0)
	is.Equal(len((&corecfg.Mappings{}).Resolve("")), 0)
}

func TestHoldsAndPicks(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	by := map[string]corecfg.OCIMapping{}
	for _, repository := range mappings(t, everyMapping).Resolve("") {
		by[repository.Repository] = repository
	}
	old, releases, filtered, all := by["example.org/old"], by["example.org/releases"], by["example.org/filtered"], by["example.org/all"]
	is.True(old.Holds("acme.org/shop") && !old.Holds("other.org/shop") && !old.Holds("Acme.org/shop"))
	is.True(releases.Holds("other.org/shop"))
	is.True(filtered.Holds("acme.org/shop") && !filtered.Holds("www.acme.org/shop")) // the whole name
	is.True(all.Holds("any.org/thing"))
	is.True(releases.Versions.Picks("1.0.0") && !releases.Versions.Picks("1.0.0-rc.1") && !releases.Versions.Picks("latest"))
	is.True(filtered.Versions.Picks("1.5") && !filtered.Versions.Picks("2.1.0"))
	is.True(all.Versions.Picks("latest") && corecfg.VersionFilter{}.Picks("latest"))
}

func TestEmptyPrefixes(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`[{repository: r, prefix: ""}]`, `[{repository: r, prefixes: []}]`, `[{repository: r, prefix: [], component_filter: []}]`, `[{repository: r, prefix: null}]`} {
		is.New(t).True(mappings(t, text).Resolve("")[0].Holds("any.org/thing")) // no restriction
	}
}

// TestMappingsJSON holds the normal form against the contract.
func TestMappingsJSON(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	raw, err := json.Marshal(mappings(t, everyMapping))
	is.NoErr(err)
	var got, want any
	is.NoErr(json.Unmarshal(raw, &got))
	is.NoErr(json.Unmarshal([]byte(`[
  {"type": "virtual", "name": "<auto>", "selectors": [{"required_labels": null, "version_filter_overwrite": null}],
   "repositories": ["example.org/old", "example.org/releases", "example.org/filtered", "example.org/all"]},
  {"type": "oci", "repository": "example.org/old", "prefix": "acme.org/", "prefixes": ["acme.org/"], "component_filter": null,
   "labels": null, "version_filter": "any", "repositories": ["example.org/old"]},
  {"type": "oci", "repository": "example.org/releases", "prefix": null, "prefixes": ["acme.org/", "other.org/"], "component_filter": null,
   "labels": ["public"], "version_filter": "semver_releases", "repositories": ["example.org/releases"]},
  {"type": "oci", "repository": "example.org/filtered", "prefix": null, "prefixes": null, "component_filter": ["acme\\.org/.*"],
   "labels": ["public", "slow"], "version_filter": "1\\..*", "repositories": ["example.org/filtered"]},
  {"type": "oci", "repository": "example.org/all", "prefix": null, "prefixes": null, "component_filter": null,
   "labels": null, "version_filter": "any", "repositories": ["example.org/all"]},
  {"type": "virtual", "name": "public", "selectors": [{"required_labels": ["public"], "version_filter_overwrite": null}],
   "repositories": ["example.org/releases", "example.org/filtered"]},
  {"type": "virtual", "name": "previews", "selectors": [
    {"required_labels": ["public", "slow"], "version_filter_overwrite": "semver_non_releases"},
    {"required_labels": null, "version_filter_overwrite": null}],
   "repositories": ["example.org/filtered", "example.org/old", "example.org/releases", "example.org/filtered", "example.org/all"]}
]`), &want))
	is.Equal(cmp.Diff(want, got), "")
	handmade := &corecfg.Mappings{Entries: []corecfg.Mapping{{OCI: &corecfg.OCIMapping{Repository: "r"}}}}
	raw, err = json.Marshal(handmade)
	is.NoErr(err)
	is.Equal(string(raw), `[{"type":"oci","repository":"r","prefix":null,"prefixes":null,"component_filter":null,"labels":null,"version_filter":"any","repositories":["r"]}]`)
}

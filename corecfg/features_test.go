package corecfg_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/corecfg"
)

func features(t *testing.T, text string) *corecfg.Features {
	t.Helper()
	return parsed[*corecfg.Features](t)(corecfg.ParseFeatures("features.yaml", []byte(text)))
}

func TestEveryFeature(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	got := features(t, `
specialComponents:
  - id: 5
    name: acme.org/shop
    displayName: Shop
    type: Product
    version: greatest
    icon: cart
    releasePipelineUrl: https://ci.example.org
    sprintRules: {frozenFrom: a, frozenUntil: b, frozenWarningOffsetDays: 2}
    ocmRepo: example.org/ocm
    currentVersion: {source: {type: github, repo: github.com/acme/shop, relpath: [lib, {type: submodule, name: base}, vendor, VERSION], postprocess: true}}
    dependencies: [{name: acme.org/base, displayName: Base}]
sprints: {sprintsRelpath: sprints.yaml}
tests:
  componentsWithDownloadableTestResults:
    - {componentName: c, description: d, assetNamePrefixes: [p], displayName: n, downloadableName: m}
dora: true
upgradePRs: {on: yes}
addressbook: {repoUrl: github.com/acme/people, addressbookRelpath: a.yaml, githubMappingsRelpath: b.yaml}
`)
	want := &corecfg.Features{
		SpecialComponents: []corecfg.SpecialComponent{{
			ID: "5", Name: "acme.org/shop", DisplayName: "Shop", Type: "Product", Version: corecfg.Version{Name: "greatest"},
			Icon: new("cart"), ReleasePipelineURL: new("https://ci.example.org"), OCMRepo: new("example.org/ocm"),
			SprintRules: &corecfg.SprintRules{FrozenFrom: "a", FrozenUntil: "b", WarningDays: new(2)},
			CurrentVersion: &corecfg.Version{Source: &corecfg.VersionSource{
				Type: "github", Repo: "github.com/acme/shop", Path: []string{"lib/base", "vendor/VERSION"}, Postprocess: true,
			}},
			Dependencies: []corecfg.Dependency{{Name: "acme.org/base", DisplayName: "Base"}},
		}},
		Sprints: corecfg.SprintSource{Path: "sprints.yaml"},
		Tests: &corecfg.Tests{Components: []corecfg.TestedComponent{{
			ComponentName: "c", Description: "d", AssetNamePrefixes: []string{"p"}, DisplayName: "n", DownloadableName: "m",
		}}},
		DORA: true, UpgradePRs: true,
		AddressBook: corecfg.AddressBook{RepoURL: "github.com/acme/people", Path: "a.yaml", GitHubMappingsPath: "b.yaml"},
	}
	is.Equal(cmp.Diff(want, got), "")
}

// TestSwitchedOff lists what counts as not configured: whatever Python takes for
// false.
func TestSwitchedOff(t *testing.T) {
	t.Parallel()
	for _, off := range []string{"null", "false", "False", "0", "0.0", `""`, "[]", "{}"} {
		t.Run(off, func(t *testing.T) {
			t.Parallel()
			got := features(t, "{specialComponents: "+off+", sprints: "+off+", tests: "+off+", dora: "+off+", upgradePRs: "+off+", addressbook: "+off+"}")
			is.New(t).Equal(cmp.Diff(&corecfg.Features{}, got), "")
		})
	}
	for _, on := range []string{"true", "1", "yes", "[0]", "{a: 0}", ".inf"} {
		t.Run(on, func(t *testing.T) {
			t.Parallel()
			is.New(t).True(features(t, "{dora: "+on+"}").DORA)
		})
	}
}

func TestSprintSources(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	rule := features(t, "{sprints: {sprint_name_pattern: '%y%S%C', cycles: 1}}").Sprints
	now := time.Date(2025, 1, 8, 0, 0, 0, 0, time.UTC)
	s, ok := rule.Rule.At(now).For("2025-01-08", 0)
	is.True(ok)
	is.Equal(s.Name, "2425a") // of 2024-12-11, the 25th two weeks of the year
	is.Equal(features(t, "{sprints: {repoUrl: github.com/acme/x, sprintsRelpath: s.yaml}}").Sprints,
		corecfg.SprintSource{RepoURL: "github.com/acme/x", Path: "s.yaml"})
	is.Equal(features(t, "{sprints: {sprint_name_pattern: '', sprintsRelpath: s.yaml}}").Sprints, corecfg.SprintSource{Path: "s.yaml"})
}

func TestVersionJSON(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	raw, err := json.Marshal([]corecfg.Version{{Name: "1.0"}, {Source: &corecfg.VersionSource{Type: "github", Repo: "r", Path: []string{"V"}}}})
	is.NoErr(err)
	is.Equal(string(raw), `["1.0",{"source":{"type":"github","repo":"r","relpath":["V"],"postprocess":false}}]`)
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	profiles := parsed[corecfg.Profiles](t)(corecfg.ParseProfiles("profiles.yaml", []byte(`
- {name: a, finding_types: [finding/sast], special_component_ids: [1, x]}
- {name: b, finding_types: []}`)))
	is.Equal(profiles.Names(), []string{"a", "b"})
	first := profiles.For("")
	is.Equal(first.Name, "a")
	is.True(first.ShowsFinding("finding/sast") && !first.ShowsFinding("finding/license"))
	is.True(first.ShowsComponent("1") && first.ShowsComponent("x") && !first.ShowsComponent("2"))
	is.True(!profiles.For("b").ShowsFinding("finding/sast")) // an empty list hides all
	none := profiles.For("c")
	is.True(none == nil && none.ShowsFinding("finding/sast") && none.ShowsComponent("2")) // unknown: no restriction
	is.True(corecfg.Profiles(nil).For("") == nil)
	is.Equal(len(parsed[corecfg.Profiles](t)(corecfg.ParseProfiles("profiles.yaml", []byte("null")))), 0)
	is.True(corecfg.Profiles(nil).Names() != nil)
	raw, err := json.Marshal(profiles)
	is.NoErr(err)
	is.Equal(string(raw), `[{"name":"a","finding_types":["finding/sast"],"special_component_ids":["1","x"]},`+
		`{"name":"b","finding_types":[],"special_component_ids":[]}]`)
}

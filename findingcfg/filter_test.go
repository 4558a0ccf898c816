package findingcfg_test

import (
	"strconv"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
)

func TestFilterWithoutCriteria(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	finding := findingcfg.Finding{Filters: []findingcfg.Filter{{Semantics: findingcfg.Exclude}}}
	is.True(!finding.Matches(artefact.ID{}))
	finding.Filters[0].Semantics = findingcfg.Include
	is.True(finding.Matches(artefact.ID{}))
	is.True((&findingcfg.Finding{}).Matches(artefact.ID{}))
}

// FuzzFilter checks that an include and an exclude filter with one criterion
// never both let an artefact pass, and never both hold it back.
func FuzzFilter(f *testing.F) {
	f.Add("github.com/.*", "github.com/acme")
	f.Add("(a|b)*", "")
	f.Add(`\bx\b`, "ä x")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		p, err := findingcfg.ParsePattern(pattern)
		if err != nil {
			return
		}
		id := artefact.ID{ComponentName: &name}
		filter := findingcfg.Filter{Semantics: findingcfg.Include, ComponentNames: []findingcfg.Pattern{p}}
		included := (&findingcfg.Finding{Filters: []findingcfg.Filter{filter}}).Matches(id)
		filter.Semantics = findingcfg.Exclude
		left := (&findingcfg.Finding{Filters: []findingcfg.Filter{filter}}).Matches(id)
		if included == left && name != "" {
			t.Errorf("%q on %q: included %v, left by exclusion %v", pattern, name, included, left)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("- type: finding/osid\n  categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}\n")
	f.Add("- {type: finding/sast, categorisations: [{id: a, display_name: b, value: 0, selector: {sub_types: [x]}}], rescoring_ruleset: {name: a, rules: []}}")
	f.Add("- {type: a, categorisations: [], filter: [{semantics: include}], issues: {attrs_to_group_by: [x]}}")
	f.Fuzz(func(t *testing.T, text string) {
		cfg, _, err := findingcfg.Parse("f.yaml", []byte(text), findingcfg.Options{})
		if (cfg == nil) != (err != nil) {
			t.Errorf("%s: neither configuration nor error, or both", strconv.Quote(text))
		}
	})
}

func BenchmarkMatches(b *testing.B) {
	p, err := findingcfg.ParsePattern(`github\.com/acme/.*`)
	if err != nil {
		b.Fatal(err)
	}
	finding := findingcfg.Finding{Filters: []findingcfg.Filter{
		{Semantics: findingcfg.Include, Kinds: []artefact.Kind{artefact.KindResource}},
		{Semantics: findingcfg.Exclude, ComponentNames: []findingcfg.Pattern{p}},
	}}
	name := "github.com/acme/storage"
	id := artefact.ID{ComponentName: &name, Kind: artefact.KindResource, Artefact: &artefact.LocalID{}}
	b.ReportAllocs()
	for b.Loop() {
		finding.Matches(id)
	}
}

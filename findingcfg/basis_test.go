package findingcfg_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
)

// What decides how findings stand is told apart, what does not is not.
func TestBasis(t *testing.T) {
	t.Parallel()
	const acme metadata.Type = "finding/acme"
	basis := func(text string) findingcfg.Basis {
		t.Helper()
		cfg, _, err := findingcfg.Parse("findings.yaml", []byte(text), findingcfg.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b, ok := cfg.Basis(acme)
		if !ok {
			t.Fatal("not configured")
		}
		return b
	}
	const (
		head     = "- type: finding/acme\n  datasource: acme\n  key: [rule]\n  categorisations:\n"
		category = "    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d}\n"
	)
	first := basis(head + category)
	for _, c := range []struct {
		name, text    string
		reach, values bool // the same
	}{
		{"the same", head + category, true, true},
		{"another name for people", head + "    - {id: HIGH, display_name: Severe, value: 4, allowed_processing_time: 30d}\n", true, true},
		{"another scope by default", head + category + "  default_scope: single\n", true, true},
		{"another id", head + "    - {id: BAD, display_name: High, value: 4, allowed_processing_time: 30d}\n", true, false},
		{"another value", head + "    - {id: HIGH, display_name: High, value: 8, allowed_processing_time: 30d}\n", true, false},
		{"another time", head + "    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 31d}\n", true, false},
		{"no time", head + "    - {id: HIGH, display_name: High, value: 4}\n", true, false},
		{"one more category", head + category + "    - {id: NONE, display_name: None, value: 0}\n", true, false},
		{"a filter", head + category + "  filter:\n    - {semantics: exclude, component_name: x}\n", false, true},
		{"another key", "- type: finding/acme\n  datasource: acme\n  key: [rule, file]\n  categorisations:\n" + category, false, true},
		{"another type beside it", head + category + "- type: finding/malware\n  categorisations:\n" + category, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			is := is.New(t)
			got := basis(c.text)
			is.Equal(got.Reach == first.Reach, c.reach)
			is.Equal(got.Values == first.Values, c.values)
		})
	}
	_, ok := (&findingcfg.Config{}).Basis(acme)
	is.New(t).True(!ok)
}

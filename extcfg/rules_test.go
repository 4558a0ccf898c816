package extcfg_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/metadata"
)

func rules(t *testing.T, text string) *extcfg.Responsibles {
	t.Helper()
	cfg, _, err := extcfg.Parse("extensions-cfg.yaml", []byte(text), extcfg.Options{Local: true})
	if err != nil {
		t.Fatal(err)
	}
	return cfg.Responsibles
}

func TestResponsibleFilters(t *testing.T) {
	t.Parallel()
	web := artefact.ID{
		ComponentName: new("acme.org/shop"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("web"), Type: new("ociImage")},
	}
	for name, c := range map[string]struct {
		filter string
		id     artefact.ID
		want   bool
	}{
		"match all":                      {"{type: match-all}", artefact.ID{}, true},
		"component: nothing listed":      {"{type: component-filter}", artefact.ID{}, true},
		"component: included":            {"{type: component-filter, include_component_names: [other, acme.org/.*]}", web, true},
		"component: not included":        {"{type: component-filter, include_component_names: [acme]}", web, false}, // the whole name
		"component: case counts":         {"{type: component-filter, include_component_names: [ACME.org/shop]}", web, false},
		"component: excludes win":        {"{type: component-filter, include_component_names: [.*], exclude_component_names: [acme.org/.*]}", web, false},
		"component: missing is empty":    {"{type: component-filter, include_component_names: ['']}", artefact.ID{}, true},
		"component: missing is not some": {"{type: component-filter, include_component_names: [.+]}", artefact.ID{}, false},
		"artefact: all of them":          {"{type: artefact-filter, include_artefact_names: [w.*], include_artefact_types: [ociImage], include_artefact_kinds: [resource]}", web, true},
		"artefact: another name":         {"{type: artefact-filter, include_artefact_names: [db], include_artefact_types: [ociImage]}", web, false},
		"artefact: another type":         {"{type: artefact-filter, exclude_artefact_types: [oci.*]}", web, false},
		"artefact: another kind":         {"{type: artefact-filter, include_artefact_kinds: [source, runtime]}", web, false},
		"artefact: none at all":          {"{type: artefact-filter, exclude_artefact_names: [.+]}", artefact.ID{}, true},
		"type: included":                 {"{type: datatype-filter, include_types: [finding/.*]}", web, true},
		"type: excluded":                 {"{type: datatype-filter, exclude_types: [finding/license, finding/sast]}", web, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rules(t, "responsibles: {rules: [{filters: ["+c.filter+"], strategies: []}]}")
			is.New(t).Equal(r.Rules[0].Matches(c.id, metadata.TypeLicense), c.want)
		})
	}
}

func TestFirstResponsibleRuleWins(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	r := rules(t, `
responsibles:
  rules:
    - {name: both, filters: [{type: component-filter, include_component_names: [a]}, {type: datatype-filter, include_types: [finding/license]}], strategies: []}
    - {name: a, filters: [{type: component-filter, include_component_names: [a]}], strategies: []}
    - {name: types, filters: [{type: datatype-filter, include_types: [finding/sast]}], strategies: []}
`)
	for _, c := range []struct {
		component string
		about     metadata.Type
		want      string
	}{{"a", metadata.TypeLicense, "both"}, {"a", metadata.TypeSAST, "a"}, {"b", metadata.TypeSAST, "types"}} {
		rule, ok := r.Rule(artefact.ID{ComponentName: &c.component}, c.about)
		is.True(ok)
		is.Equal(rule.Name, c.want)
	}
	_, ok := r.Rule(artefact.ID{ComponentName: new("b")}, metadata.TypeLicense)
	is.True(!ok)
}

package extcfg

import (
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// The types of filters and strategies of a [ResponsibleRule].
const (
	FilterMatchAll  = "match-all"
	FilterComponent = "component-filter"
	FilterArtefact  = "artefact-filter"
	FilterDatatype  = "datatype-filter"

	StrategyComponent = "component-responsibles"
	StrategyStatic    = "static-responsibles"

	ResponsibleUser = "githubUser"
	ResponsibleTeam = "githubTeam"
)

// Rule returns the first rule that holds for findings of type t in an artefact, false if
// there is none.
func (r *Responsibles) Rule(id artefact.ID, t metadata.Type) (*ResponsibleRule, bool) {
	for i := range r.Rules {
		if r.Rules[i].Matches(id, t) {
			return &r.Rules[i], true
		}
	}
	return nil, false
}

// Matches tells if all filters of the rule hold.
func (r *ResponsibleRule) Matches(id artefact.ID, t metadata.Type) bool {
	for i := range r.Filters {
		if !r.Filters[i].Matches(id, t) {
			return false
		}
	}
	return true
}

// Matches tells if the filter holds for findings of type t in an artefact.
func (f *ResponsibleFilter) Matches(id artefact.ID, t metadata.Type) bool {
	switch f.Type {
	case FilterComponent:
		return chosen(f.IncludeComponents, f.ExcludeComponents, artefact.Text(id.ComponentName))
	case FilterArtefact:
		local := id.Local()
		return chosen(f.IncludeArtefactNames, f.ExcludeArtefactNames, artefact.Text(local.Name)) &&
			chosen(f.IncludeArtefactTypes, f.ExcludeArtefactTypes, artefact.Text(local.Type)) &&
			chosen(f.IncludeArtefactKinds, f.ExcludeArtefactKinds, string(id.Kind))
	case FilterDatatype:
		return chosen(f.IncludeTypes, f.ExcludeTypes, string(t))
	}
	return true
}

// chosen tells if a value is among what is included, which is everything if nothing is
// listed, and not among what is excluded.
func chosen(include, exclude []Pattern, value string) bool {
	match := func(p Pattern) bool { return p.Match(value) }
	return (len(include) == 0 || slices.ContainsFunc(include, match)) && !slices.ContainsFunc(exclude, match)
}

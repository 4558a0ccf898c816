package findingcfg

import (
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/artefact"
)

// Semantics says if a [Filter] picks artefacts or leaves them out.
type Semantics string

// The semantics of filters.
const (
	Include Semantics = "include"
	Exclude Semantics = "exclude"
)

// Validate returns an error that names the semantics if s is none of them.
func (s Semantics) Validate() error {
	if s == Include || s == Exclude {
		return nil
	}
	return fmt.Errorf("semantics %q is unknown, want include or exclude", string(s))
}

// Filter picks artefacts. All criteria that are given must hold, and within one
// criterion any of its values. A Filter without criteria matches everything.
type Filter struct {
	Semantics Semantics
	// Name is for people.
	Name string
	// Patterns for the attributes of an artefact; empty means no criterion. If the
	// attribute is null or empty, an include filter matches and an exclude filter
	// does not.
	ComponentNames, ComponentVersions              []Pattern
	ArtefactNames, ArtefactVersions, ArtefactTypes []Pattern
	// Kinds that match; empty means no criterion. A null kind never matches.
	Kinds []artefact.Kind
	// ExtraIDs are normalised extra identities, one of which must be equal; empty
	// means no criterion. The empty text asks for an empty extra identity.
	ExtraIDs []string
}

// Matches tells if the criteria of f hold for id, whatever the semantics.
// An identity without artefact is judged as if all its attributes were null.
func (f *Filter) Matches(id artefact.ID) bool {
	local := id.Local()
	return f.holds(f.ComponentNames, id.ComponentName) &&
		f.holds(f.ComponentVersions, id.ComponentVersion) &&
		f.holds(f.ArtefactNames, local.Name) &&
		f.holds(f.ArtefactVersions, local.Version) &&
		f.holds(f.ArtefactTypes, local.Type) &&
		(len(f.Kinds) == 0 || slices.Contains(f.Kinds, id.Kind)) &&
		(len(f.ExtraIDs) == 0 || slices.Contains(f.ExtraIDs, artefact.NormaliseExtraID(local.ExtraID)))
}

func (f *Filter) holds(criterion []Pattern, value *string) bool {
	switch {
	case len(criterion) == 0:
		return true
	case artefact.Text(value) == "":
		return f.Semantics == Include
	}
	return anyMatches(criterion, *value)
}

// allows tells if no exclude filter matches id, and an include filter does, if
// there is any.
func allows(filters []Filter, id artefact.ID) bool {
	included, hasInclude := false, false
	for i := range filters {
		f := &filters[i]
		if f.Semantics == Include {
			hasInclude = true
			if included {
				continue
			}
		}
		if !f.Matches(id) {
			continue
		}
		if f.Semantics == Exclude {
			return false
		}
		included = true
	}
	return included || !hasInclude
}

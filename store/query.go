package store

import (
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Query selects entries: conditions of different fields are ANDed, values of one
// field ORed, an empty field restricts nothing. The zero Query selects all.
// See [Matches] for its exact meaning.
type Query struct {
	// IDs are those of entries.
	IDs         []string
	Types       []metadata.Type
	Datasources []metadata.Datasource
	// ReferencedTypes selects rescorings and responsibles of these types.
	ReferencedTypes []metadata.Type
	Artefacts       []Selector
	// NullMatches lets entries that lack an attribute match any value of it (the
	// rule by which rescorings of a wider scope are found). Kinds are exempt.
	NullMatches bool
	// Covering selects the entries whose artefact is a scope in which this one is, as
	// that of a rescoring may be: each attribute is equal, or empty in the entry. The
	// component version also restricts nothing if it is empty here, as entries without
	// one belong to every version.
	Covering *artefact.ID
}

// Selector selects the entries of an artefact as the query of ODG does
// (contract http-api, section 4.3).
//
//   - The component name must be equal; nil selects entries without one.
//   - A component version must be equal, nil restricts nothing. Entries without
//     one match too if their local artefact is listed in Versionless, or if the
//     given version is empty.
//   - A kind must be equal, the empty one restricts nothing.
//   - Name, version and type of the local artefact must be equal, its extra
//     identity equal in normalised form; nil and empty ones restrict nothing.
//   - References are ignored.
type Selector struct {
	artefact.ID
	// Versionless lists the artefacts of this component version: entries without
	// a component version match if their local artefact is among them.
	Versionless []artefact.LocalID
}

// Matches tells if q selects e. It is what [Querier] means, in the form of a pure
// function: implementations that filter elsewhere are tested against it.
func Matches(q Query, e metadata.Entry) bool {
	return among(q.Types, e.Meta.Type) && among(q.Datasources, e.Meta.Datasource) &&
		q.refersTo(e) && q.selects(e.Artefact) && q.covered(e.Artefact) && (len(q.IDs) == 0 || slices.Contains(q.IDs, e.ID()))
}

func among[T comparable](list []T, value T) bool {
	return len(list) == 0 || slices.Contains(list, value)
}

func (q *Query) refersTo(e metadata.Entry) bool {
	if len(q.ReferencedTypes) == 0 {
		return true
	}
	referenced := e.ReferencedType()
	return referenced != "" && slices.Contains(q.ReferencedTypes, referenced)
}

func (q *Query) selects(id artefact.ID) bool {
	if len(q.Artefacts) == 0 {
		return true
	}
	for i := range q.Artefacts {
		if q.Artefacts[i].matches(id, q.NullMatches) {
			return true
		}
	}
	return false
}

// covered tells if the scope of an entry is around the artefact that q asks for.
func (q *Query) covered(scope artefact.ID) bool {
	if q.Covering == nil {
		return true
	}
	s, a := scope.Local(), q.Covering.Local()
	return emptyOrEqual(scope.ComponentName, q.Covering.ComponentName) &&
		(artefact.Text(q.Covering.ComponentVersion) == "" || emptyOrEqual(scope.ComponentVersion, q.Covering.ComponentVersion)) &&
		(scope.Kind == "" || scope.Kind == q.Covering.Kind) &&
		emptyOrEqual(s.Name, a.Name) && emptyOrEqual(s.Version, a.Version) && emptyOrEqual(s.Type, a.Type) &&
		(len(s.ExtraID) == 0 || artefact.NormaliseExtraID(s.ExtraID) == artefact.NormaliseExtraID(a.ExtraID))
}

func emptyOrEqual(scope, value *string) bool {
	return artefact.Text(scope) == "" || artefact.Text(scope) == artefact.Text(value)
}

func (s *Selector) matches(id artefact.ID, nullMatches bool) bool {
	if !(equal(s.ComponentName, id.ComponentName) || nullMatches && id.ComponentName == nil) {
		return false
	}
	if s.Kind != "" && s.Kind != id.Kind {
		return false
	}
	return s.matchesLocal(id.Local(), nullMatches) && s.matchesVersion(id, nullMatches)
}

func (s *Selector) matchesVersion(id artefact.ID, nullMatches bool) bool {
	if s.ComponentVersion == nil || equal(s.ComponentVersion, id.ComponentVersion) {
		return true
	}
	if id.ComponentVersion != nil {
		return false
	}
	return nullMatches || *s.ComponentVersion == "" || s.shares(id.Local())
}

// shares tells if the component version of s has exactly this local artefact.
func (s *Selector) shares(local artefact.LocalID) bool {
	return slices.ContainsFunc(s.Versionless, func(l artefact.LocalID) bool {
		return equal(l.Name, local.Name) && equal(l.Version, local.Version) && equal(l.Type, local.Type) &&
			artefact.NormaliseExtraID(l.ExtraID) == artefact.NormaliseExtraID(local.ExtraID)
	})
}

// SelectsLocal tells if s, without its component, version and kind, selects a local
// artefact. Implementers need to compare only these of the versionless ones.
func (s *Selector) SelectsLocal(local artefact.LocalID) bool { return s.matchesLocal(local, false) }

func (s *Selector) matchesLocal(local artefact.LocalID, nullMatches bool) bool {
	if s.Artefact == nil {
		return true
	}
	return restricts(s.Artefact.Name, local.Name, nullMatches) &&
		restricts(s.Artefact.Version, local.Version, nullMatches) &&
		restricts(s.Artefact.Type, local.Type, nullMatches) &&
		matchesExtraID(s.Artefact.ExtraID, local.ExtraID, nullMatches)
}

// restricts tells if value is what want asks for, or if want asks for nothing.
func restricts(want, value *string, nullMatches bool) bool {
	return artefact.Text(want) == "" || equal(want, value) || nullMatches && value == nil
}

func matchesExtraID(want, value map[string]string, nullMatches bool) bool {
	return len(want) == 0 || nullMatches && len(value) == 0 ||
		artefact.NormaliseExtraID(want) == artefact.NormaliseExtraID(value)
}

func equal(a, b *string) bool {
	return a == b || a != nil && b != nil && *a == *b
}

package rescore

import (
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Options vary which rescorings apply. The zero Options are the recommended ones.
type Options struct {
	// PeerScopes demands that the kind and the type of the artefact are equal even
	// if the rescoring leaves them null, as the existing implementation does.
	// Rescorings of whole components, and global ones, then never apply, because
	// user interfaces leave both null. By default null stands for any (D2 of the
	// deliberate differences).
	PeerScopes bool
}

// Applies tells if the entry rescoring is about the finding: it refers to the
// finding's type and subject, and the finding is in its scope. Kind and artefact
// type must be equal or null in the rescoring. Component name, artefact name,
// artefact version and extra identity must be equal or empty in the rescoring;
// the component version may also be empty in the finding.
func Applies(finding, rescoring metadata.Entry, o Options) bool {
	if rescoring.Meta.Type != metadata.TypeRescoring || rescoring.ReferencedType() != finding.Meta.Type {
		return false
	}
	want, ok := rescoring.Subject()
	if !ok {
		return false
	}
	got, ok := finding.Subject()
	return ok && got == want && o.covers(rescoring.Artefact, finding.Artefact)
}

// covers tells if the artefact id is in scope.
func (o Options) covers(scope, id artefact.ID) bool {
	s, a := scope.Local(), id.Local()
	return o.sameKind(scope.Kind, id.Kind) && o.sameType(s.Type, a.Type) &&
		unsetOrEqual(scope.ComponentName, id.ComponentName) &&
		(artefact.Text(id.ComponentVersion) == "" || unsetOrEqual(scope.ComponentVersion, id.ComponentVersion)) &&
		unsetOrEqual(s.Name, a.Name) && unsetOrEqual(s.Version, a.Version) && coversExtraID(s.ExtraID, a.ExtraID)
}

func (o Options) sameKind(scope, kind artefact.Kind) bool {
	return scope == kind || scope == "" && !o.PeerScopes
}

func (o Options) sameType(scope, t *string) bool {
	if scope == nil {
		return t == nil || !o.PeerScopes
	}
	return t != nil && *scope == *t
}

func unsetOrEqual(scope, s *string) bool {
	return artefact.Text(scope) == "" || s != nil && *s == *scope
}

func coversExtraID(scope, extra map[string]string) bool {
	return len(scope) == 0 || artefact.NormaliseExtraID(scope) == artefact.NormaliseExtraID(extra)
}

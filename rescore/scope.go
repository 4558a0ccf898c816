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
	return concerns(finding, rescoring) && o.Covers(rescoring.Artefact, finding.Artefact)
}

// concerns tells if rescoring refers to the finding's type and subject.
func concerns(finding, rescoring metadata.Entry) bool {
	if rescoring.Meta.Type != metadata.TypeRescoring || rescoring.ReferencedType() != finding.Meta.Type {
		return false
	}
	want, ok := rescoring.Subject()
	if !ok {
		return false
	}
	got, ok := finding.Subject()
	return ok && got == want
}

// Covers tells if the artefact id is in a scope: that of a rescoring, or of any other
// entry that people make for less or more than one artefact. See [Applies] for what is
// compared.
func (o Options) Covers(scope, id artefact.ID) bool { return o.outside(scope, id) == "" }

// outside returns an attribute by which the artefact id is not in scope, or "".
func (o Options) outside(scope, id artefact.ID) artefact.Attribute {
	s, a := scope.Local(), id.Local()
	switch {
	case !unsetOrEqual(scope.ComponentName, id.ComponentName):
		return artefact.AttrComponentName
	case artefact.Text(id.ComponentVersion) != "" && !unsetOrEqual(scope.ComponentVersion, id.ComponentVersion):
		return artefact.AttrComponentVersion
	case !o.sameKind(scope.Kind, id.Kind):
		return artefact.AttrKind
	case !unsetOrEqual(s.Name, a.Name):
		return artefact.AttrName
	case !unsetOrEqual(s.Version, a.Version):
		return artefact.AttrVersion
	case !o.sameType(s.Type, a.Type):
		return artefact.AttrType
	case !coversExtraID(s.ExtraID, a.ExtraID):
		return artefact.AttrExtraID
	}
	return ""
}

// value is an attribute of id for people.
func value(id artefact.ID, attr artefact.Attribute) string {
	local := id.Local()
	id.Artefact = &local
	if text, _ := artefact.GroupID(id, []artefact.Attribute{attr}); text != "" { // it has a local artefact
		return text
	}
	return "none"
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

package artefact

import (
	"fmt"
	"slices"
	"strings"
)

// Attribute names a part of an [ID] as ODG's configuration does.
type Attribute string

// The attributes of an identity. In groups, AttrExtraID may be followed by a dot
// and a key of the extra identity. Other texts name nothing.
const (
	AttrComponentName    Attribute = "component_name"
	AttrComponentVersion Attribute = "component_version"
	AttrKind             Attribute = "artefact_kind"
	AttrName             Attribute = "artefact.artefact_name"
	AttrVersion          Attribute = "artefact.artefact_version"
	AttrType             Attribute = "artefact.artefact_type"
	AttrExtraID          Attribute = "artefact.artefact_extra_id"
)

var attributes = []Attribute{
	AttrComponentName, AttrComponentVersion, AttrKind, AttrName, AttrVersion, AttrType, AttrExtraID,
}

func (a Attribute) local() bool { return strings.HasPrefix(string(a), "artefact.") }

// GroupID joins the values of attrs, in their order and without separator.
// Null is written as "None", the extra identity in its normalised form, a missing
// key of it and an unknown attribute as nothing. It returns an error that wraps [ErrNoArtefact]
// if attrs need a local artefact and id has none.
func GroupID(id ID, attrs []Attribute) (string, error) {
	var b []byte
	for _, attr := range attrs {
		if attr.local() && id.Artefact == nil {
			return "", fmt.Errorf("group by %s: %w", attr, ErrNoArtefact)
		}
		b = id.appendAttribute(b, attr)
	}
	return string(b), nil
}

func (id ID) appendAttribute(b []byte, attr Attribute) []byte {
	switch attr {
	case AttrComponentName:
		return appendText(b, id.ComponentName)
	case AttrComponentVersion:
		return appendText(b, id.ComponentVersion)
	case AttrKind:
		if id.Kind == "" {
			return append(b, null...)
		}
		return append(b, id.Kind...)
	case AttrName:
		return appendText(b, id.Artefact.Name)
	case AttrVersion:
		return appendText(b, id.Artefact.Version)
	case AttrType:
		return appendText(b, id.Artefact.Type)
	case AttrExtraID:
		return appendExtraID(b, id.Artefact.ExtraID)
	}
	if key, ok := strings.CutPrefix(string(attr), string(AttrExtraID)+"."); ok {
		return append(b, id.Artefact.ExtraID[key]...)
	}
	return b
}

// Keep returns id with only the attributes attrs, everything else null.
// References are never kept. It returns an error that wraps [ErrNoArtefact] if
// attrs need a local artefact and id has none.
func Keep(id ID, attrs []Attribute) (ID, error) {
	kept := ID{Artefact: &LocalID{}}
	for _, attr := range attributes {
		if !slices.Contains(attrs, attr) {
			continue
		}
		if attr.local() && id.Artefact == nil {
			return ID{}, fmt.Errorf("keep %s: %w", attr, ErrNoArtefact)
		}
		kept.copyAttribute(id, attr)
	}
	return kept, nil
}

// Drop is the opposite of [Keep]: it returns id without the attributes attrs.
func Drop(id ID, attrs []Attribute) (ID, error) {
	rest := slices.DeleteFunc(slices.Clone(attributes), func(attr Attribute) bool {
		return slices.Contains(attrs, attr)
	})
	return Keep(id, rest)
}

func (id *ID) copyAttribute(from ID, attr Attribute) {
	switch attr {
	case AttrComponentName:
		id.ComponentName = from.ComponentName
	case AttrComponentVersion:
		id.ComponentVersion = from.ComponentVersion
	case AttrKind:
		id.Kind = from.Kind
	case AttrName:
		id.Artefact.Name = from.Artefact.Name
	case AttrVersion:
		id.Artefact.Version = from.Artefact.Version
	case AttrType:
		id.Artefact.Type = from.Artefact.Type
	case AttrExtraID:
		id.Artefact.ExtraID = from.Artefact.ExtraID
	}
}

package artefact

import (
	"maps"
	"slices"

	"github.com/opendeliverygear/odg/internal/rawjson"
)

// MarshalJSON writes all fields in ODG's order, a nil ExtraID as {}.
func (l LocalID) MarshalJSON() ([]byte, error) { return l.appendJSON(nil), nil }

// MarshalJSON writes all fields in ODG's order, nil References as [].
func (id ID) MarshalJSON() ([]byte, error) { return id.AppendJSON(nil), nil }

// AppendJSON appends id as JSON to b: all fields in ODG's order, nulls included,
// the keys of the extra identity sorted.
func (id ID) AppendJSON(b []byte) []byte {
	b = appendOrNull(append(b, `{"component_name":`...), id.ComponentName)
	b = appendOrNull(append(b, `,"component_version":`...), id.ComponentVersion)
	b = append(b, `,"artefact":`...)
	if id.Artefact == nil {
		b = append(b, "null"...)
	} else {
		b = id.Artefact.appendJSON(b)
	}
	b = append(b, `,"artefact_kind":`...)
	if id.Kind == "" {
		b = append(b, "null"...)
	} else {
		b = rawjson.AppendString(b, string(id.Kind))
	}
	b = append(b, `,"references":[`...)
	for i, ref := range id.References {
		if i > 0 {
			b = append(b, ',')
		}
		b = ref.AppendJSON(b)
	}
	return append(b, "]}"...)
}

func (l LocalID) appendJSON(b []byte) []byte {
	b = appendOrNull(append(b, `{"artefact_name":`...), l.Name)
	b = appendOrNull(append(b, `,"artefact_type":`...), l.Type)
	b = appendOrNull(append(b, `,"artefact_version":`...), l.Version)
	b = append(b, `,"artefact_extra_id":{`...)
	if len(l.ExtraID) > 0 {
		for i, key := range slices.Sorted(maps.Keys(l.ExtraID)) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(rawjson.AppendString(b, key), ':')
			b = rawjson.AppendString(b, l.ExtraID[key])
		}
	}
	return append(b, "}}"...)
}

func appendOrNull(b []byte, s *string) []byte {
	if s == nil {
		return append(b, "null"...)
	}
	return rawjson.AppendString(b, *s)
}

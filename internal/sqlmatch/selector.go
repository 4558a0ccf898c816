package sqlmatch

import (
	"encoding/json"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/store"
)

// Local is the condition on m and s for which no index is.
func Local(q store.Query) string {
	if q.NullMatches {
		return `(s.kind IS NULL OR m.artefact_kind = s.kind)
			AND (s.artefact_version IS NULL OR m.artefact_version IS NULL OR m.artefact_version = s.artefact_version)
			AND (s.artefact_type IS NULL OR m.artefact_type IS NULL OR m.artefact_type = s.artefact_type)
			AND (s.extra_id IS NULL OR m.artefact_extra_id_normalised IN ('', s.extra_id))`
	}
	return `(s.kind IS NULL OR m.artefact_kind = s.kind)
		AND (s.artefact_version IS NULL OR m.artefact_version = s.artefact_version)
		AND (s.artefact_type IS NULL OR m.artefact_type = s.artefact_type)
		AND (s.extra_id IS NULL OR m.artefact_extra_id_normalised = s.extra_id)`
}

// Selectors writes selectors as a JSON list of lists: component name, component
// version, kind, artefact name, artefact version, artefact type, normalised extra
// identity, versionless artefacts (lists of the last four). What a selector does not
// ask for is null.
func Selectors(selectors []store.Selector) string {
	list := make([][8]any, len(selectors))
	for i, s := range selectors {
		l := s.Local()
		extraID := artefact.NormaliseExtraID(l.ExtraID)
		list[i] = [8]any{
			s.ComponentName, s.ComponentVersion, null(s.Kind),
			null(artefact.Text(l.Name)), null(artefact.Text(l.Version)), null(artefact.Text(l.Type)), null(extraID),
			locals(s),
		}
	}
	text, _ := json.Marshal(list) // lists of strings cannot fail
	return string(text)
}

// locals are those versionless artefacts of s that s selects at all.
func locals(s store.Selector) [][4]any {
	list := [][4]any{}
	for _, l := range s.Versionless {
		if s.SelectsLocal(l) {
			list = append(list, [4]any{l.Name, l.Version, l.Type, artefact.NormaliseExtraID(l.ExtraID)})
		}
	}
	return list
}

// null is the parameter for a text of which the empty one restricts nothing.
func null[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

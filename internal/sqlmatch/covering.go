package sqlmatch

import (
	"strings"

	"github.com/opendeliverygear/odg/artefact"
)

// Covering is the condition that the artefact of m is a scope around id, see
// [github.com/opendeliverygear/odg/store.Query]: its text, with a question mark for each
// of args.
func Covering(id artefact.ID) (text string, args []any) {
	local := id.Local()
	var conditions []string
	for _, c := range []struct{ column, value string }{
		{"m.component_name", artefact.Text(id.ComponentName)},
		{"m.component_version", artefact.Text(id.ComponentVersion)},
		{"m.artefact_kind", string(id.Kind)},
		{"m.artefact_name", artefact.Text(local.Name)},
		{"m.artefact_version", artefact.Text(local.Version)},
		{"m.artefact_type", artefact.Text(local.Type)},
		{"m.artefact_extra_id_normalised", artefact.NormaliseExtraID(local.ExtraID)},
	} {
		if c.column == "m.component_version" && c.value == "" {
			continue // restricts nothing
		}
		conditions = append(conditions, "("+c.column+" IS NULL OR "+c.column+" IN ('', ?))")
		args = append(args, c.value)
	}
	return strings.Join(conditions, " AND "), args
}

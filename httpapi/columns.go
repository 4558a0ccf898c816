package httpapi

import (
	"fmt"
	"unicode/utf8"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// fits refuses texts that are longer than their column, whatever the store, so that
// all answer alike. Widths, in characters, are those of the table that existing
// installations have; versions are wider, because digests must fit. A store whose
// columns are narrower refuses by itself.
func fits(e metadata.Entry) error {
	local := e.Artefact.Local()
	for _, column := range []struct {
		path  string
		text  string
		width int
	}{
		{"artefact.component_name", artefact.Text(e.Artefact.ComponentName), 256},
		{"artefact.component_version", artefact.Text(e.Artefact.ComponentVersion), 256},
		{"artefact.artefact.artefact_name", artefact.Text(local.Name), 128},
		{"artefact.artefact.artefact_version", artefact.Text(local.Version), 256},
		{"artefact.artefact.artefact_type", artefact.Text(local.Type), 64},
		{"artefact.artefact.artefact_extra_id", artefact.NormaliseExtraID(local.ExtraID), 1024},
		{"meta.type", string(e.Meta.Type), 64},
		{"meta.datasource", string(e.Meta.Datasource), 64},
		{"data.referenced_type", string(e.ReferencedType()), 64},
		{"allowed_processing_time", artefact.Text(e.AllowedProcessingTime), 16},
	} {
		if len(column.text) <= column.width {
			continue
		}
		if n := utf8.RuneCountInString(column.text); n > column.width {
			return &metadata.Error{Path: column.path, Err: fmt.Errorf("%d characters, at most %d fit", n, column.width)}
		}
	}
	return nil
}

package postgres

import (
	"context"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// readWidths reads how many characters the columns hold.
func (s *Store) readWidths(ctx context.Context) error {
	const query = `SELECT attname, atttypmod - 4 FROM pg_attribute
		WHERE attrelid = 'artefact_metadata'::regclass AND attnum > 0 AND atttypid = 'varchar'::regtype AND atttypmod > 4`
	return s.withConn(ctx, func(conn *pgxpool.Conn) error {
		rows, err := conn.Query(ctx, query)
		if err != nil {
			return err
		}
		defer rows.Close()
		widths := map[string]int{}
		for rows.Next() {
			var name string
			var width int32
			if err := rows.Scan(&name, &width); err != nil {
				return err
			}
			widths[name] = int(width)
		}
		s.widths = widths
		return rows.Err()
	})
}

// paths are where the texts of columns stand in an entry.
var paths = map[string]string{
	"type":                         "meta.type",
	"datasource":                   "meta.datasource",
	"component_name":               "artefact.component_name",
	"component_version":            "artefact.component_version",
	"artefact_kind":                "artefact.artefact_kind",
	"artefact_name":                "artefact.artefact.artefact_name",
	"artefact_version":             "artefact.artefact.artefact_version",
	"artefact_type":                "artefact.artefact.artefact_type",
	"artefact_extra_id_normalised": "artefact.artefact.artefact_extra_id",
	"referenced_type":              "data.referenced_type",
	"allowed_processing_time":      "allowed_processing_time",
}

// checkWidths refuses texts that are longer than their column.
func (s *Store) checkWidths(entries []metadata.Entry) error {
	for i := range entries {
		row := store.Row{Entry: entries[i]}
		for _, c := range given {
			width := s.widths[c.name]
			if width == 0 || paths[c.name] == "" {
				continue
			}
			if text, ok := c.value(&row).(string); ok && len(text) > width && utf8.RuneCountInString(text) > width {
				return &store.LengthError{Entry: i, Path: paths[c.name], Length: utf8.RuneCountInString(text), Max: width}
			}
		}
	}
	return nil
}

package postgres

import (
	"context"
	"slices"
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
		var limits []limit
		for rows.Next() {
			var name string
			var width int32
			if err := rows.Scan(&name, &width); err != nil {
				return err
			}
			if i := slices.IndexFunc(given, func(c column) bool { return c.name == name }); i >= 0 && paths[name] != "" {
				limits = append(limits, limit{given[i], paths[name], int(width)})
			}
		}
		s.limits = limits
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

// limit is the width of a column.
type limit struct {
	column column
	path   string
	max    int
}

// checkWidths refuses texts that are longer than their column.
func (s *Store) checkWidths(entries []metadata.Entry) error {
	var row store.Row
	for i := range entries {
		row.Entry = entries[i]
		for _, l := range s.limits {
			text, ok := l.column.value(&row).(string)
			if !ok || len(text) <= l.max {
				continue
			}
			if n := utf8.RuneCountInString(text); n > l.max {
				return &store.LengthError{Entry: i, Path: l.path, Length: n, Max: l.max}
			}
		}
	}
	return nil
}

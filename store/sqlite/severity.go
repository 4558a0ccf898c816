package sqlite

import (
	"context"
	"database/sql"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var _ store.SeverityCounter = (*Store)(nil)

// CountSeverities implements [store.SeverityCounter]. It is one statement, which reads the
// entries of these types.
func (s *Store) CountSeverities(ctx context.Context, types []metadata.Type) ([]store.SeverityCount, error) {
	given := jsonText(types)
	rows := sq.Select("type", "CASE type WHEN 'rescorings' THEN referenced_type ELSE type END AS about",
		"CASE json_type(data, '$.severity') WHEN 'text' THEN data ->> '$.severity' ELSE '' END AS severity", "count(*)").
		From("artefact_metadata").
		Where(sq.Or{
			sq.Expr("type IN (SELECT value FROM json_each(?))", given),
			sq.Expr("type = 'rescorings' AND referenced_type IN (SELECT value FROM json_each(?))", given),
		}).GroupBy("1, 2, 3")
	var tally store.SeverityTally
	var of, about metadata.Type
	var severity string
	var n int
	err := s.read(ctx, rows, func(rows *sql.Rows) (bool, error) {
		if err := rows.Scan(&of, &about, &severity, &n); err != nil {
			return false, err
		}
		tally.Add(of, about, severity, n)
		return true, nil
	})
	if err != nil {
		return nil, s.wrap(ctx, "count severities", err)
	}
	return tally.Counts(), nil
}

package sqlite

import (
	"context"
	"database/sql"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Exec runs a statement on the connection that writes.
func (s *Store) Exec(ctx context.Context, query string, args ...any) error {
	_, err := s.writer.ExecContext(ctx, query, args...)
	return s.classify(err)
}

// ExecReading runs a statement on a connection that reads.
func (s *Store) ExecReading(ctx context.Context, query string) error {
	_, err := s.reader.ExecContext(ctx, query)
	return s.classify(err)
}

func (s *Store) classify(err error) error {
	if err == nil {
		return nil
	}
	return classify(err)
}

// Row returns the texts of a query with one row.
func (s *Store) Row(ctx context.Context, query string, columns ...any) error {
	return s.reader.QueryRowContext(ctx, query).Scan(columns...)
}

// Writer is the connection that writes.
func (s *Store) Writer() *sql.DB { return s.writer }

// InsertRow is what an upsert writes a new row with.
const InsertRow = insertRow

// InsertColumns are the parameters of [InsertRow].
func InsertColumns(r *store.Row, changed int64) []any {
	return origins{}.append(insertColumns(r, changed), r)
}

// ChangesPlan says how SQLite reads what follows a place.
func (s *Store) ChangesPlan(ctx context.Context, place store.Place, types []string) (string, error) {
	wanted := make([]metadata.Type, len(types))
	for i, t := range types {
		wanted[i] = metadata.Type(t)
	}
	return s.plan(ctx, changedSince(place, wanted))
}

// AsOfPlan says how SQLite reads what was stored at a moment.
func (s *Store) AsOfPlan(ctx context.Context, q store.Query, at time.Time) (string, error) {
	return s.plan(ctx, asOf(q, micros(at)))
}

func (s *Store) plan(ctx context.Context, query sq.Sqlizer) (string, error) {
	text, args, err := query.ToSql()
	if err != nil {
		return "", err
	}
	rows, err := s.reader.QueryContext(ctx, "EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return "", err
		}
		plan.WriteString(detail + "\n")
	}
	return plan.String(), rows.Err()
}

// MigrateTo takes the tables back to those of an earlier version.
func (s *Store) MigrateTo(ctx context.Context, version int64) error {
	provider, err := newProvider(s.writer)
	if err != nil {
		return err
	}
	_, err = provider.DownTo(ctx, version)
	return err
}

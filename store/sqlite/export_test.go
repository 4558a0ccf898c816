package sqlite

import (
	"context"
	"database/sql"
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
var InsertColumns = insertColumns

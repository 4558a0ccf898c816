package sqlite

import (
	"context"
	"database/sql"
	"iter"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Query implements [store.Querier]. Entries are read as the caller takes them;
// none is held.
func (s *Store) Query(ctx context.Context, q store.Query) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		var r entryRow
		columns := r.columns()
		err := s.read(ctx, sq.Select(entryColumns).From("artefact_metadata AS m").Where(condition(q)), func(rows *sql.Rows) (bool, error) {
			if err := rows.Scan(columns...); err != nil {
				return false, err
			}
			e, err := r.entry(s.cfg.Types)
			return err == nil && yield(e, nil), err
		})
		if err != nil {
			yield(metadata.Entry{}, s.wrap(ctx, "query metadata", err))
		}
	}
}

// CountByArtefact implements [store.Counter].
func (s *Store) CountByArtefact(ctx context.Context, q store.Query) (map[string]int, error) {
	counts := map[string]int{}
	var r identityRow
	var n int
	columns := append(r.columns(), &n)
	query := sq.Select(identityColumns, "count(*)").From("artefact_metadata AS m").Where(condition(q)).GroupBy(identityColumns)
	err := s.read(ctx, query, func(rows *sql.Rows) (bool, error) {
		if err := rows.Scan(columns...); err != nil {
			return false, err
		}
		id, err := r.id()
		counts[id.Key()] += n
		return err == nil, err
	})
	if err != nil {
		return nil, s.wrap(ctx, "count metadata", err)
	}
	return counts, nil
}

// read calls each for every row until it returns false or an error.
func (s *Store) read(ctx context.Context, query sq.SelectBuilder, each func(*sql.Rows) (bool, error)) error {
	text, args, err := query.ToSql()
	if err != nil {
		return err
	}
	rows, err := s.reader.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if more, err := each(rows); err != nil || !more {
			return err
		}
	}
	return rows.Err()
}

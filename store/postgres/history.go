package postgres

import (
	"context"
	"iter"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var _ store.Historian = (*Store)(nil)

// recorded are the types that have a history, in SQL; see [store.Recorded].
const recorded = `(m.type COLLATE "C" LIKE 'finding/%' OR m.type = 'rescorings')`

// inHistory is a statement about m as artefact_metadata, about m as odg_history, which
// has columns of the same names. No value is part of the text.
type inHistory struct{ sq.Sqlizer }

// ToSql implements [sq.Sqlizer].
func (c inHistory) ToSql() (text string, args []any, err error) {
	text, args, err = c.Sqlizer.ToSql()
	return strings.ReplaceAll(text, "artefact_metadata AS m", "odg_history AS m"), args, err
}

// AsOf implements [store.Historian] with one statement. Entries are read from the
// connection as the caller takes them; none is held.
func (s *Store) AsOf(ctx context.Context, q store.Query, at time.Time) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		act := "query metadata as of " + at.UTC().Format(time.RFC3339)
		d := decoder{types: s.cfg.Types}
		err := s.readBuilt(ctx, act, asOf(q, at), func(row [][]byte) bool { return yield(d.entry(row), nil) })
		if err != nil {
			yield(metadata.Entry{}, err)
		}
	}
}

// asOf selects what held at a moment. Where clocks went back, two versions of an id may
// claim it: the one that was written first held.
func asOf(q store.Query, at time.Time) sq.SelectBuilder {
	const (
		claims = "SELECT 1 FROM odg_history AS e WHERE e.id = m.id AND coalesce(e.began_at, '-infinity') <= ? AND e.ended_at > ?"
		first  = "NOT EXISTS (" + claims + " AND e.number < m.number)"
		alone  = "NOT EXISTS (" + claims + ")"
	)
	at = at.Truncate(time.Microsecond) // as exact as the columns
	ended := sq.Select(entryColumns).FromSelect(selection(q, "m.*"), "m").
		Where("coalesce(m.began_at, '-infinity') <= ? AND m.ended_at > ?", at, at).Where(first, at, at)
	return sq.Select(entryColumns).FromSelect(selection(q, "m.*"), "m").Where(recorded).
		Where("coalesce(m.since_at, m.created_at, '-infinity') <= ?", at).Where(alone, at, at).
		SuffixExpr(sq.Expr("UNION ALL ?", inHistory{ended}))
}

// readBuilt is [Store.read] of a statement that is built.
func (s *Store) readBuilt(ctx context.Context, act string, query sq.SelectBuilder, each func(row [][]byte) bool) error {
	text, args, err := query.PlaceholderFormat(sq.Dollar).ToSql()
	if err != nil {
		return err
	}
	return s.read(ctx, act, text, args, func(row [][]byte) (bool, error) { return each(row), nil })
}

// HistoryBegan implements [store.Historian].
func (s *Store) HistoryBegan(ctx context.Context) (time.Time, error) {
	var began *time.Time
	err := s.retry(ctx, "read when the history began", func(ctx context.Context) error {
		return s.withConn(ctx, func(conn *pgxpool.Conn) error {
			return conn.QueryRow(ctx, "SELECT history_since FROM odg_state").Scan(&began)
		})
	})
	if err != nil || began == nil {
		return time.Time{}, err
	}
	return began.UTC(), nil
}

package sqlite

import (
	"context"
	"database/sql"
	"iter"
	"strings"
	"time"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var _ store.Historian = (*Store)(nil)

// recorded are the types that have a history, in SQL; see [store.Recorded].
const recorded = "(m.type GLOB 'finding/*' OR m.type = 'rescorings')"

// inHistory is a condition over m as artefact_metadata, over m as metadata_history,
// which has columns of the same names. No value is part of the text.
type inHistory struct{ sq.Sqlizer }

// ToSql implements [sq.Sqlizer].
func (c inHistory) ToSql() (text string, args []any, err error) {
	text, args, err = c.Sqlizer.ToSql()
	return strings.ReplaceAll(text, "artefact_metadata AS m", "metadata_history AS m"), args, err
}

// AsOf implements [store.Historian] with one statement. Entries are read as the caller
// takes them; none is held.
func (s *Store) AsOf(ctx context.Context, q store.Query, at time.Time) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		var r entryRow
		columns := r.columns()
		err := s.read(ctx, asOf(q, micros(at)), func(rows *sql.Rows) (bool, error) {
			if err := rows.Scan(columns...); err != nil {
				return false, err
			}
			e, err := r.entry(s.cfg.Types)
			return err == nil && yield(e, nil), err
		})
		if err != nil {
			yield(metadata.Entry{}, s.wrap(ctx, "query metadata as of "+at.UTC().Format(time.RFC3339), err))
		}
	}
}

// asOf selects what held at a moment. Where clocks went back, two versions of an id may
// claim it: the one that was written first held.
func asOf(q store.Query, at int64) sq.SelectBuilder {
	const first = `NOT EXISTS (SELECT 1 FROM metadata_history AS e WHERE e.id = m.id AND e.number < m.number
		AND ifnull(e.began_at <= ?, 1) AND e.ended_at > ?)`
	const alone = `NOT EXISTS (SELECT 1 FROM metadata_history AS e WHERE e.id = m.id
		AND ifnull(e.began_at <= ?, 1) AND e.ended_at > ?)`
	ended := sq.Select(entryColumns).From("metadata_history AS m").Where(inHistory{condition(q)}).
		Where("ifnull(m.began_at <= ?, 1) AND m.ended_at > ?", at, at).Where(first, at, at)
	present := sq.Select(entryColumns).From("artefact_metadata AS m").Where(condition(q)).Where(recorded).
		Where("ifnull(m.since_at <= ?, 1)", at).Where(alone, at, at)
	return ended.SuffixExpr(present.Prefix("UNION ALL"))
}

// HistoryBegan implements [store.Historian].
func (s *Store) HistoryBegan(ctx context.Context) (time.Time, error) {
	var at sql.NullInt64
	if err := s.reader.QueryRowContext(ctx, "SELECT at FROM metadata_history_start").Scan(&at); err != nil {
		return time.Time{}, s.wrap(ctx, "read when the history began", err)
	}
	return moment(at), nil
}

// micros is a time as column, rounded down.
func micros(t time.Time) int64 {
	if t.Before(earliest) {
		return notKnown
	}
	return t.UnixMicro()
}

// notKnown stands for a time that is not known where such are sorted: before all others.
const notKnown = -1 << 62

var earliest = time.UnixMicro(notKnown)

// moment is the time of a column; the zero time if it is not known.
func moment(at sql.NullInt64) time.Time {
	if !at.Valid || at.Int64 == notKnown {
		return time.Time{}
	}
	return time.UnixMicro(at.Int64).UTC()
}

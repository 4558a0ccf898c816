package sqlite

import (
	"context"
	"database/sql"
	"iter"

	sq "github.com/Masterminds/squirrel"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Changes implements [store.ChangeReader]. There is one writer at a time, so a
// change shows as soon as it is committed. Entries are read as the caller takes
// them; none is held.
func (s *Store) Changes(ctx context.Context, since store.Cursor, types []metadata.Type) iter.Seq2[store.Event, error] {
	return func(yield func(store.Event, error) bool) {
		if err := s.changes(ctx, since, types, func(e store.Event) bool { return yield(e, nil) }); err != nil {
			yield(store.Event{}, s.wrap(ctx, "read changes", err))
		}
	}
}

// changes reads in one transaction, so that the mark fits what comes before it.
func (s *Store) changes(ctx context.Context, since store.Cursor, types []metadata.Type, tell func(store.Event) bool) error {
	tx, err := s.reader.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	feed, err := readFeed(ctx, tx)
	if err != nil {
		return err
	}
	place, err := feed.Resume(since)
	if err != nil {
		return err
	}
	text, args, err := changedSince(place, types).ToSql()
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	more, err := s.tellRows(rows, place, tell)
	if err == nil && more {
		tell(store.Event{Cursor: place.Cursor(feed.Last)})
	}
	return err
}

func (s *Store) tellRows(rows *sql.Rows, place store.Place, tell func(store.Event) bool) (more bool, err error) {
	var r entryRow
	var number int64
	var id string
	var deleted bool
	columns := append([]any{&number, &id, &deleted}, r.columns()...)
	for rows.Next() {
		if err := rows.Scan(columns...); err != nil {
			return false, err
		}
		event := store.Event{ID: id, Deleted: deleted, Cursor: place.Cursor(position(number))}
		if !deleted {
			if event.Entry, err = r.entry(s.cfg.Types); err != nil {
				return false, err
			}
		}
		if !tell(event) {
			return false, nil
		}
	}
	return true, rows.Err()
}

// changedSince selects what follows a place, in order. Both parts come from an
// index in this order, so that SQLite merges them as they are read.
func changedSince(place store.Place, types []metadata.Type) sq.Sqlizer {
	entries := sq.Select("m.changed AS number", "m.id", "0", entryColumns).
		From("artefact_metadata AS m").Where("m.changed > ?", place.After.Row)
	deletions := sq.Select("d.changed", "d.id", "1", noEntryColumns).
		From("artefact_deletion AS d").Where("d.changed > ?", place.Deletions().Row)
	if len(types) > 0 {
		entries = entries.Where(sq.Eq{"+m.type": types}) // not by the index of types
		deletions = deletions.Where(sq.Eq{"d.type": types})
	}
	return entries.SuffixExpr(deletions.Prefix("UNION ALL")).Suffix("ORDER BY number")
}

// noEntryColumns stand for [entryColumns].
const noEntryColumns = "NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', '', NULL, NULL"

func readFeed(ctx context.Context, tx *sql.Tx) (feed store.Feed, err error) {
	err = tx.QueryRowContext(ctx, "SELECT id, last, forgotten FROM change_feed").
		Scan(&feed.ID, &feed.Last.Row, &feed.Forgotten.Row)
	return feed, err
}

func position(number int64) store.Position { return store.Position{Row: number} }

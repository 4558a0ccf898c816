package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Upsert implements [store.Upserter] with a handful of statements per batch: what
// is stored under the ids, which discovery dates there are to reuse, a COPY of what
// is new, an UPDATE of what has changed. What others did in between without taking
// locks shows in the counts, or as a duplicate, and the batch starts over.
func (s *Store) Upsert(ctx context.Context, entries []metadata.Entry, opts store.UpsertOptions) (store.Change, error) {
	act := fmt.Sprintf("upsert %d entries", len(entries))
	if len(entries) == 0 {
		return store.Change{}, s.usable(ctx, act)
	}
	batch, err := store.NewBatch(entries, opts)
	if err != nil {
		return store.Change{}, fmt.Errorf("%s: %w", act, err)
	}
	if err := s.checkWidths(entries); err != nil {
		return store.Change{}, fmt.Errorf("%s: %w", act, err)
	}
	var change store.Change
	err = s.transact(ctx, act, func(ctx context.Context, tx pgx.Tx) error {
		known, err := s.lockAndRead(ctx, tx, locksOf(entries), batch.IDs())
		if err != nil {
			return err
		}
		dates, err := readDates(ctx, tx, batch.Wanted(known))
		if err != nil {
			return fmt.Errorf("read discovery dates: %w", err)
		}
		rows, err := batch.Plan(known, dates)
		if err != nil {
			return err
		}
		change, err = writeRows(ctx, tx, rows, known)
		return err
	})
	if err != nil {
		return store.Change{}, err
	}
	return change, nil
}

// writeRows writes what is new and what differs from known.
func writeRows(ctx context.Context, tx pgx.Tx, rows []store.Row, known map[string]metadata.Entry) (store.Change, error) {
	var fresh, changed []*store.Row
	for i := range rows {
		switch r := &rows[i]; {
		case r.New:
			fresh = append(fresh, r)
		case differs(known[r.ID], r.Entry):
			changed = append(changed, r)
		}
	}
	for _, rows := range [][]*store.Row{fresh, changed} { // neighbours in an index are written one after the other
		slices.SortFunc(rows, func(a, b *store.Row) int { return strings.Compare(a.ID, b.ID) })
	}
	change := store.Change{Inserted: len(fresh), Updated: len(changed)}
	if len(fresh)+len(changed) == 0 {
		return change, nil
	}
	var number int64
	if err := tx.QueryRow(ctx, "SELECT odg_change()").Scan(&number); err != nil {
		return change, err
	}
	if err := insert(ctx, tx, fresh, number); err != nil {
		return change, fmt.Errorf("insert %d rows: %w", len(fresh), err)
	}
	if err := update(ctx, tx, changed, number, len(fresh)); err != nil {
		return change, fmt.Errorf("update %d rows: %w", len(changed), err)
	}
	return change, nil
}

// differs tells if an update changes anything.
func differs(stored, e metadata.Entry) bool {
	a, b := stored.Meta, e.Meta
	return string(stored.Data.Raw()) != string(e.Data.Raw()) || a.LastUpdate != b.LastUpdate ||
		string(a.Responsibles) != string(b.Responsibles) ||
		(a.AssigneeMode == nil) != (b.AssigneeMode == nil) || a.AssigneeMode != nil && *a.AssigneeMode != *b.AssigneeMode
}

// inserted are the columns of a new row, but those of the change.
var inserted = append(append([]column{}, given...), derived...)

func insert(ctx context.Context, tx pgx.Tx, rows []*store.Row, change int64) error {
	if len(rows) == 0 {
		return nil
	}
	names := append(columnNames(inserted), "change", "change_row")
	values := make([]any, len(names))
	order := searchOrder(rows)
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"artefact_metadata"}, names, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
		for c, column := range inserted {
			values[c] = column.value(rows[order[i]])
		}
		values[len(values)-2], values[len(values)-1] = change, int64(order[i])+1
		return values, nil
	}))
	return err
}

// searchOrder is the order in which searches by date come across rows of one time:
// those that are neighbours in an index are neighbours on disk then too.
func searchOrder(rows []*store.Row) []int {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(rows[a].ID, rows[b].ID) })
	return order
}

// updated are the columns that an update writes, but those of the change.
var updated = append([]column{metaColumn, dataColumn}, derived...)

// updateRows sets them from lists.
var updateRows = setColumns(updated, ", change = $1, change_row = u.number + $2", "m.id = u.id")

func update(ctx context.Context, tx pgx.Tx, rows []*store.Row, change int64, before int) error {
	if len(rows) == 0 {
		return nil
	}
	tag, err := tx.Exec(ctx, updateRows, append([]any{change, before}, lists(updated, rows)...)...)
	if err == nil && tag.RowsAffected() != int64(len(rows)) {
		err = errStale
	}
	return err
}

// setColumns is an UPDATE from lists of the columns: $3 are the ids, $4 and
// following the values; $1 and $2 are left to what is set more.
func setColumns(columns []column, more, where string) string {
	var set, types, names strings.Builder
	for i, c := range columns {
		fmt.Fprintf(&set, ", %s = u.%s", c.name, c.name)
		fmt.Fprintf(&types, ", $%d::%s[]", i+4, c.typ)
		fmt.Fprintf(&names, ", %s", c.name)
	}
	return fmt.Sprintf(`UPDATE artefact_metadata AS m SET %s%s
		FROM unnest($3::char(32)[]%s) WITH ORDINALITY AS u (id%s, number) WHERE %s`, set.String()[2:], more, types.String(), names.String(), where)
}

// lists returns the parameters of [setColumns].
func lists(columns []column, rows []*store.Row) []any {
	all := make([]any, len(columns)+1)
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	all[0] = ids
	for c, column := range columns {
		list := make(pgtype.FlatArray[any], len(rows))
		for i, r := range rows {
			list[i] = column.value(r)
		}
		all[c+1] = list
	}
	return all
}

func columnNames(columns []column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return names
}

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

// written sorts the rows of a plan by what has to be written.
type written struct {
	fresh   []*store.Row // nothing was stored
	changed []*store.Row // other data, or made anew
	touched []*store.Row // the same data, another meta: the usual result of another scan
}

func sortRows(rows []store.Row, known map[string]metadata.Entry) (w written) {
	for i := range rows {
		r := &rows[i]
		stored := known[r.ID]
		switch {
		case r.New:
			w.fresh = append(w.fresh, r)
		case string(stored.Data.Raw()) != string(r.Entry.Data.Raw()), stored.Meta.CreationDate != r.Entry.Meta.CreationDate:
			w.changed = append(w.changed, r)
		case !sameMeta(stored.Meta, r.Entry.Meta):
			w.touched = append(w.touched, r)
		}
	}
	// Neighbours in an index are written one after the other, and are neighbours on
	// disk then too.
	for _, rows := range [][]*store.Row{w.fresh, w.changed, w.touched} {
		slices.SortFunc(rows, func(a, b *store.Row) int { return strings.Compare(a.ID, b.ID) })
	}
	return w
}

// sameMeta compares what an update changes.
func sameMeta(a, b metadata.Meta) bool {
	return a.LastUpdate == b.LastUpdate && string(a.Responsibles) == string(b.Responsibles) &&
		(a.AssigneeMode == nil) == (b.AssigneeMode == nil) && (a.AssigneeMode == nil || *a.AssigneeMode == *b.AssigneeMode)
}

// writeRows writes what is new and what differs.
func writeRows(ctx context.Context, tx pgx.Tx, w written) (store.Change, error) {
	change := store.Change{Inserted: len(w.fresh), Updated: len(w.changed) + len(w.touched)}
	if change == (store.Change{}) {
		return change, nil
	}
	act, err := begin(ctx, tx, w)
	if err != nil {
		return change, err
	}
	number := act.change
	if err := insert(ctx, tx, w.fresh, act); err != nil {
		return change, fmt.Errorf("insert %d rows: %w", len(w.fresh), err)
	}
	if err := update(ctx, tx, changedColumns, ", "+changedSince, w.changed, number, len(w.fresh)); err != nil {
		return change, fmt.Errorf("update %d rows: %w", len(w.changed), err)
	}
	if err := update(ctx, tx, touchedColumns, "", w.touched, number, len(w.fresh)+len(w.changed)); err != nil {
		return change, fmt.Errorf("update the meta of %d rows: %w", len(w.touched), err)
	}
	return change, nil
}

// insertedColumns are the columns of a new row, but those of the change.
var insertedColumns = slices.Concat(given, derived)

func insert(ctx context.Context, tx pgx.Tx, rows []*store.Row, a act) error {
	if len(rows) == 0 {
		return nil
	}
	names := append(columnNames(insertedColumns), "change", "change_row", "since", "since_at")
	values := make([]any, len(names))
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"artefact_metadata"}, names, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
		for c, column := range insertedColumns {
			values[c] = column.value(rows[i])
		}
		copy(values[len(insertedColumns):], []any{a.change, int64(i) + 1, a.change, a.at})
		return values, nil
	}))
	return err
}

// The columns that an update writes, but those of the change.
var (
	changedColumns = slices.Concat([]column{metaColumn, dataColumn}, derived)
	touchedColumns = []column{metaColumn, lastUpdate, lastUpdateAt}
)

// update writes columns of rows, and what more says; before is how many rows the change
// has already.
func update(ctx context.Context, tx pgx.Tx, columns []column, more string, rows []*store.Row, change int64, before int) error {
	if len(rows) == 0 {
		return nil
	}
	query := setColumns(columns, "change = $1, change_row = u.number + $2"+more)
	tag, err := tx.Exec(ctx, query, append([]any{change, before}, lists(columns, rows)...)...)
	if err == nil && tag.RowsAffected() != int64(len(rows)) {
		err = errStale
	}
	return err
}

// setColumns is an UPDATE from lists of the columns: $3 are the ids, $4 and
// following the values; $1 and $2 are left to what is set more.
func setColumns(columns []column, more string) string {
	var set, types, names strings.Builder
	for i, c := range columns {
		fmt.Fprintf(&set, "%s = u.%s, ", c.name, c.name)
		fmt.Fprintf(&types, ", $%d::%s[]", i+4, c.typ)
		fmt.Fprintf(&names, ", %s", c.name)
	}
	return fmt.Sprintf(`UPDATE artefact_metadata AS m SET %s%s
		FROM unnest($3::char(32)[]%s) WITH ORDINALITY AS u (id%s, number) WHERE m.id = u.id`, set.String(), more, types.String(), names.String())
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

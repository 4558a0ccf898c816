package sqlite

import (
	"context"
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// act is a write in the history.
type act struct{ number, at int64 }

// begin notes a write. It is not counted as a change.
func (tx *transaction) begin(ctx context.Context, now time.Time) (a act, err error) {
	said := store.ActOf(ctx)
	if said.At.IsZero() {
		said.At = now
	}
	a.at = micros(said.At)
	const insert = "INSERT INTO metadata_act (at, who, request) VALUES (?, ?, ?) RETURNING number"
	err = tx.QueryRowContext(ctx, insert, a.at, said.Who, said.Request).Scan(&a.number)
	return a, err
}

// keep appends the present content of entries, as JSON list of ids, to the history.
const keep = `INSERT INTO metadata_history (id, creation_date, type, component_name, component_version, artefact_kind,
		artefact_name, artefact_version, artefact_type, artefact_extra_id_normalised, artefact_extra_id, meta, data,
		datasource, referenced_type, discovery_date, allowed_processing_time, began, began_at, ended, ended_at, deleted)
	SELECT id, creation_date, type, component_name, component_version, artefact_kind,
		artefact_name, artefact_version, artefact_type, artefact_extra_id_normalised, artefact_extra_id, meta, data,
		datasource, referenced_type, discovery_date, allowed_processing_time, since, since_at, ?2, max(?3, ifnull(since_at, ?3)), ?4
	FROM artefact_metadata AS m WHERE id IN (SELECT value FROM json_each(?1)) AND ` + recorded

func (tx *transaction) keep(ctx context.Context, ids string, a act, deleted bool) error {
	_, err := tx.ExecContext(ctx, keep, ids, a.number, a.at, deleted)
	return err
}

// origins tells where the content of rows comes from.
type origins struct {
	known map[string]metadata.Entry // by id
	act   act
}

// note keeps what rows are about to change, and notes who changes it.
func note(ctx context.Context, tx *transaction, rows []store.Row, known map[string]metadata.Entry, now time.Time) (origins, error) {
	o := origins{known: known}
	var changed []string
	began := false
	for i := range rows {
		if r := &rows[i]; o.begins(r) {
			began = true
			if !r.New {
				changed = append(changed, r.ID)
			}
		}
	}
	if !began {
		return o, nil
	}
	var err error
	if o.act, err = tx.begin(ctx, now); err == nil && len(changed) > 0 {
		err = tx.keep(ctx, jsonText(changed), o.act, false)
	}
	return o, err
}

// begins tells if a row has new content, of which there is a history.
func (o origins) begins(r *store.Row) bool {
	return store.Recorded(r.Entry.Meta.Type) && (r.New || !store.SameContent(o.known[r.ID], r.Entry))
}

// append appends the columns since and since_at of a row: NULL if they stay as they are.
func (o origins) append(columns []any, r *store.Row) []any {
	if !o.begins(r) {
		return append(columns, nil, nil)
	}
	return append(columns, o.act.number, o.act.at)
}

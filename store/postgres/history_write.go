package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/store"
)

// act is a write in the history: the number of its transaction, and when it was.
type act struct {
	change int64
	at     *time.Time // nil if nobody has said, and there is nothing to note
}

// begin notes who writes, if there is a history of what is written.
func begin(ctx context.Context, tx pgx.Tx, w written) (a act, err error) {
	said := store.ActOf(ctx)
	if !said.At.IsZero() {
		a.at = &said.At
	}
	isRecorded := func(r *store.Row) bool { return store.Recorded(r.Entry.Meta.Type) }
	if !slices.ContainsFunc(w.fresh, isRecorded) && !slices.ContainsFunc(w.changed, isRecorded) {
		return a, tx.QueryRow(ctx, "SELECT odg_change()").Scan(&a.change)
	}
	const insert = `INSERT INTO odg_act (change, at, who, request) VALUES (odg_change(), coalesce($1, now()), $2, $3) RETURNING change, at`
	return a, tx.QueryRow(ctx, insert, a.at, said.Who, said.Request).Scan(&a.change, &a.at)
}

// changedSince says, in an UPDATE, where new content comes from; $1 is the transaction.
// The trigger odg_keep appends the content before.
const changedSince = "since = $1, since_at = greatest((SELECT at FROM odg_act WHERE odg_act.change = $1), m.since_at, m.created_at)"

// beginDelete notes who deletes, if there is a history of what is deleted. The trigger
// odg_bury appends it.
func (s *Store) beginDelete(ctx context.Context, tx pgx.Tx, ids []string) error {
	said := store.ActOf(ctx)
	if said.At.IsZero() && s.cfg.Now != nil {
		said.At = s.cfg.Now()
	}
	var at *time.Time // of the database
	if !said.At.IsZero() {
		at = &said.At
	}
	_, err := tx.Exec(ctx, `INSERT INTO odg_act (change, at, who, request) SELECT odg_change(), coalesce($2, now()), $3, $4
		WHERE EXISTS (SELECT 1 FROM artefact_metadata AS m WHERE id = ANY($1::char(32)[]) AND `+recorded+`)`, ids, at, said.Who, said.Request)
	return err
}

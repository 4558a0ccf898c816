package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// underived tells if there are rows that others wrote since the last time.
const underived = "SELECT EXISTS (SELECT 1 FROM artefact_metadata WHERE derived IS NULL)"

// deriveSize is how many rows are completed at a time.
const deriveSize = 5000

// derive completes the rows that others wrote: all of them when a database is
// adopted, few or none later.
func (s *Store) derive(ctx context.Context) error {
	for total := 0; ; {
		n := 0
		err := s.transact(ctx, "derive columns", func(ctx context.Context, tx pgx.Tx) (err error) {
			n, err = s.deriveSome(ctx, tx)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
		total += n
		s.cfg.Log.Info().Int("rows", total).Msg("columns derived")
	}
}

// deriveIn completes rows in a transaction that needs them.
func (s *Store) deriveIn(ctx context.Context, tx pgx.Tx) error {
	for {
		if n, err := s.deriveSome(ctx, tx); err != nil || n == 0 {
			return err
		}
	}
}

// completeRows writes derived columns; rows that had no change get the first one.
var completeRows = setColumns(derived, "change = coalesce(m.change, $1), change_row = coalesce(m.change_row, nextval($2))")

func (s *Store) deriveSome(ctx context.Context, tx pgx.Tx) (int, error) {
	var some bool
	if err := tx.QueryRow(ctx, underived).Scan(&some); err != nil || !some {
		return 0, err // the usual case needs no lock
	}
	rows, err := tx.Query(ctx, "SELECT m.id, "+entryColumns+` FROM artefact_metadata AS m
		WHERE derived IS NULL ORDER BY m.id LIMIT $1 FOR UPDATE`, deriveSize)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var found []*store.Row
	d := decoder{types: s.cfg.Types}
	_, err = stream(rows, func(row [][]byte) (bool, error) {
		found = append(found, s.derivable(string(row[0]), row[1:], &d))
		return true, nil
	})
	if err != nil || len(found) == 0 {
		return 0, err
	}
	_, err = tx.Exec(ctx, completeRows, append([]any{0, "odg_change_row"}, lists(derived, found)...)...)
	return len(found), err
}

// derivable is a stored row. One that cannot be read is told and derived as if it
// were empty: it blocks nothing but queries that select it.
func (s *Store) derivable(id string, row [][]byte, d *decoder) *store.Row {
	e, err := d.entry(row)
	if err != nil {
		s.cfg.Log.Warn().Str("id", id).Err(fmt.Errorf("read row: %w", err)).Msg("stored entry is unreadable")
		return &store.Row{ID: id}
	}
	return &store.Row{ID: id, ReuseKey: metadata.ReuseKey(e), Entry: e}
}

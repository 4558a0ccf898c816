package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

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
	if _, err := tx.Exec(ctx, lockJudging, lockClass, judgingLock); err != nil {
		return 0, err
	}
	rows, err := tx.Query(ctx, "SELECT m.id, m.subject, "+entryColumns+` FROM artefact_metadata AS m
		WHERE derived IS NULL ORDER BY m.id LIMIT $1 FOR UPDATE`, deriveSize)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var found []*store.Row
	var decided []decision // what rescorings were about
	d := decoder{types: s.cfg.Types}
	_, err = stream(rows, func(row [][]byte) (bool, error) {
		e := d.entry(row[2:])
		found = append(found, &store.Row{ID: string(row[0]), ReuseKey: metadata.ReuseKey(e), Entry: e})
		if len(row[1]) == len(digest{}) {
			decided = append(decided, decision{subject: digest(row[1])})
		}
		return true, nil
	})
	if err != nil || len(found) == 0 {
		return 0, err
	}
	if err := complete(ctx, tx, found); err != nil {
		return 0, err
	}
	return len(found), s.judgeForeign(ctx, tx, found, decided)
}

// complete writes the derived columns of rows. Rows that PostgreSQL does not take
// are looked for by halves, and completed as if they were empty, so that a row that
// somebody wrote in an odd form is in nobody's way.
func complete(ctx context.Context, tx pgx.Tx, rows []*store.Row) error {
	err := pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, completeRows, append([]any{0, "odg_change_row"}, lists(derived, rows)...)...)
		return err
	})
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || isRace(err) || isAway(err) {
		return err
	}
	if len(rows) > 1 {
		half := len(rows) / 2
		return errors.Join(complete(ctx, tx, rows[:half]), complete(ctx, tx, rows[half:]))
	}
	empty := &store.Row{ID: rows[0].ID}
	_, err = tx.Exec(ctx, completeRows, append([]any{0, "odg_change_row"}, lists(derived, []*store.Row{empty})...)...)
	return err
}

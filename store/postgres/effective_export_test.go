package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/metadata"
)

// InPortions returns the store as it judges few findings at a time.
func (s *Store) InPortions(decision, batch, marks int) *Store {
	other := *s
	other.portions = portions{decision: decision, batch: batch, marks: marks}
	return &other
}

// Stale returns what a reader is told at a moment, after rows of others were completed:
// the digests of subjects, and whether rows are expired or outdated.
func (s *Store) Stale(ctx context.Context, now time.Time) (subjects [][16]byte, expired, outdated bool, err error) {
	if err := s.derive(ctx); err != nil {
		return nil, false, false, err
	}
	err = s.transact(ctx, "read marks", func(ctx context.Context, tx pgx.Tx) error {
		st, err := s.stale(ctx, tx, now)
		if err != nil {
			return err
		}
		expired, outdated = st.expired, st.outdated
		rows, err := tx.Query(ctx, "SELECT subject FROM odg_stale")
		if err != nil {
			return err
		}
		subjects, err = pgx.CollectRows(rows, pgx.RowTo[digest])
		return err
	})
	return subjects, expired, outdated, err
}

// SubjectOf returns the digest by which marks name what a finding is about.
func SubjectOf(e metadata.Entry) ([16]byte, bool) {
	d, ok := subjectOf(e).(digest)
	return d, ok
}

// Rows returns all entries by the ids under which they are stored, which need not be
// theirs by another configuration of their keys.
func (s *Store) Rows(ctx context.Context) (map[string]metadata.Entry, error) {
	all, d := map[string]metadata.Entry{}, decoder{types: s.cfg.Types}
	err := s.read(ctx, "read all rows", "SELECT m.id, "+entryColumns+" FROM artefact_metadata AS m", nil, func(row [][]byte) (bool, error) {
		all[string(row[0])] = d.entry(row[1:])
		return true, nil
	})
	return all, err
}

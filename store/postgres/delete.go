package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Delete implements [store.Deleter]. It takes the locks of the rows that it will
// delete, so that it comes before or after a batch.
func (s *Store) Delete(ctx context.Context, ids []string) (store.Change, error) {
	act := fmt.Sprintf("delete %d entries", len(ids))
	if len(ids) == 0 {
		return store.Change{}, s.usable(ctx, act)
	}
	var change store.Change
	var decided []decision
	err := s.transact(ctx, act, func(ctx context.Context, tx pgx.Tx) error {
		judging, locks, err := locksOfStored(ctx, tx, ids)
		if err != nil || len(locks) == 0 {
			return err
		}
		if _, err := tx.Exec(ctx, judging, lockClass, judgingLock); err != nil {
			return err
		}
		if err := takeAll(ctx, tx, locks); err != nil {
			return err
		}
		decided = nil
		if judging == lockDeciding {
			if decided, err = decisionsOf(ctx, tx, ids); err != nil {
				return err
			}
		}
		if err := s.beginDelete(ctx, tx, ids); err != nil {
			return fmt.Errorf("note who deletes: %w", err)
		}
		tag, err := tx.Exec(ctx, "DELETE FROM artefact_metadata WHERE id = ANY($1::char(32)[])", ids)
		change.Deleted = int(tag.RowsAffected())
		if err != nil {
			return err
		}
		if err := s.decide(ctx, tx, decided, s.at(time.Time{})); err != nil {
			return err
		}
		return s.forget(ctx, tx)
	})
	if err != nil {
		return store.Change{}, err
	}
	if len(decided) > 0 {
		s.tellMarked()
	}
	return change, nil
}

// locksOfStored returns the locks that a deletion needs, the first as [lockFor] does;
// none if nothing is stored.
func locksOfStored(ctx context.Context, tx pgx.Tx, ids []string) (judging string, locks []int32, err error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT component_name, artefact_name, type
		FROM artefact_metadata WHERE id = ANY($1::char(32)[])`, ids)
	if err != nil {
		return "", nil, err
	}
	defer rows.Close()
	judging = lockJudging
	var component, name *string
	var t string
	_, err = pgx.ForEachRow(rows, []any{&component, &name, &t}, func() error {
		if metadata.Type(t) == metadata.TypeRescoring {
			judging = lockDeciding
		}
		locks = append(locks, lockOf(component, name, metadata.Type(t)))
		return nil
	})
	slices.Sort(locks)
	return judging, slices.Compact(locks), err
}

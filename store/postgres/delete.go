package postgres

import (
	"context"
	"fmt"
	"slices"

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
	err := s.transact(ctx, act, func(ctx context.Context, tx pgx.Tx) error {
		locks, err := locksOfStored(ctx, tx, ids)
		if err != nil || len(locks) == 0 {
			return err
		}
		if err := takeAll(ctx, tx, locks); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, "DELETE FROM artefact_metadata WHERE id = ANY($1::char(32)[])", ids)
		change.Deleted = int(tag.RowsAffected())
		if err != nil {
			return err
		}
		return s.forget(ctx, tx)
	})
	if err != nil {
		return store.Change{}, err
	}
	return change, nil
}

func locksOfStored(ctx context.Context, tx pgx.Tx, ids []string) ([]int32, error) {
	rows, err := tx.Query(ctx, `SELECT DISTINCT component_name, artefact_name, type
		FROM artefact_metadata WHERE id = ANY($1::char(32)[])`, ids)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var locks []int32
	var component, name *string
	var t string
	_, err = pgx.ForEachRow(rows, []any{&component, &name, &t}, func() error {
		locks = append(locks, lockOf(component, name, metadata.Type(t)))
		return nil
	})
	slices.Sort(locks)
	return slices.Compact(locks), err
}

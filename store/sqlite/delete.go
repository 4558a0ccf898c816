package sqlite

import (
	"context"
	"fmt"

	"github.com/opendeliverygear/odg/store"
)

// Delete implements [store.Deleter] with one statement, and remembers what was
// deleted for the change feed.
func (s *Store) Delete(ctx context.Context, ids []string) (store.Change, error) {
	act := fmt.Sprintf("delete %d entries", len(ids))
	if len(ids) == 0 {
		return store.Change{}, s.usable(ctx, act)
	}
	var change store.Change
	err := s.write(ctx, act, func(tx *transaction) error {
		n, err := s.delete(ctx, tx, jsonText(ids))
		change.Deleted = int(n)
		return err
	})
	if err != nil {
		return store.Change{}, err
	}
	return change, nil
}

func (s *Store) delete(ctx context.Context, tx *transaction, ids string) (int64, error) {
	numbers, err := readNumbers(ctx, tx)
	if err != nil {
		return 0, err
	}
	now := s.cfg.Now()
	if n, err := numbers.bury(ctx, ids, now); n == 0 || err != nil {
		return 0, err
	}
	a, err := tx.begin(ctx, now)
	if err == nil {
		err = tx.keep(ctx, ids, a, true)
	}
	if err != nil {
		return 0, fmt.Errorf("keep what is deleted: %w", err)
	}
	const query = "DELETE FROM artefact_metadata WHERE id IN (SELECT value FROM json_each(?))"
	n, err := tx.exec(ctx, query, ids)
	if err != nil {
		return 0, err
	}
	if err := numbers.forget(ctx, now.Add(-s.cfg.KeepDeletions)); err != nil {
		return 0, err
	}
	return n, numbers.save(ctx)
}

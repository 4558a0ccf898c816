package sqlite

import (
	"context"
	"fmt"

	"github.com/opendeliverygear/odg/store"
)

// Delete implements [store.Deleter] with one statement.
func (s *Store) Delete(ctx context.Context, ids []string) (store.Change, error) {
	act := fmt.Sprintf("delete %d entries", len(ids))
	if len(ids) == 0 {
		return store.Change{}, s.usable(ctx, act)
	}
	var change store.Change
	err := s.write(ctx, act, func(tx *transaction) error {
		const query = "DELETE FROM artefact_metadata WHERE id IN (SELECT value FROM json_each(?))"
		n, err := tx.exec(ctx, query, jsonText(ids))
		change.Deleted = int(n)
		return err
	})
	if err != nil {
		return store.Change{}, err
	}
	return change, nil
}

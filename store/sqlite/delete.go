package sqlite

import (
	"context"
	"database/sql"
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
	err := s.write(ctx, act, func(tx *sql.Tx) error {
		const query = "DELETE FROM artefact_metadata WHERE id IN (SELECT value FROM json_each(?))"
		result, err := tx.ExecContext(ctx, query, jsonText(ids))
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		change.Deleted = int(n)
		return err
	})
	if err != nil {
		return store.Change{}, err
	}
	return change, nil
}

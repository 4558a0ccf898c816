package sqlite

import (
	"context"
	"time"
)

// numbers gives the changes of a transaction their numbers.
type numbers struct {
	tx          *transaction
	stored, now int64 // the last one
}

func readNumbers(ctx context.Context, tx *transaction) (*numbers, error) {
	n := &numbers{tx: tx}
	err := tx.QueryRowContext(ctx, "SELECT last FROM change_feed").Scan(&n.stored)
	n.now = n.stored
	return n, err
}

// save stores the last number if there were changes. What it writes is not counted
// as a change.
func (n *numbers) save(ctx context.Context) error {
	if n.now == n.stored {
		return nil
	}
	_, err := n.tx.ExecContext(ctx, "UPDATE change_feed SET last = ?", n.now)
	return err
}

// bury remembers that entries are deleted, as JSON list of ids, and returns how
// many of them there are.
func (n *numbers) bury(ctx context.Context, ids string, at time.Time) (int64, error) {
	const insert = `INSERT INTO artefact_deletion (changed, id, type, deleted_at)
		SELECT ?1 + row_number() OVER (), id, type, ?2 FROM artefact_metadata
		WHERE id IN (SELECT value FROM json_each(?3))`
	result, err := n.tx.ExecContext(ctx, insert, n.now, at.Unix(), ids)
	if err != nil {
		return 0, err
	}
	count, err := result.RowsAffected()
	n.now += count
	return count, err
}

// forget drops the deletions from before a time. It looks at these only, and at
// the first one that stays.
func (n *numbers) forget(ctx context.Context, before time.Time) error {
	const update = `UPDATE change_feed SET forgotten = old.last FROM (
			SELECT max(changed) AS last FROM artefact_deletion
			WHERE changed < (SELECT changed FROM artefact_deletion WHERE deleted_at >= ? ORDER BY changed LIMIT 1)
		) AS old WHERE old.last IS NOT NULL`
	result, err := n.tx.ExecContext(ctx, update, before.Unix())
	if err != nil {
		return err
	}
	if count, err := result.RowsAffected(); count == 0 || err != nil {
		return err
	}
	_, err = n.tx.ExecContext(ctx, "DELETE FROM artefact_deletion WHERE changed <= (SELECT forgotten FROM change_feed)")
	return err
}

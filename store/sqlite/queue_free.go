package sqlite

import (
	"context"
	"time"
)

// FreeClaims frees every item that is claimed, as if it had never been, and
// returns how many there were. Only who holds [Store.Lock], and has claimed
// nothing yet, may call it: all claims are then those of processes that ended
// without a word, and nobody needs to wait for the end of their leases.
func (q *Queue) FreeClaims(ctx context.Context) (freed int, err error) {
	err = q.write(ctx, "free claims", func(tx *transaction, _ time.Time) error {
		const update = `UPDATE backlog SET state = 'ready', due = NULL, ` + noClaim + ` WHERE state = 'claimed'`
		n, err := tx.exec(ctx, update)
		freed = int(n)
		return err
	})
	return freed, err
}

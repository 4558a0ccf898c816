package postgres

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// MarkCacheForDeletion implements [store.Documents]. It also marks what an existing
// server has cached under the id (see [store.CacheID]), so that the server computes it
// anew. A database that no such server has used has no table of that kind, and there
// is nothing to mark. The values are never read: they are pickled objects of Python.
func (s *Store) MarkCacheForDeletion(ctx context.Context, id string, at time.Time) error {
	const act = "mark cached value for deletion"
	if sum, err := hex.DecodeString(id); err != nil || len(sum) != 16 {
		return s.usable(ctx, act) // nothing has such an id
	}
	return s.retry(ctx, act, func(ctx context.Context) error {
		return s.withConn(ctx, func(conn *pgxpool.Conn) error {
			const ours = "UPDATE odg_component_document SET stale_from = $2 WHERE id = lower($1)"
			if _, err := conn.Exec(ctx, ours, id, at); err != nil {
				return err
			}
			const table = "SELECT count(*) = 2 FROM pg_attribute WHERE attrelid = to_regclass('cache') AND attname IN ('id', 'delete_after')"
			var there bool
			if err := conn.QueryRow(ctx, table).Scan(&there); err != nil || !there {
				return err
			}
			_, err := conn.Exec(ctx, "UPDATE cache SET delete_after = $2 WHERE id = $1", id, at)
			return err
		})
	})
}

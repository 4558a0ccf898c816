package postgres

import (
	"context"

	"github.com/jackc/pgx/v5/stdlib"
)

// MigrateTo takes the tables back to those of an earlier version.
func (s *Store) MigrateTo(ctx context.Context, version int64) error {
	db := stdlib.OpenDBFromPool(s.pool)
	defer db.Close()
	provider, err := newProvider(db)
	if err != nil {
		return err
	}
	_, err = provider.DownTo(ctx, version)
	return err
}

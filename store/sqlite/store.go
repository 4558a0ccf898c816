package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"

	"github.com/opendeliverygear/odg/store"
)

// Store keeps entries in an SQLite file. It implements [store.Store] and is safe
// for concurrent use.
type Store struct {
	path   string
	cfg    Config
	writer *sql.DB // one connection; nil if the store is read-only
	reader *sql.DB // as many as there are readers at a time
	closed atomic.Bool
	opened int64 // rows that opening changed
}

var _ store.Store = (*Store)(nil)

// Close implements [store.Store].
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	err := s.reader.Close()
	if s.writer != nil {
		if writerErr := s.writer.Close(); err == nil {
			err = writerErr
		}
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", s.path, err)
	}
	return nil
}

// Writes returns how many rows this store has inserted, changed and deleted since
// it was opened, its queues included, as SQLite itself counts them. Rows of
// transactions that failed count too. Equal numbers before and after prove that
// nothing was written in between.
func (s *Store) Writes(ctx context.Context) (int64, error) {
	n, err := s.totalChanges(ctx)
	if err != nil {
		return 0, s.wrap(ctx, "count writes", err)
	}
	return n - s.opened, nil
}

func (s *Store) totalChanges(ctx context.Context) (n int64, err error) {
	if s.writer == nil {
		return 0, nil
	}
	err = s.writer.QueryRowContext(ctx, "SELECT total_changes()").Scan(&n)
	return n, err
}

// usable returns the error of a call that has nothing to write.
func (s *Store) usable(ctx context.Context, act string) error {
	if s.closed.Load() || ctx.Err() != nil {
		return s.wrap(ctx, act, ctx.Err())
	}
	return nil
}

// write runs f in a transaction that holds the right to write from its start, and
// commits unless f fails.
func (s *Store) write(ctx context.Context, act string, f func(*sql.Tx) error) error {
	if s.writer == nil {
		return fmt.Errorf("%s in %s: %w", act, s.path, store.ErrReadOnly)
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return s.wrap(ctx, act, err)
	}
	defer tx.Rollback() // does nothing after Commit
	if err := f(tx); err != nil {
		return s.wrap(ctx, act, err)
	}
	if err := tx.Commit(); err != nil {
		return s.wrap(ctx, act, err)
	}
	return nil
}

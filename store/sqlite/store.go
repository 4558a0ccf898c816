package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Store keeps entries in an SQLite file. It implements [store.Store] and is safe
// for concurrent use.
type Store struct {
	path   string // as it was given
	full   string
	cfg    Config
	writer *sql.DB // one connection; nil if the store is read-only
	reader *sql.DB // as many as there are readers at a time
	// What a store shares with those that [Store.WithTypes] makes of it.
	closed   *atomic.Bool
	writes   *atomic.Int64 // rows that were changed
	finds    *sql.Stmt     // of FindDocuments, which is called often
	unpruned *atomic.Int64 // bytes of documents since too many of them were looked for
}

var _ store.Store = (*Store)(nil)

// WithTypes returns the store as it is when types are those that configuration
// declares. Both work on the same database and may be used at the same time, such
// as while requests of an earlier configuration end. Closing one closes both.
func (s *Store) WithTypes(types *metadata.Types) *Store {
	other := *s
	other.cfg.Types = types
	other.cfg = other.cfg.withDefaults()
	return &other
}

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
// it was opened, its queues included. Equal numbers before and after prove that
// nothing was written in between.
func (s *Store) Writes() int64 { return s.writes.Load() }

// usable returns the error of a call that has nothing to write.
func (s *Store) usable(ctx context.Context, act string) error {
	if s.closed.Load() || ctx.Err() != nil {
		return s.wrap(ctx, act, ctx.Err())
	}
	return nil
}

// write runs f in a transaction that holds the right to write from its start, and
// commits unless f fails.
func (s *Store) write(ctx context.Context, act string, f func(*transaction) error) error {
	if s.writer == nil {
		return fmt.Errorf("%s in %s: %w", act, s.path, store.ErrReadOnly)
	}
	sqlTx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return s.wrap(ctx, act, err)
	}
	defer sqlTx.Rollback() // does nothing after Commit
	tx := &transaction{Tx: sqlTx}
	if err := f(tx); err != nil {
		return s.wrap(ctx, act, err)
	}
	if err := tx.Commit(); err != nil {
		return s.wrap(ctx, act, err)
	}
	s.writes.Add(tx.changed)
	return nil
}

// transaction counts the rows that it changes.
type transaction struct {
	*sql.Tx
	changed int64
}

// exec returns the number of rows that the statement changed.
func (tx *transaction) exec(ctx context.Context, query string, args ...any) (int64, error) {
	return tx.count(tx.ExecContext(ctx, query, args...))
}

func (tx *transaction) count(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	tx.changed += n
	return n, err
}

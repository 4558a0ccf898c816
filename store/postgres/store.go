package postgres

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Store keeps entries and blobs in PostgreSQL. It implements [store.Store] and
// [store.Blobs] and is safe for concurrent use, also with other processes. Make one
// with [Open].
type Store struct {
	name   string // for messages
	cfg    Config
	pool   *pgxpool.Pool
	spare  *pgxpool.Pool // see [Store.aside]
	limits []limit       // how long texts may be
	feed   string        // id of the change feed

	rules    *rules        // nil: no effective values are kept
	portions portions      // in which they are kept
	marked   chan struct{} // see [Store.Marked]

	unpruned *atomic.Int64 // bytes of documents since too many of them were looked for

	closed  *atomic.Bool    // shared with those that [Store.WithTypes] makes
	closing context.Context // done once the store is closed
	close   context.CancelFunc
}

var _ store.Store = (*Store)(nil)

// WithTypes returns the store as it is when types are those that configuration
// declares. Both work on the same connections and may be used at the same time,
// such as while requests of an earlier configuration end. Closing one closes both.
func (s *Store) WithTypes(types *metadata.Types) *Store {
	other := *s
	other.cfg.Types = types
	other.cfg = other.cfg.withDefaults()
	return &other
}

// closePatience is how long Close waits for calls that were broken off.
const closePatience = 10 * time.Second

// Close implements [store.Store]. Calls that are under way are broken off; what takes
// no notice for ten seconds is left behind. It always returns nil.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	s.close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.pool.Close()
		s.spare.Close()
	}()
	select {
	case <-done:
	case <-time.After(closePatience): // somebody stopped in the middle of a query
	}
	return nil
}

// Ping returns nil if the server answers. Until then it is tried again for
// [Config.RetryFor]; the error wraps [store.ErrUnavailable] then.
func (s *Store) Ping(ctx context.Context) error {
	return s.retry(ctx, "connect", func(ctx context.Context) error {
		return s.withConn(ctx, func(conn *pgxpool.Conn) error { return conn.Ping(ctx) })
	})
}

// aside returns the store for what works in the background: it takes no connection from
// those who are waited for.
func (s *Store) aside() *Store {
	other := *s
	other.pool = s.spare
	return &other
}

// usable returns the error of a call that has nothing to do.
func (s *Store) usable(ctx context.Context, act string) error {
	if s.closed.Load() || ctx.Err() != nil {
		return s.wrap(ctx, act, ctx.Err())
	}
	return nil
}

// transact runs f in a transaction and commits unless it fails. It is tried again
// as [Store.retry] says, so f may run more than once.
func (s *Store) transact(ctx context.Context, act string, f func(ctx context.Context, tx pgx.Tx) error) error {
	return s.retry(ctx, act, func(ctx context.Context) error {
		return s.withConn(ctx, func(conn *pgxpool.Conn) error {
			return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return f(ctx, tx) })
		})
	})
}

// withConn runs f with a connection.
func (s *Store) withConn(ctx context.Context, f func(*pgxpool.Conn) error) error {
	conn, err := s.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	err = f(conn)
	if err != nil && conn.Conn().IsClosed() {
		return &lostError{err}
	}
	return err
}

// acquire takes a connection from the pool; the caller releases it.
func (s *Store) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	waiting, cancel := context.WithTimeout(ctx, s.cfg.AcquireTimeout)
	defer cancel()
	conn, err := s.pool.Acquire(waiting)
	switch {
	case err == nil:
		return conn, nil
	case ctx.Err() != nil || s.closed.Load():
		return nil, err
	case waiting.Err() != nil && s.pool.Stat().AcquiredConns() >= s.pool.Config().MaxConns:
		return nil, errNoConnection
	}
	return nil, &lostError{err}
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrURL says that an address of a database cannot be read.
var ErrURL = errors.New("wrong database url")

// Open connects to the database at url, adopts it or creates its tables, and brings
// them up to date. The url has the form postgresql://user:password@host:port/database
// or that of libpq (key=value); postgresql+psycopg:// and what PGHOST and its like
// say are understood as well. The caller closes the store.
//
// While the server does not answer it is tried again for [Config.RetryFor]. The
// error wraps [store.ErrUnavailable] then, [ErrURL] if url is none, and
// [store.ErrNewerSchema] if a newer version made the tables. Errors never show the
// password.
func Open(ctx context.Context, url string, cfg Config) (*Store, error) {
	s := &Store{cfg: cfg.withDefaults(), closed: new(atomic.Bool), unpruned: new(atomic.Int64), portions: usualPortions, marked: make(chan struct{}, 1)}
	s.unpruned.Store(s.cfg.MaxDocumentBytes)
	options, err := s.cfg.pool(url)
	if err != nil {
		return nil, fmt.Errorf("open database: %w: %w", ErrURL, err)
	}
	s.name = fmt.Sprintf("database %s on %s", options.ConnConfig.Database, options.ConnConfig.Host)
	if s.pool, err = pgxpool.NewWithConfig(context.WithoutCancel(ctx), options); err != nil {
		return nil, fmt.Errorf("open %s: %w", s.name, err)
	}
	spare := options.Copy()
	spare.MaxConns = spareConns
	if s.spare, err = pgxpool.NewWithConfig(context.WithoutCancel(ctx), spare); err != nil {
		s.pool.Close()
		return nil, fmt.Errorf("open %s: %w", s.name, err)
	}
	s.closing, s.close = context.WithCancel(context.Background())
	if err := s.prepare(ctx); err != nil {
		_ = s.Close() // the error that counts is there
		return nil, err
	}
	return s, nil
}

// pool returns how to connect.
func (c Config) pool(url string) (*pgxpool.Config, error) {
	if rest, ok := strings.CutPrefix(url, "postgresql+psycopg://"); ok {
		url = "postgresql://" + rest
	}
	options, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err // says what is wrong, without the password
	}
	options.MaxConns = int32(min(max(c.MaxConns, 2), 10_000)) // migrations need two
	options.ConnConfig.DialFunc = (&net.Dialer{KeepAlive: keepAlive}).DialContext
	if options.ConnConfig.ConnectTimeout == 0 {
		options.ConnConfig.ConnectTimeout = c.AcquireTimeout
	}
	// What nobody waits for any more ends on the server too.
	options.ConnConfig.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelPatience}
	}
	for name, value := range map[string]string{
		"application_name":  "odg",
		"client_encoding":   "UTF8",
		"datestyle":         "ISO",
		"timezone":          "UTC",
		"jit":               "off", // compiling a plan takes longer than what it is for
		"statement_timeout": milliseconds(c.StatementTimeout),
		"lock_timeout":      milliseconds(lockTimeout),
		// Whoever holds locks and is stopped or out of reach loses them.
		"idle_in_transaction_session_timeout": milliseconds(lockTimeout),
	} {
		options.ConnConfig.RuntimeParams[name] = value
	}
	return options, nil
}

const (
	spareConns     = 2                // connections for what works in the background
	keepAlive      = 15 * time.Second // how often a silent connection is probed
	lockTimeout    = 30 * time.Second // how long a statement waits for a lock before it is tried again
	cancelPatience = time.Second      // how long a statement has to end before its connection is given up
)

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// prepare makes the database one of ours.
func (s *Store) prepare(ctx context.Context) error {
	if err := s.Ping(ctx); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return s.wrap(ctx, "update the tables", err)
	}
	if err := s.retry(ctx, "read the widths of columns", s.readWidths); err != nil {
		return err
	}
	if err := s.retry(ctx, "read the change feed's state", s.resumeFeed); err != nil {
		return err
	}
	return s.derive(ctx)
}

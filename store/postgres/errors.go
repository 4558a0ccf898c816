package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/opendeliverygear/odg/store"
)

// errNoConnection says that all connections of the pool are in use.
var errNoConnection = fmt.Errorf("all connections are in use: %w", store.ErrBusy)

// errStale says that rows changed between reading and writing them, by somebody
// who takes no locks.
var errStale = errors.New("rows were changed by another program meanwhile")

// lostError says that the connection is gone, or could not be made.
type lostError struct{ err error }

func (e *lostError) Error() string { return e.err.Error() }

func (e *lostError) Unwrap() []error { return []error{store.ErrUnavailable, e.err} }

// wrap says what was being done, and replaces what PostgreSQL says by what callers
// branch on.
func (s *Store) wrap(ctx context.Context, act string, err error) error {
	switch {
	case s.closed.Load():
		err = store.ErrClosed
	case ctx.Err() != nil:
		err = ctx.Err()
	default:
		err = s.classify(err)
	}
	return fmt.Errorf("%s in %s: %w", act, s.name, err)
}

// codes are those of PostgreSQL for which callers have a sentinel, or users need
// more than the message.
var codes = map[string]func(s *Store, err error) error{
	"53100": sentinel(store.ErrFull),
	"25006": sentinel(store.ErrReadOnly),
	"57014": func(s *Store, err error) error {
		return fmt.Errorf("a statement took longer than %s: %w (%w)", s.cfg.StatementTimeout, context.DeadlineExceeded, err)
	},
	"42501": func(_ *Store, err error) error {
		return fmt.Errorf("%w; the user needs to own the tables, or to be granted what is missing", err)
	},
}

func sentinel(known error) func(*Store, error) error {
	return func(_ *Store, err error) error { return fmt.Errorf("%w (%w)", known, err) }
}

func (s *Store) classify(err error) error {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err
	}
	if explain, ok := codes[pg.Code]; ok {
		return explain(s, err)
	}
	if isRace(err) || isAway(err) {
		return fmt.Errorf("%w (%w)", store.ErrUnavailable, err)
	}
	return err
}

// isRace tells if err is the fault of another writer: serialisation failure,
// dead-lock, lock time-out, or a row that somebody else inserted first.
func isRace(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "40001", "40P01", "55P03", "23505":
			return true
		case "0A000": // somebody has changed a table since the statement was prepared
			return strings.Contains(pg.Message, "cached plan")
		}
	}
	return errors.Is(err, errStale)
}

// isAway tells if err means that the server is not there at present.
func isAway(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		// Connection exceptions, too many connections, a transaction that was idle
		// for too long, shutting down or starting up.
		return strings.HasPrefix(pg.Code, "08") || pg.Code == "53300" || pg.Code == "25P03" || strings.HasPrefix(pg.Code, "57P0")
	}
	var lost *lostError
	return errors.As(err, &lost)
}

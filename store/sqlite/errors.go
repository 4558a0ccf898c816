package sqlite

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/opendeliverygear/odg/store"
)

// errNotADatabase says that a file is something else.
var errNotADatabase = errors.New("file is no SQLite database; give the path of an ODG database, or of a new file")

// wrap says what was being done, and replaces what SQLite says by what callers
// branch on.
func (s *Store) wrap(ctx context.Context, act string, err error) error {
	switch {
	case s.closed.Load():
		err = store.ErrClosed
	case ctx.Err() != nil:
		err = ctx.Err()
	default:
		err = classify(err)
	}
	return fmt.Errorf("%s in %s: %w", act, s.path, err)
}

func classify(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	// A quota or a limit on the size of files shows as a write that fails.
	case sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE:
		return fmt.Errorf("%w (%w)", store.ErrFull, err)
	}
	switch e.Code() & 0xff { // the rest are details
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%w (%w)", store.ErrFull, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%w (%w)", store.ErrLocked, err)
	case sqlite3.SQLITE_READONLY:
		return fmt.Errorf("%w: make the file and its folder writable (%w)", store.ErrReadOnly, err)
	case sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("file cannot be opened; make it and its folder accessible, in which two more files are needed while it is open (%w)", err)
	case sqlite3.SQLITE_NOTADB:
		return errNotADatabase
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("file is damaged; restore it from a backup, or move it away to start anew (%w)", err)
	}
	return err
}

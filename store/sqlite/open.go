package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"

	"modernc.org/sqlite"
)

// Open opens the database at path, creates it if there is none, and brings its
// tables up to date. The caller closes it.
//
// The error wraps [store.ErrNewerSchema] if a newer version wrote the file,
// [store.ErrLocked] if it cannot be brought up to date because another process
// uses it, [store.ErrReadOnly] if it cannot be written, [store.ErrFull] if there
// is no space, and [fs.ErrNotExist] if its folder, or with [Config.ReadOnly] the
// file, is missing.
func Open(ctx context.Context, path string, cfg Config) (*Store, error) {
	full, err := checkPath(path, cfg.ReadOnly)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, full: full, cfg: cfg.withDefaults(), closed: new(atomic.Bool), writes: new(atomic.Int64), unpruned: new(atomic.Int64)}
	s.unpruned.Store(s.cfg.MaxDocumentBytes)
	if err := s.connect(); err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	// The first connection that writes makes the file one of ours, so the owner is
	// checked over one that does not.
	err = s.checkOwnerOf(ctx)
	if err == nil {
		err = s.migrate(ctx)
	}
	if err == nil {
		s.finds, err = s.reader.PrepareContext(ctx, findDocuments)
	}
	if err != nil {
		s.reader.Close()
		if s.writer != nil {
			s.writer.Close()
		}
		return nil, s.wrap(ctx, "open database", err)
	}
	return s, nil
}

func checkPath(path string, readOnly bool) (full string, err error) {
	if path == "" {
		return "", errors.New("open database: the path is empty")
	}
	if full, err = filepath.Abs(path); err != nil {
		return "", fmt.Errorf("open database %s: %w", path, err)
	}
	info, err := os.Stat(full)
	switch {
	case err == nil && info.IsDir():
		return "", fmt.Errorf("open database %s: it is a folder; give the path of a file", path)
	case err == nil: // links lead to one file with one lock
		return filepath.EvalSymlinks(full)
	case errors.Is(err, fs.ErrNotExist) && !readOnly && isDir(filepath.Dir(full)):
		return full, nil
	case errors.Is(err, fs.ErrNotExist) && !readOnly:
		return "", fmt.Errorf("open database %s: create its folder first: %w", path, err)
	}
	return "", fmt.Errorf("open database %s: %w", path, err)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (s *Store) connect() error {
	reader, err := sqlite.NewConnector(s.source(false))
	if err != nil {
		return err
	}
	s.reader = sql.OpenDB(reader)
	s.reader.SetMaxIdleConns(4)
	if s.cfg.ReadOnly {
		return nil
	}
	writer, err := sqlite.NewConnector(s.source(true))
	if err != nil {
		return err
	}
	s.writer = sql.OpenDB(writer)
	s.writer.SetMaxOpenConns(1)
	return nil
}

// source returns the data source name of a connection.
func (s *Store) source(write bool) string {
	q := url.Values{}
	q.Set("_busy_timeout", strconv.FormatInt(s.cfg.BusyTimeout.Milliseconds(), 10))
	q.Set("_foreign_keys", "on")
	q.Set("_dqs", "false")
	q.Set("_defensive", "true")
	q.Set("_error_rc", "true")
	switch {
	case s.cfg.ReadOnly:
		q.Set("mode", "ro")
	case !write:
		q.Set("_query_only", "on")
	default:
		q.Set("_txlock", "immediate")
		q.Set("_journal_mode", "WAL")
		q.Set("_synchronous", "NORMAL")
		if s.cfg.SyncEveryCommit {
			q.Set("_synchronous", "FULL")
		}
		q.Add("_pragma", "cache_size(-32768)")           // KiB
		q.Add("_pragma", "journal_size_limit(67108864)") // what is left of the log after a check point
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(s.full), RawQuery: q.Encode()}
	return u.String()
}

package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/pressly/goose/v3"

	"github.com/opendeliverygear/odg/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks a file as a database of ODG ("odg!", see the first
// migration).
const applicationID = 0x6f646721

// migrate brings the tables up to date. A database that is up to date is only read.
func (s *Store) migrate(ctx context.Context) error {
	db := s.writer
	if db == nil {
		db = s.reader
	}
	if err := checkOwner(ctx, db); err != nil {
		return err
	}
	provider, err := newProvider(db)
	if err != nil {
		return err
	}
	due, err := s.isDue(ctx, db, provider)
	if err != nil || !due {
		return err
	}
	unlock, err := s.Lock()
	if err != nil {
		return fmt.Errorf("update the tables: %w", err)
	}
	defer unlock()
	if due, err = s.isDue(ctx, db, provider); err != nil || !due { // somebody else did it
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("update the tables: %w", err)
	}
	return nil
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, files,
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
}

// checkOwnerOf checks a file that exists before anything is written to it.
func (s *Store) checkOwnerOf(ctx context.Context) error {
	info, err := os.Stat(s.full)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	return checkOwner(ctx, s.reader)
}

// checkOwner returns an error if the database has tables of somebody else.
func checkOwner(ctx context.Context, db *sql.DB) error {
	var id, tables int64
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if id == applicationID {
		return nil
	}
	// A first run that was killed leaves the table of the migrations.
	err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master
		WHERE type = 'table' AND name NOT IN ('goose_db_version', 'sqlite_sequence')`).Scan(&tables)
	if err == nil && tables > 0 {
		return fmt.Errorf("it is the SQLite database of another program; give the path of another file")
	}
	return err
}

// isDue tells if tables are missing or old.
func (s *Store) isDue(ctx context.Context, db *sql.DB, provider *goose.Provider) (bool, error) {
	sources := provider.ListSources()
	known := sources[len(sources)-1].Version
	present, err := schemaVersion(ctx, db)
	switch {
	case err != nil:
		return false, err
	case present > known:
		return false, fmt.Errorf("%w: it has schema version %d, this program knows up to %d; use a newer odg, or another file",
			store.ErrNewerSchema, present, known)
	case present < known && s.cfg.ReadOnly:
		return false, fmt.Errorf("its tables have schema version %d and must be updated to %d first; open it once for writing (odg run): %w",
			present, known, store.ErrReadOnly)
	}
	return present < known, nil
}

func schemaVersion(ctx context.Context, db *sql.DB) (version int64, err error) {
	var tables int
	err = db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'").Scan(&tables)
	if err != nil || tables == 0 {
		return 0, err
	}
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied").Scan(&version)
	return version, err
}

package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/opendeliverygear/odg/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// versionTable says which migrations were applied. Its name is ours, because the
// database may be shared.
const versionTable = "odg_schema_version"

// migrate brings the tables up to date. Of several processes that start at once
// one does it, the others wait. A database that is up to date is only read.
func (s *Store) migrate(ctx context.Context) error {
	db := stdlib.OpenDBFromPool(s.pool)
	defer db.Close()
	if err := checkTable(ctx, db); err != nil {
		return err
	}
	provider, err := newProvider(db)
	if err != nil {
		return err
	}
	due, err := isDue(ctx, db, provider)
	if err != nil || !due {
		return err
	}
	s.cfg.Log.Info().Str("database", s.name).Msg("tables are being updated")
	_, err = provider.Up(ctx)
	return err
}

func newProvider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker), goose.WithTableName(versionTable),
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
}

// checkTable returns an error if there is a table artefact_metadata of somebody
// else, which must not be changed.
func checkTable(ctx context.Context, db *sql.DB) error {
	const query = `SELECT count(*), count(*) FILTER (WHERE attname IN
			('id', 'meta', 'data', 'data_key', 'artefact_extra_id_normalised', 'discovery_date', 'allowed_processing_time'))
		FROM pg_attribute WHERE attrelid = to_regclass('artefact_metadata') AND attnum > 0`
	var all, known int
	if err := db.QueryRowContext(ctx, query).Scan(&all, &known); err != nil {
		return err
	}
	if all > 0 && known < 7 {
		return errors.New("its table artefact_metadata is not that of ODG; give the url of another database")
	}
	return nil
}

// isDue tells if tables are missing or old.
func isDue(ctx context.Context, db *sql.DB, provider *goose.Provider) (bool, error) {
	sources := provider.ListSources()
	known := sources[len(sources)-1].Version
	present, err := schemaVersion(ctx, db)
	if err == nil && present > known {
		err = fmt.Errorf("%w: it has schema version %d, this program knows up to %d; use a newer odg", store.ErrNewerSchema, present, known)
	}
	return present < known, err
}

func schemaVersion(ctx context.Context, db *sql.DB) (version int64, err error) {
	var there bool
	err = db.QueryRowContext(ctx, "SELECT to_regclass($1) IS NOT NULL", versionTable).Scan(&there)
	if err != nil || !there {
		return 0, err
	}
	err = db.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM "+versionTable+" WHERE is_applied").Scan(&version)
	return version, err
}

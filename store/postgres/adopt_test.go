package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
)

// existingTable is what existing installations create.
const existingTable = `CREATE TABLE artefact_metadata (
	id char(32) PRIMARY KEY, creation_date timestamptz DEFAULT now(), type varchar(64),
	component_name varchar(256), component_version varchar(64), artefact_kind varchar(32),
	artefact_name varchar(128), artefact_version varchar(64), artefact_type varchar(64),
	artefact_extra_id_normalised varchar(1024), artefact_extra_id json,
	meta json, data json, data_key char(40), datasource varchar(64), referenced_type varchar(64),
	discovery_date date, allowed_processing_time varchar(16));
	CREATE INDEX ix_artefact_metadata_component_name ON artefact_metadata (component_name, component_version, type, artefact_type)`

// existingInsert is how they write a finding of image web: id, version, discovery date,
// last update. Their JSON has spaces, and null where we have NULL.
const existingInsert = `INSERT INTO artefact_metadata (id, creation_date, type, component_name, component_version, artefact_kind,
	artefact_name, artefact_version, artefact_type, artefact_extra_id_normalised, artefact_extra_id, meta, data, data_key,
	datasource, discovery_date, allowed_processing_time)
	VALUES ($1, '2025-01-01', 'finding/vulnerability', 'acme.org/shop', $2, 'resource', 'web', $2, 'ociImage', '', '{}',
	json_build_object('datasource', 'bdba', 'type', 'finding/vulnerability', 'creation_date', '2025-01-01T00:00:00',
		'last_update', $4::text, 'responsibles', null, 'assignee_mode', null),
	'{"package_name": "package-0", "package_version": "1.2.3", "cve": "CVE-2025-0", "severity": "HIGH", "cvss_v3_score": 7.5}',
	'0123456789012345678901234567890123456789', 'bdba', $3::date, '30d')`

// connect returns a connection of an existing server.
func connect(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func exec(t testing.TB, conn *pgx.Conn, query string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

func all(t testing.TB, s store.Store) map[string]metadata.Entry {
	t.Helper()
	found := map[string]metadata.Entry{}
	for e, err := range s.Query(t.Context(), store.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		found[e.ID()] = e
	}
	return found
}

func TestAdoptedRowsAreFoundAndLendTheirDiscoveryDate(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	conn := connect(t, url)
	exec(t, conn, existingTable)
	old := batch("web", "1", 1)[0]
	exec(t, conn, existingInsert, old.ID(), "1", "2024-05-01", "2025-02-01T00:00:00")
	s := reopen(t, url, postgres.Config{})

	stored := all(t, s)
	is.Equal(len(stored), 1)
	is.Equal(stored[old.ID()].DiscoveryDate, metadata.Date("2024-05-01"))
	is.Equal(string(stored[old.ID()].Meta.CreationDate), "2025-01-01T00:00:00")
	put(t, s, batch("web", "2", 1)...)
	is.Equal(all(t, s)[batch("web", "2", 1)[0].ID()].DiscoveryDate, metadata.Date("2024-05-01"))

	// The other way round, an existing server goes on writing and reading.
	third := batch("web", "3", 1)[0]
	exec(t, conn, existingInsert, third.ID(), "3", "2024-04-01", "2026-03-01T00:00:00")
	put(t, s, batch("web", "4", 1)...)
	is.Equal(all(t, s)[batch("web", "4", 1)[0].ID()].DiscoveryDate, metadata.Date("2024-04-01")) // from the newest
	exec(t, conn, `UPDATE artefact_metadata SET data = '{"package_name": "other", "package_version": "1", "cve": "CVE-2025-0"}',
		meta = '{"datasource": "bdba", "type": "finding/vulnerability", "last_update": "2026-04-01T00:00:00"}' WHERE id = $1`, third.ID())
	exec(t, conn, "DELETE FROM artefact_metadata WHERE component_version = '4'")
	put(t, s, batch("web", "5", 1)...)
	is.Equal(all(t, s)[batch("web", "5", 1)[0].ID()].DiscoveryDate, metadata.Date("2024-05-01")) // it is about something else now
	var columns int
	is.NoErr(conn.QueryRow(t.Context(), `SELECT count(*) FROM artefact_metadata WHERE meta ->> 'type' = type
		AND (meta ->> 'creation_date' IS NULL OR creation_date = (meta ->> 'creation_date' || '+00')::timestamptz OR creation_date = '2025-01-01')`).Scan(&columns))
	is.Equal(columns, 4)
}

func TestRowsAsExistingServersLeaveThem(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	conn := connect(t, url)
	exec(t, conn, existingTable)
	exec(t, conn, `INSERT INTO artefact_metadata (id, type, component_name, artefact_kind, artefact_name, artefact_extra_id, meta, data, datasource)
		VALUES ('no meta', 'meta/artefact_scan_info', 'c', 'resource', 'a', 'null', NULL, '{}', 'bdba'),
			('json null', 'meta/artefact_scan_info', 'c', 'resource', 'b', NULL, 'null', '{}', 'clamav'),
			('no update', 'meta/artefact_scan_info', 'c', NULL, NULL, '{"a": "b"}', '{"datasource": "x", "type": "meta/artefact_scan_info"}', '{"u": "\u0000"}', 'x'),
			('nothing', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
			('broken', 'a/b', 'c', NULL, NULL, NULL, '[1]', '{}', 'y'),
			('numbers', 'a/c', 'c', NULL, 'n', '{"a": 1}', '{"creation_date": 5, "assignee_mode": 5, "type": "a/c"}', '5', 'z'),
			('list', 'a/c', 'c', NULL, 'l', '[]', '{"type": 5}', '[]', 'z'),
			('NUL', 'finding/vulnerability', 'c', NULL, 'u', '{}', '{"type": "finding/vulnerability", "datasource": "bdba", "last_update": "2025-01-01\u0000"}', '{}', 'bdba')`)
	exec(t, conn, `INSERT INTO artefact_metadata (id, type, meta, data)
		SELECT 'long', 'a/d', json_build_object('type', 'a/d', 'last_update', string_agg(md5(i::text), '')), '{}' FROM generate_series(1, 500) AS i`)
	s := reopen(t, url, postgres.Config{})
	found := map[metadata.Datasource]metadata.Entry{}
	for e, err := range s.Query(t.Context(), store.Query{Types: []metadata.Type{metadata.TypeScanInfo}}) {
		is.NoErr(err)
		found[e.Meta.Datasource] = e
	}
	is.Equal(len(found), 3)
	is.Equal(artefact.Text(found["bdba"].Artefact.Local().Name), "a")
	is.True(found["clamav"].Artefact.Artefact != nil)
	is.Equal(found["x"].Artefact.Local().ExtraID, map[string]string{"a": "b"})
	// Nobody else is hindered, and all of them are told, whatever they are.
	put(t, s, batch("web", "1", 1)...)
	told := 0
	for e, err := range s.Query(t.Context(), store.Query{}) {
		is.NoErr(err)
		is.True(json.Valid(e.AppendJSON(nil))) // it can be sent
		told++
	}
	is.Equal(told, 10)
	changes := 0
	for e, err := range s.Changes(t.Context(), "", nil) {
		is.NoErr(err)
		if !e.Mark() {
			changes++
		}
	}
	is.True(changes >= 9) // that of the put may take a moment
	_, err := s.Search(t.Context(), compiled(t, search.Request{Limit: search.MaxLimit}), func(metadata.Entry) bool { return true })
	is.NoErr(err)
	// Rows that come later are none either.
	exec(t, conn, `UPDATE artefact_metadata SET meta = '{"last_update": "\u0000\u0001"}' WHERE id = 'list'`)
	put(t, s, batch("web", "2", 1)...)
}

func TestAdoptionKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	conn := connect(t, url)
	exec(t, conn, existingTable)
	exec(t, conn, "CREATE VIEW report AS SELECT component_version FROM artefact_metadata")
	s := reopen(t, url, postgres.Config{})
	long := batch("web", strings.Repeat("1", 65), 1)[0]
	_, err := s.Upsert(t.Context(), []metadata.Entry{long}, store.UpsertOptions{Now: now})
	var length *store.LengthError
	is.True(errors.As(err, &length)) // the view keeps the column as wide as it was
	is.Equal(length.Path, "artefact.component_version")
	is.Equal(length.Max, 64)
}

func TestVersionColumnsBecomeWider(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, postgres.Config{})
	digest := "sha256:" + strings.Repeat("0", 64)
	put(t, s, batch("web", digest, 1)...)
	is.Equal(len(all(t, s)), 1)
	_, err := s.Upsert(t.Context(), append(batch("web", "1", 1), batch("web", strings.Repeat("ä", 257), 1)...), store.UpsertOptions{Now: now})
	is.True(errors.Is(err, store.ErrTooLong))
	is.True(strings.Contains(err.Error(), "entries[1].artefact.component_version")) // says where
	is.Equal(len(all(t, s)), 1)                                                     // and nothing is stored
	put(t, s, batch("web", strings.Repeat("ä", 256), 1)...)
}

func TestForeignTableIsLeftAlone(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	conn := connect(t, url)
	exec(t, conn, "CREATE TABLE artefact_metadata (id int)")
	_, err := postgres.Open(t.Context(), url, postgres.Config{})
	is.True(err != nil)
	is.True(strings.Contains(err.Error(), "not that of ODG"))
	var tables int
	is.NoErr(conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&tables))
	is.Equal(tables, 1) // nothing was added
}

func TestNewerSchema(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	is.NoErr(reopen(t, url, postgres.Config{}).Close())
	conn := connect(t, url)
	exec(t, conn, "INSERT INTO odg_schema_version (version_id, is_applied) VALUES (9999, true)")
	_, err := postgres.Open(t.Context(), url, postgres.Config{})
	is.True(errors.Is(err, store.ErrNewerSchema))
}

// Several processes that start at once make the tables once.
func TestOpenAtOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	errs := make(chan error)
	for range 4 {
		go func() {
			s, err := postgres.Open(t.Context(), url, postgres.Config{MaxConns: 2})
			if err == nil {
				err = s.Close()
			}
			errs <- err
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

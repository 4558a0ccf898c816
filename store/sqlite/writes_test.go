package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// Where there is nothing to do, the file is not written.
func TestSteadyStateWritesNothing(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := filepath.Join(t.TempDir(), "odg.db")
	s := reopen(t, path, sqlite.Config{})
	q := s.Queue(clock)
	put(t, s, batch("web", "1", 5)...)
	_, err := q.Add(t.Context(), item("web"))
	is.NoErr(err)
	is.Equal(s.Writes(), int64(6))
	files := fileTimes(t, path)

	is.Equal(put(t, s), store.Change{})
	is.Equal(put(t, s, batch("web", "1", 5)...), store.Change{})
	_, err = s.Delete(t.Context(), nil)
	is.NoErr(err)
	_, err = s.Delete(t.Context(), []string{"unknown"})
	is.NoErr(err)
	created, err := q.Add(t.Context(), item("web")) // it waits already
	is.NoErr(err)
	is.Equal(created, 0)
	_, err = q.Claim(t.Context(), backlog.ClaimRequest{Services: []string{"other"}, Lease: time.Minute})
	is.True(err != nil)
	_, err = q.List(t.Context(), all)
	is.NoErr(err)

	is.Equal(s.Writes(), int64(6))
	is.Equal(fileTimes(t, path), files)
}

// fileTimes returns size and time of the database and its log.
func fileTimes(t *testing.T, path string) (list [4]int64) {
	t.Helper()
	for i, name := range []string{path, path + "-wal"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		list[2*i], list[2*i+1] = info.Size(), info.ModTime().UnixNano()
	}
	return list
}

// The columns are those of ODG's table in PostgreSQL.
func TestColumns(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, sqlite.Config{})
	entries := batch("web", "1", 1)
	entries[0].Artefact.Artefact.ExtraID = map[string]string{"b": "2", "a": "1"}
	put(t, s, entries...)
	var got [16]string
	is.NoErr(s.Row(t.Context(), `SELECT id, creation_date, type, component_name, component_version, artefact_kind,
			artefact_name, artefact_version, artefact_type, artefact_extra_id_normalised, artefact_extra_id,
			meta, data_key, datasource, discovery_date, allowed_processing_time
		FROM artefact_metadata WHERE referenced_type IS NULL`,
		&got[0], &got[1], &got[2], &got[3], &got[4], &got[5], &got[6], &got[7], &got[8], &got[9], &got[10],
		&got[11], &got[12], &got[13], &got[14], &got[15]))
	is.Equal(got, [16]string{
		entries[0].ID(), "2026-01-10T08:00:00", "finding/vulnerability", "acme.org/shop", "1", "resource",
		"web", "1", "ociImage", "a:1_b:2", `{"a":"1","b":"2"}`,
		`{"datasource":"bdba","type":"finding/vulnerability","creation_date":"2026-01-10T08:00:00",` +
			`"last_update":"2026-01-10T08:00:00","responsibles":null,"assignee_mode":null}`,
		*entries[0].DataKeyDigest(), "bdba", "2026-01-10", "30d",
	})
}

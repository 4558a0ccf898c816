package sqlite_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// What an earlier version stored counts from when it says that it was made.
func TestHistoryOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := filepath.Join(t.TempDir(), "odg.db")
	s := reopen(t, path, sqlite.Config{})
	entries := batch("web", "1", 3)
	entries[1].Meta.CreationDate = "2026-01-10T09:00:00.5+01:00"
	entries[2].Meta.CreationDate = "no time"
	put(t, s, entries...)
	is.NoErr(s.MigrateTo(t.Context(), 6))
	is.NoErr(s.Close())

	s = reopen(t, path, sqlite.Config{})
	began, err := s.HistoryBegan(t.Context())
	is.NoErr(err)
	is.True(time.Since(began) < time.Hour)
	noon := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)
	is.Equal(asOf(t, s, noon.Add(-1)), 1) // the one of which nobody knows
	is.Equal(asOf(t, s, noon), 2)
	is.Equal(asOf(t, s, noon.Add(500*time.Millisecond)), 3)

	_, err = s.Delete(store.By(t.Context(), store.Act{At: now, Who: "ada"}), []string{entries[0].ID()})
	is.NoErr(err)
	is.Equal(asOf(t, s, now.Add(-1)), 3)
	is.Equal(asOf(t, s, now), 2)
	var told []store.Version
	for v, err := range s.History(t.Context(), store.HistoryQuery{}) {
		is.NoErr(err)
		told = append(told, v)
	}
	is.Equal(len(told), 3)
	is.Equal(told[0].Began, store.Turn{What: store.Adopted})
	is.Equal(told[1].Began, store.Turn{What: store.Adopted, Act: store.Act{At: noon}})
	is.Equal(told[1].Ended, store.Turn{What: store.Deleted, Act: store.Act{At: now, Who: "ada"}})
}

func TestHistoryIsOnlyAddedTo(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, sqlite.Config{})
	entries := batch("web", "1", 1)
	put(t, s, entries...)
	_, err := s.Delete(t.Context(), []string{entries[0].ID()})
	is.NoErr(err)
	for _, statement := range []string{
		"UPDATE metadata_history SET data = '{}'", "DELETE FROM metadata_history",
		"UPDATE metadata_act SET who = 'eve'", "DELETE FROM metadata_act",
	} {
		err := s.Exec(t.Context(), statement)
		is.True(err != nil && strings.Contains(err.Error(), "only ever added to")) // statement
	}
}

func asOf(t *testing.T, s *sqlite.Store, at time.Time) (n int) {
	t.Helper()
	for _, err := range s.AsOf(t.Context(), store.Query{Types: []metadata.Type{metadata.TypeVulnerability}}, at) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

// The history is found by its indexes, however long it is.
func TestHistoryPlan(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, sqlite.Config{})
	q := store.Query{Types: []metadata.Type{metadata.TypeVulnerability}, Artefacts: []store.Selector{{ID: image("web", "1")}}}
	plan, err := s.AsOfPlan(t.Context(), q, now)
	is.NoErr(err)
	is.True(strings.Contains(plan, "ix_metadata_history_component_name"))
	is.True(strings.Contains(plan, "ix_metadata_history_id"))
	is.True(!strings.Contains(plan, "SCAN m")) // neither of the tables is read as a whole
	is.True(!strings.Contains(plan, "SCAN e"))
}

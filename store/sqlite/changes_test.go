package sqlite_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
	"github.com/opendeliverygear/odg/store/storetest"
)

func TestChanges(t *testing.T) {
	t.Parallel()
	storetest.RunChanges(t, func(t *testing.T, now func() time.Time) store.Store {
		return open(t, sqlite.Config{Now: now})
	})
}

// Both parts of the feed are read in the order of their indexes and merged, so a
// poll costs as much as there is to tell.
func TestChangesAreNotSorted(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, sqlite.Config{})
	place, err := store.Feed{ID: "x"}.Resume("")
	is.NoErr(err)
	for name, types := range map[string][]string{"all": nil, "some": {"a", "b"}} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			plan, err := s.ChangesPlan(t.Context(), place, types)
			is.NoErr(err)
			is.True(strings.Contains(plan, "SEARCH m USING INDEX ix_artefact_metadata_changed"))
			is.True(strings.Contains(plan, "SEARCH d USING INTEGER PRIMARY KEY"))
			is.True(!strings.Contains(plan, "TEMP B-TREE"))
			is.True(!strings.Contains(plan, "SCAN"))
		})
	}
}

// A database of before the feed tells what it holds.
func TestChangesOfAnOlderDatabase(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := filepath.Join(t.TempDir(), "odg.db")
	s := reopen(t, path, sqlite.Config{})
	entries := batch("web", "1", 3)
	put(t, s, entries...)
	is.NoErr(s.MigrateTo(t.Context(), 2))
	is.NoErr(s.Close())

	s = reopen(t, path, sqlite.Config{})
	var ids []string
	var last store.Cursor
	for e, err := range s.Changes(t.Context(), "", nil) {
		is.NoErr(err)
		if !e.Mark() {
			ids = append(ids, e.ID)
		}
		last = e.Cursor
	}
	is.Equal(len(ids), 3)
	put(t, s, batch("web", "2", 1)...)
	told := 0
	for e, err := range s.Changes(t.Context(), last, nil) {
		is.NoErr(err)
		if !e.Mark() {
			is.Equal(*e.Entry.Artefact.ComponentVersion, "2")
			told++
		}
	}
	is.Equal(told, 1)
}

package sqlite_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// A full disk refuses the batch, harms nothing, and is over once there is space.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, sqlite.Config{})
	put(t, s, batch("web", "1", 10)...)
	_, err := s.Queue(clock).Add(t.Context(), item("web"))
	is.NoErr(err)
	before := dump(t, s)

	is.NoErr(s.Exec(t.Context(), "PRAGMA max_page_count = 1")) // as many as there are
	_, err = s.Upsert(t.Context(), batch("web", "2", 1000), store.UpsertOptions{Now: now})
	is.True(errors.Is(err, store.ErrFull))
	is.Equal(cmp.Diff(before, dump(t, s)), "")
	items, err := s.Queue(clock).List(t.Context(), all)
	is.NoErr(err)
	is.Equal(len(items), 1)

	is.NoErr(s.Exec(t.Context(), "PRAGMA max_page_count = 1000000"))
	put(t, s, batch("web", "2", 1000)...)
	is.Equal(len(dump(t, s)), 1010)
}

// A writer that does not end is waited for, but not for ever.
func TestBusyWriter(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := t.TempDir() + "/odg.db"
	first := reopen(t, path, sqlite.Config{})
	second := reopen(t, path, sqlite.Config{BusyTimeout: time.Millisecond})
	tx, err := first.Writer().BeginTx(t.Context(), nil)
	is.NoErr(err)
	_, err = second.Upsert(t.Context(), batch("web", "1", 1), store.UpsertOptions{Now: now})
	is.True(errors.Is(err, store.ErrLocked))
	is.Equal(len(dump(t, second)), 0) // reading goes on
	is.NoErr(tx.Rollback())
	put(t, second, batch("web", "1", 1)...)
}

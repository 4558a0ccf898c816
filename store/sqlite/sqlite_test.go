package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
	"github.com/opendeliverygear/odg/store/storetest"
)

// open returns a store in a new file.
func open(t testing.TB, cfg sqlite.Config) *sqlite.Store {
	t.Helper()
	return reopen(t, filepath.Join(t.TempDir(), "odg.db"), cfg)
}

// reopen returns a store in a file that may exist.
func reopen(t testing.TB, path string, cfg sqlite.Config) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, sqlite.Config{}) })
}

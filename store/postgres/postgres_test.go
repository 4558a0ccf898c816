package postgres_test

import (
	"testing"
	"time"

	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/postgres"
	"github.com/opendeliverygear/odg/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, postgres.Config{}) })
}

func TestSameAsMemory(t *testing.T) {
	t.Parallel()
	storetest.RunSame(t, func(t *testing.T) store.Store { return open(t, postgres.Config{}) },
		func(*testing.T) store.Store { return memory.New() })
}

func TestChanges(t *testing.T) {
	t.Parallel()
	storetest.RunChanges(t, func(t *testing.T, now func() time.Time) store.Store {
		return open(t, postgres.Config{Now: now})
	})
}

// open returns a store in a new database.
func open(t testing.TB, cfg postgres.Config) *postgres.Store {
	t.Helper()
	return reopen(t, pgtest.URL(t), cfg)
}

// reopen returns a store in a database that may have tables.
func reopen(t testing.TB, url string, cfg postgres.Config) *postgres.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), url, cfg)
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

func TestHistory(t *testing.T) {
	t.Parallel()
	storetest.RunHistory(t, func(t *testing.T) store.Store { return open(t, postgres.Config{}) })
}

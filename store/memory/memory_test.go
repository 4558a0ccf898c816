package memory_test

import (
	"testing"
	"time"

	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) store.Store { return memory.New() })
}

func TestChanges(t *testing.T) {
	t.Parallel()
	storetest.RunChanges(t, func(_ *testing.T, now func() time.Time) store.Store {
		return memory.NewWith(memory.Config{Now: now})
	})
}

func TestHistory(t *testing.T) {
	t.Parallel()
	storetest.RunHistory(t, func(*testing.T) store.Store { return memory.New() })
}

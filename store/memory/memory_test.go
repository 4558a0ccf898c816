package memory_test

import (
	"testing"

	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) store.Store { return memory.New() })
}

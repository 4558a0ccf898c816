package memory_test

import (
	"testing"

	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/storetest"
)

func TestDocuments(t *testing.T) {
	t.Parallel()
	storetest.RunDocuments(t, func(_ *testing.T, maxBytes int64) store.Documents {
		return memory.NewWith(memory.Config{MaxDocumentBytes: maxBytes})
	})
}

package sqlite_test

import (
	"testing"

	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
	"github.com/opendeliverygear/odg/store/storetest"
)

func TestDocuments(t *testing.T) {
	t.Parallel()
	storetest.RunDocuments(t, func(t *testing.T, maxBytes int64) store.Documents {
		return open(t, sqlite.Config{MaxDocumentBytes: maxBytes})
	})
}

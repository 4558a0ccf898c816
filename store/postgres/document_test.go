package postgres_test

import (
	"testing"

	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
	"github.com/opendeliverygear/odg/store/storetest"
)

func TestDocuments(t *testing.T) {
	t.Parallel()
	storetest.RunDocuments(t, func(t *testing.T, maxBytes int64) store.Documents {
		return open(t, postgres.Config{MaxDocumentBytes: maxBytes})
	})
}

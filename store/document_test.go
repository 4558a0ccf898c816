package store_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
)

// The id is that of existing installations (contract model, section 9).
func TestDescriptorID(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(store.DescriptorID("registry.example.org/ocm", "example.org/a", "1.0.0"), "1a89390588567dc9e6155119b049a1bb")
	described, err := store.CacheID([]byte(`{"type": "component-descriptor", "encoding_format": "pickle-4.0", "component_name": "example.org/a",
		"component_version": "1.0.0", "ocm_repository": {"baseUrl": "registry.example.org", "subPath": "ocm"}}`))
	is.NoErr(err)
	is.Equal(store.DescriptorID("registry.example.org/ocm", "example.org/a", "1.0.0"), described)
	is.True(store.IsCacheID(described))
}

func TestLatest(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	low, high := strings.Repeat("0", 32), strings.Repeat("f", 32)
	latest, err := store.Latest([]store.Document{{ID: high, Digest: "1"}, {ID: low, Digest: "2"}, {ID: high, Digest: "3"}})
	is.NoErr(err)
	is.Equal(latest, []store.Document{{ID: low, Digest: "2"}, {ID: high, Digest: "3"}})
	_, err = store.Latest([]store.Document{{ID: strings.Repeat("F", 32)}})
	is.True(errors.Is(err, store.ErrDocumentID))
}

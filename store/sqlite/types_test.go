package sqlite_test

import (
	"errors"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// A type that is declared later reads its own keys, while those who began before
// read on as they did.
func TestWithTypes(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	types, err := metadata.BuiltinTypes().Declare(metadata.TypeSpec{Name: "finding/acme", Datasource: "acme", Key: []string{"rule"}})
	is.NoErr(err)
	earlier := open(t, sqlite.Config{})
	later := earlier.WithTypes(types)
	const text = `{"artefact":{"component_name":"a"},"meta":{"datasource":"acme","type":"finding/acme"},"data":{"rule":"r"}}`
	entry, err := types.ParseEntry([]byte(text))
	is.NoErr(err)
	_, err = later.Upsert(t.Context(), []metadata.Entry{entry}, store.UpsertOptions{Now: now})
	is.NoErr(err)
	is.Equal(earlier.Writes(), later.Writes())

	key := func(s *sqlite.Store) string {
		for stored, err := range s.Query(t.Context(), store.Query{}) {
			is.NoErr(err)
			key, _ := stored.Data.Key()
			return key
		}
		return "nothing stored"
	}
	is.Equal(key(later), "r")
	is.True(key(earlier) != "r")
	is.True(key(later.WithTypes(nil)) != "r")

	is.NoErr(later.Close())
	_, err = earlier.Delete(t.Context(), []string{"x"})
	is.True(errors.Is(err, store.ErrClosed))
}

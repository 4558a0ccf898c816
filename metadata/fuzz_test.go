package metadata_test

import (
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/vectors"
	"github.com/opendeliverygear/odg/metadata"
)

// FuzzParseEntry: nothing panics, and what is accepted comes back with the same
// identity and in the same form.
func FuzzParseEntry(f *testing.F) {
	var recorded struct {
		Cases []recordedEntry `json:"cases"`
	}
	vectors.Load(f, "metadata_ids.json", &recorded)
	for _, c := range recorded.Cases {
		f.Add([]byte(c.Entry))
	}
	f.Add([]byte(`{"artefact":{},"meta":{"datasource":"d","type":"t"},"data": {"a" : "\ud83d\ude00"} }`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := metadata.ParseEntry(data)
		if err != nil {
			return
		}
		is := is.New(t)
		id, digest := e.ID(), e.DataKeyDigest()
		metadata.ReuseKey(e)
		e.Subject()
		if e.Meta.CreationDate == "" {
			e.Meta.CreationDate = "2025-01-01T00:00:00" // as a store fills it in
		}
		out := e.AppendJSON(nil)
		again, err := metadata.ParseEntry(out)
		is.NoErr(err)
		is.Equal(again.ID(), id)
		is.Equal(digest == nil, again.DataKeyDigest() == nil)
		is.Equal(string(again.AppendJSON(nil)), string(out)) // canonical
		again.Data = metadata.BuiltinTypes().Stored(e.Meta.Type, e.Data.Raw())
		is.Equal(again.ID(), id) // from a database too
	})
}

package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
)

var deleteCases = []testCase{
	{"delete removes what it is given, once, and unknown ids are fine", func(t *testing.T, b *bench) {
		is := is.New(t)
		kept, gone := scanInfo(image("web", "1")), scanInfo(image("db", "1"))
		b.put(kept, gone)
		ids := []string{gone.ID(), "00000000000000000000000000000000", gone.ID(), ""}
		change, err := b.Delete(t.Context(), ids)
		is.NoErr(err)
		is.Equal(change, store.Change{Deleted: 1})
		is.Equal(cmp.Diff(texts(byID(kept)), b.dump()), "")
		change, err = b.Delete(t.Context(), ids)
		is.NoErr(err)
		is.Equal(change, store.Change{})
	}},
	{"a deleted entry is neither found nor a source of dates", func(t *testing.T, b *bench) {
		is := is.New(t)
		e := discovered(scanInfo(image("web", "1")), firstDay)
		b.put(e)
		_, err := b.Delete(t.Context(), []string{e.ID()})
		is.NoErr(err)
		is.Equal(len(b.query(store.Query{Artefacts: []store.Selector{{ID: e.Artefact}}})), 0)
		is.Equal(b.put(discovered(scanInfo(image("web", "2")), today)), store.Change{Inserted: 1})
		is.Equal(b.get(scanInfo(image("web", "2"))).DiscoveryDate, today)
		is.Equal(b.put(discovered(e, secondDay)), store.Change{Inserted: 1}) // as if it had never been there
		is.Equal(b.get(e).DiscoveryDate, today)
	}},
}

package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var countCases = []testCase{
	{"entries are counted by artefact, artefacts without any are absent", func(t *testing.T, b *bench) {
		is := is.New(t)
		web, db := image("web", "1"), image("db", "1")
		b.put(scanInfo(web), from(scanInfo(web), "x"), scanInfo(db), scanInfo(artefact.ID{}),
			vulnerability(image("none", "1"), "p", "1", "CVE-1"))
		got, err := b.CountByArtefact(t.Context(), store.Query{Types: []metadata.Type{metadata.TypeScanInfo}})
		is.NoErr(err)
		is.Equal(cmp.Diff(map[string]int{web.Key(): 2, db.Key(): 1, artefact.ID{}.Key(): 1}, got), "")
		got, err = b.CountByArtefact(t.Context(), shop(artefact.LocalID{Name: new("unknown")}))
		is.NoErr(err)
		is.Equal(len(got), 0)
	}},
	{"identities that share a key are counted together", func(t *testing.T, b *bench) {
		is := is.New(t)
		null, text := image("web", "None"), image("web", "None")
		null.ComponentVersion = nil
		b.put(scanInfo(null), from(scanInfo(text), "x"))
		got, err := b.CountByArtefact(t.Context(), store.Query{})
		is.NoErr(err)
		is.Equal(cmp.Diff(map[string]int{null.Key(): 2}, got), "")
	}},
}

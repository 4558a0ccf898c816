package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// nullCases are about entries that lack attributes.
var nullCases = []testCase{
	{"entries that lack an attribute match any value of it only with NullMatches, and never a kind", func(t *testing.T, b *bench) {
		full := image("web", "1")
		full.Artefact.ExtraID = map[string]string{"arch": "amd64"}
		for i, without := range []func(*artefact.ID){
			func(*artefact.ID) {},
			func(id *artefact.ID) { id.ComponentName = nil },
			func(id *artefact.ID) { id.ComponentVersion = nil },
			func(id *artefact.ID) { id.Artefact.Name = nil },
			func(id *artefact.ID) { id.Artefact.Version = nil },
			func(id *artefact.ID) { id.Artefact.Type = nil },
			func(id *artefact.ID) { id.Artefact.ExtraID = nil },
			func(id *artefact.ID) { id.Artefact = &artefact.LocalID{} },
			func(id *artefact.ID) { id.Artefact = nil },
			func(id *artefact.ID) { *id = artefact.ID{Kind: id.Kind} },
			func(id *artefact.ID) { id.Kind = "" },
		} {
			id := full
			local := *full.Artefact
			id.Artefact = &local
			without(&id)
			b.put(rescoring(id, metadata.TypeVulnerability, string(rune('a'+i))))
		}
		is := is.New(t)
		q := selecting(full)
		is.Equal(cmp.Diff([]string{"a"}, b.severities(q)), "")
		q.NullMatches = true
		is.Equal(cmp.Diff([]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}, b.severities(q)), "")
		q.Artefacts[0].Kind = ""
		is.Equal(len(b.severities(q)), 11)
		q.Artefacts[0].ComponentName = new("acme.org/other")
		is.Equal(cmp.Diff([]string{"b", "j"}, b.severities(q)), "")
		q.Artefacts[0].ComponentName = nil
		is.Equal(cmp.Diff([]string{"b", "j"}, b.severities(q)), "")
		q.NullMatches = false
		q.Artefacts[0].ID = artefact.ID{}
		is.Equal(cmp.Diff([]string{"b", "j"}, b.severities(q)), "")
	}},
	{"an empty text is no null", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(scanInfo(artefact.ID{ComponentName: new(""), ComponentVersion: new(""), Artefact: &artefact.LocalID{Name: new("")}}))
		q := selecting(artefact.ID{ComponentName: new("c"), ComponentVersion: new("1"), Artefact: &artefact.LocalID{Name: new("n")}})
		q.NullMatches = true
		is.Equal(b.names(q), []string{})
		is.Equal(b.names(selecting(artefact.ID{})), []string{})
		is.Equal(b.names(selecting(artefact.ID{ComponentName: new(""), ComponentVersion: new("")})), []string{""})
	}},
}

// severities returns the severities of the rescorings that q selects, sorted.
func (b *bench) severities(q store.Query) []string {
	b.t.Helper()
	list := map[string]bool{}
	for _, e := range b.query(q) {
		var r metadata.CustomRescoring
		if err := e.Data.Decode(&r); err != nil {
			b.t.Fatal(err)
		}
		list[r.Severity] = true
	}
	return sorted(list)
}

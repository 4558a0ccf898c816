package storetest

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var upsertCases = []testCase{
	{"an empty store has nothing, and an empty batch changes nothing", func(t *testing.T, b *bench) {
		is := is.New(t)
		is.Equal(len(b.dump()), 0)
		is.Equal(b.put(), store.Change{})
		change, err := b.Delete(t.Context(), nil)
		is.NoErr(err)
		is.Equal(change, store.Change{})
	}},
	{"a new entry is stored with all that it has", func(t *testing.T, b *bench) {
		is := is.New(t)
		e := discovered(responsibles(image("web", "1"), metadata.TypeVulnerability), "2026-01-02")
		e.AllowedProcessingTime = new("30d")
		is.Equal(b.put(e), store.Change{Inserted: 1})
		is.Equal(cmp.Diff(texts(byID(e)), b.dump()), "")
	}},
	{"entries of one batch are all stored", func(t *testing.T, b *bench) {
		is := is.New(t)
		batch := []metadata.Entry{
			scanInfo(image("web", "1")), scanInfo(image("db", "1")), vulnerability(image("web", "1"), "openssl", "3", "CVE-1"),
			vulnerability(image("web", "1"), "openssl", "3", "CVE-2"), from(scanInfo(image("web", "1")), metadata.SourceBDBA),
		}
		is.Equal(b.put(batch...), store.Change{Inserted: 5})
		is.Equal(cmp.Diff(texts(byID(batch...)), b.dump()), "")
	}},
	{"the same batch twice changes the last update only, and without that nothing", func(t *testing.T, b *bench) {
		is := is.New(t)
		batch := []metadata.Entry{
			discovered(vulnerability(image("web", "1"), "openssl", "3", "CVE-1"), "2026-01-02"),
			responsibles(image("web", "1"), metadata.TypeVulnerability), scanInfo(image("db", "1")),
		}
		b.put(batch...)
		before := b.dump()
		is.Equal(b.put(batch...), store.Change{})
		is.Equal(cmp.Diff(before, b.dump()), "")

		for i := range batch {
			batch[i] = updated(batch[i], "2026-01-11T00:00:00")
		}
		is.Equal(b.put(batch...), store.Change{Updated: 3})
		is.Equal(cmp.Diff(texts(byID(batch...)), b.dump()), "")
	}},
	{"an artefact may be null, which is not the artefact without attributes", func(t *testing.T, b *bench) {
		is := is.New(t)
		null, empty := artefact.ID{ComponentName: new("c")}, artefact.ID{ComponentName: new("c"), Artefact: &artefact.LocalID{}}
		is.Equal(b.put(scanInfo(null), scanInfo(empty), scanInfo(artefact.ID{})), store.Change{Inserted: 3})
		is.Equal(cmp.Diff(texts(byID(scanInfo(null), scanInfo(empty), scanInfo(artefact.ID{}))), b.dump()), "")
	}},
	{"references are refused with the batch", func(t *testing.T, b *bench) {
		is := is.New(t)
		id := image("web", "1")
		id.References = []artefact.ID{image("db", "1")}
		_, err := b.Upsert(t.Context(), []metadata.Entry{scanInfo(image("db", "1")), scanInfo(id)}, store.UpsertOptions{Now: now})
		is.True(err != nil)
		is.Equal(len(b.dump()), 0)
	}},
}

// keptCases are about what an update overwrites and what it keeps.
var keptCases = []testCase{
	{"an update overwrites data, last update, responsibles and assignee mode, and keeps the rest", func(t *testing.T, b *bench) {
		is := is.New(t)
		stored := discovered(responsibles(image("web", "1"), metadata.TypeVulnerability), "2026-01-02")
		stored.AllowedProcessingTime = new("30d")
		b.put(stored)

		later := everythingElse(stored)
		is.Equal(b.put(later), store.Change{Updated: 1})
		want := stored
		want.Data, want.Meta.LastUpdate = later.Data, later.Meta.LastUpdate
		want.Meta.Responsibles, want.Meta.AssigneeMode = later.Meta.Responsibles, later.Meta.AssigneeMode
		is.Equal(cmp.Diff(texts(byID(want)), b.dump()), "")

		later.Meta.Responsibles, later.Meta.AssigneeMode = nil, nil
		is.Equal(b.put(later), store.Change{Updated: 1})
		want.Meta.Responsibles, want.Meta.AssigneeMode = nil, nil
		is.Equal(cmp.Diff(texts(byID(want)), b.dump()), "") // missing ones become null
	}},
	{"an update that renews overwrites the creation date as well", func(t *testing.T, b *bench) {
		is := is.New(t)
		stored := discovered(responsibles(image("web", "1"), metadata.TypeVulnerability), "2026-01-02")
		b.put(stored)
		later := stored
		later.Meta.CreationDate = "2026-02-02T00:00:00"
		for _, want := range []store.Change{{Updated: 1}, {}} { // the second time it is the same
			change, err := b.Upsert(t.Context(), []metadata.Entry{later}, store.UpsertOptions{Now: now, Renew: true})
			is.NoErr(err)
			is.Equal(change, want)
			is.Equal(cmp.Diff(texts(byID(later)), b.dump()), "")
		}
		is.Equal(b.put(stored), store.Change{}) // which others do not
	}},
	{"of the same id twice in a batch, the last data and the first dates are stored", func(t *testing.T, b *bench) {
		is := is.New(t)
		first := discovered(responsibles(image("web", "1"), metadata.TypeVulnerability), "2026-01-02")
		last := everythingElse(first)
		is.Equal(b.put(first, scanInfo(image("web", "1")), last), store.Change{Inserted: 2})
		got := b.get(first)
		is.Equal(got.DiscoveryDate, first.DiscoveryDate)
		is.Equal(got.Meta.CreationDate, first.Meta.CreationDate)
		is.Equal(got.Meta.LastUpdate, last.Meta.LastUpdate)
		is.Equal(string(got.Data.Raw()), string(last.Data.Raw()))
	}},
	{"of a stored id twice in a batch, the last data is stored and counted once", func(t *testing.T, b *bench) {
		is := is.New(t)
		first := discovered(scanInfo(image("web", "1")), "2026-01-02")
		b.put(first)
		is.Equal(b.put(updated(first, "2026-01-11T00:00:00"), updated(first, "2026-01-12T00:00:00")), store.Change{Updated: 1})
		is.Equal(b.get(first).Meta.LastUpdate, metadata.Timestamp("2026-01-12T00:00:00"))
		is.Equal(b.put(updated(first, "2026-01-13T00:00:00"), updated(first, "2026-01-12T00:00:00")), store.Change{})
	}},
	{"an entry that was stored without a discovery date does not get one later", func(t *testing.T, b *bench) {
		is := is.New(t)
		e := scanInfo(image("web", "1"))
		b.put(e)
		b.put(discovered(e, "2026-01-02"))
		is.Equal(b.get(e).DiscoveryDate, metadata.Date(""))
	}},
}

// everythingElse returns an entry with the id of e in which all else is different.
func everythingElse(e metadata.Entry) metadata.Entry {
	e.Meta.CreationDate, e.Meta.LastUpdate = "2026-01-11T00:00:00", "2026-01-12T00:00:00"
	e.Meta.Responsibles, e.Meta.AssigneeMode = json.RawMessage(`[]`), new("skip")
	e.DiscoveryDate, e.AllowedProcessingTime = "2025-01-01", new("90d")
	e.Data = payload(e.Meta.Type, `{"referenced_type":"finding/vulnerability","note":"new"}`)
	return e
}

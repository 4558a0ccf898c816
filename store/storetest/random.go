package storetest

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

func sorted[V any](set map[string]V) []string { return slices.Sorted(maps.Keys(set)) }

// randomCases compare a store with [store.Matches], which says what is right.
var randomCases = []testCase{
	{"a query selects what Matches says, whatever it asks for", func(t *testing.T, b *bench) {
		r := rand.New(rand.NewPCG(1, 2))
		entries := make([]metadata.Entry, 200)
		for i := range entries {
			entries[i] = randomEntry(r)
		}
		b.put(entries...)
		all := b.query(store.Query{})
		selected := 0
		for range 250 {
			q := randomQuery(r)
			want := map[string]metadata.Entry{}
			for id, e := range all {
				if store.Matches(q, e) {
					want[id] = e
				}
			}
			selected += len(want)
			if diff := cmp.Diff(ids(want), ids(b.query(q))); diff != "" {
				t.Fatalf("query %+v:\n%s", q, diff)
			}
			b.checkCounts(q, want)
		}
		if selected == 0 {
			t.Fatal("no query selected anything")
		}
	}},
}

func (b *bench) checkCounts(q store.Query, selected map[string]metadata.Entry) {
	b.t.Helper()
	want := map[string]int{}
	for _, e := range selected {
		want[e.Artefact.Key()]++
	}
	got, err := b.CountByArtefact(b.t.Context(), q)
	if err != nil {
		b.t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Fatalf("count of query %+v:\n%s", q, diff)
	}
}

func randomEntry(r *rand.Rand) metadata.Entry {
	id := randomID(r)
	switch r.IntN(5) {
	case 0:
		return scanInfo(id)
	case 1:
		return vulnerability(id, "p", "1", pick(r, "CVE-1", "CVE-2"))
	case 2:
		return rescoring(id, pick(r, metadata.TypeVulnerability, metadata.TypeLicense), "NONE")
	case 3:
		return responsibles(id, metadata.TypeVulnerability)
	}
	return from(entry(id, "acme/custom", `{"key":"k"}`), pick[metadata.Datasource](r, "x", metadata.SourceBDBA))
}

func randomID(r *rand.Rand) artefact.ID {
	id := artefact.ID{
		ComponentName:    randomText(r),
		ComponentVersion: randomText(r),
		Kind:             pick(r, "", artefact.KindResource, artefact.KindSource),
	}
	if r.IntN(6) > 0 {
		id.Artefact = new(randomLocal(r))
	}
	return id
}

func randomLocal(r *rand.Rand) artefact.LocalID {
	return artefact.LocalID{
		Name: randomText(r), Version: randomText(r), Type: randomText(r),
		ExtraID: pick(r, nil, nil, map[string]string{"a": "1"}, map[string]string{"a": "1", "b": "2"}),
	}
}

// randomText is null, empty, or one of few names, so that many are equal.
func randomText(r *rand.Rand) *string { return pick(r, nil, new(""), new("a"), new("a"), new("b")) }

func randomQuery(r *rand.Rand) store.Query {
	q := store.Query{
		Types: some(r, metadata.TypeScanInfo, metadata.TypeVulnerability, metadata.TypeRescoring, metadata.TypeResponsibles, "acme/custom"),
		Datasources: some(r, metadata.SourceODG, metadata.SourceBDBA, metadata.SourceDashboard,
			metadata.SourceResponsibles, "x"),
		NullMatches: r.IntN(2) == 0,
	}
	if r.IntN(4) == 0 {
		q.ReferencedTypes = some(r, metadata.TypeVulnerability, metadata.TypeLicense)
	}
	if r.IntN(4) == 0 {
		q.Covering = new(randomID(r))
	}
	for range r.IntN(4) {
		s := store.Selector{ID: randomID(r)}
		for range r.IntN(4) {
			s.Versionless = append(s.Versionless, randomLocal(r))
		}
		q.Artefacts = append(q.Artefacts, s)
	}
	return q
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// some returns some of list, mostly none.
func some[T any](r *rand.Rand, list ...T) []T {
	if r.IntN(2) == 0 {
		return nil
	}
	return slices.DeleteFunc(list, func(T) bool { return r.IntN(2) == 0 })
}

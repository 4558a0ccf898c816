package storetest

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Run checks that the stores newStore makes keep the contract of [store.Store].
// newStore is called once per case, returns an empty store, and cleans up through
// t. Cases run in parallel; none of them sleeps.
func Run(t *testing.T, newStore func(t *testing.T) store.Store) {
	t.Helper()
	for _, group := range [][]testCase{
		upsertCases, keptCases, discoveryCases, reuseCases, conflictCases, deleteCases, queryCases, nullCases,
		randomCases, countCases, severityCases, roundTripCases, raceCases, lifecycleCases, volumeCases,
	} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				c.run(t, &bench{Store: newStore(t), t: t})
			})
		}
	}
}

type testCase struct {
	name string
	run  func(t *testing.T, b *bench)
}

// now is the time of every call that does not say otherwise.
var now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// bench is a store with calls that must work.
type bench struct {
	store.Store
	t *testing.T
}

func (b *bench) put(entries ...metadata.Entry) store.Change {
	b.t.Helper()
	return b.putWith(store.UpsertOptions{Now: now}, entries...)
}

func (b *bench) putWith(opts store.UpsertOptions, entries ...metadata.Entry) store.Change {
	b.t.Helper()
	change, err := b.Upsert(b.t.Context(), entries, opts)
	if err != nil {
		b.t.Fatalf("upsert: %v", err)
	}
	return change
}

// query returns what q selects, by id, and fails if an id occurs twice.
func (b *bench) query(q store.Query) map[string]metadata.Entry {
	b.t.Helper()
	found := map[string]metadata.Entry{}
	for e, err := range b.Query(b.t.Context(), q) {
		if err != nil {
			b.t.Fatalf("query: %v", err)
		}
		if _, twice := found[e.ID()]; twice {
			b.t.Fatalf("query returned %s twice", e.Key())
		}
		found[e.ID()] = e
	}
	return found
}

// get returns the stored entry that has the id of e.
func (b *bench) get(e metadata.Entry) metadata.Entry {
	b.t.Helper()
	found, ok := b.query(store.Query{Types: []metadata.Type{e.Meta.Type}})[e.ID()]
	if !ok {
		b.t.Fatalf("entry %s is not stored", e.Key())
	}
	return found
}

// dump returns all entries as JSON, by id.
func (b *bench) dump() map[string]string {
	b.t.Helper()
	return texts(b.query(store.Query{}))
}

func texts(entries map[string]metadata.Entry) map[string]string {
	dump := map[string]string{}
	for id, e := range entries {
		dump[id] = string(e.AppendJSON(nil))
	}
	return dump
}

// names returns the artefact names of what q selects, sorted.
func (b *bench) names(q store.Query) []string {
	b.t.Helper()
	list := []string{}
	for _, e := range b.query(q) {
		if name := e.Artefact.Local().Name; name != nil {
			list = append(list, *name)
		} else {
			list = append(list, "null")
		}
	}
	slices.Sort(list)
	return list
}

// byID indexes entries as query returns them.
func byID(entries ...metadata.Entry) map[string]metadata.Entry {
	list := map[string]metadata.Entry{}
	for _, e := range entries {
		list[e.ID()] = e
	}
	return list
}

func ids(entries map[string]metadata.Entry) []string { return slices.Sorted(maps.Keys(entries)) }

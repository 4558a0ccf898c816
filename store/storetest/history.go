package storetest

import (
	"testing"
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// RunHistory checks that the stores newStore makes keep the contract of
// [store.Historian]. newStore is called once per case and returns an empty store.
func RunHistory(t *testing.T, newStore func(t *testing.T) store.Store) {
	t.Helper()
	for _, group := range [][]historyCase{asOfCases, versionCases, historyPageCases, historyRaceCases, historyModelCases} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				s := newStore(t)
				h, ok := s.(store.Historian)
				if !ok {
					t.Fatalf("%T is no store.Historian", s)
				}
				c.run(t, &historyBench{&bench{Store: s, t: t}, h})
			})
		}
	}
}

type historyCase struct {
	name string
	run  func(t *testing.T, b *historyBench)
}

// historyBench is a store with a history and calls that must work.
type historyBench struct {
	*bench
	store.Historian
}

// at is a moment, in minutes.
func at(minute int) time.Time { return now.Add(time.Duration(minute) * time.Minute) }

// by is an act at a moment.
func by(minute int) store.Act { return store.Act{At: at(minute), Who: "ada", Request: "r1"} }

// do upserts as an act.
func (b *historyBench) do(a store.Act, entries ...metadata.Entry) {
	b.t.Helper()
	if _, err := b.Upsert(store.By(b.t.Context(), a), entries, store.UpsertOptions{Now: now}); err != nil {
		b.t.Fatalf("upsert: %v", err)
	}
}

// renew upserts as somebody does who decides anew.
func (b *historyBench) renew(a store.Act, entries ...metadata.Entry) {
	b.t.Helper()
	if _, err := b.Upsert(store.By(b.t.Context(), a), entries, store.UpsertOptions{Now: now, Renew: true}); err != nil {
		b.t.Fatalf("upsert: %v", err)
	}
}

func (b *historyBench) drop(a store.Act, entries ...metadata.Entry) {
	b.t.Helper()
	var list []string
	for _, e := range entries {
		list = append(list, e.ID())
	}
	if _, err := b.Delete(store.By(b.t.Context(), a), list); err != nil {
		b.t.Fatalf("delete: %v", err)
	}
}

// then returns what q selected at a moment, as JSON by id, and fails if an id occurs
// twice.
func (b *historyBench) then(q store.Query, moment time.Time) map[string]string {
	b.t.Helper()
	found := map[string]string{}
	for e, err := range b.AsOf(b.t.Context(), q, moment) {
		if err != nil {
			b.t.Fatalf("as of %s: %v", moment, err)
		}
		if _, twice := found[e.ID()]; twice {
			b.t.Fatalf("as of %s: %s twice", moment, e.Key())
		}
		found[e.ID()] = string(e.AppendJSON(nil))
	}
	return found
}

// versions returns what q selects of the history, and fails if it is out of order.
func (b *historyBench) versions(q store.HistoryQuery) []store.Version {
	b.t.Helper()
	var list []store.Version
	for v, err := range b.History(b.t.Context(), q) {
		if err != nil {
			b.t.Fatalf("history: %v", err)
		}
		if n := len(list); n > 0 && list[n-1].Point.Compare(v.Point) >= 0 {
			b.t.Fatalf("history: %+v comes after %+v", v.Point, list[n-1].Point)
		}
		if v.ID != v.Entry.ID() {
			b.t.Fatalf("history: the entry of %s has the id %s", v.ID, v.Entry.ID())
		}
		list = append(list, v)
	}
	return list
}

// life returns the versions of an entry.
func (b *historyBench) life(e metadata.Entry) []store.Version {
	b.t.Helper()
	return b.versions(store.HistoryQuery{Query: store.Query{IDs: []string{e.ID()}}})
}

// severity returns e as a scanner sees it another time.
func severity(e metadata.Entry, value string) metadata.Entry {
	var data map[string]any
	if err := e.Data.Decode(&data); err != nil {
		panic(err)
	}
	data["severity"] = value
	p, err := metadata.NewPayload(e.Meta.Type, data)
	if err != nil {
		panic(err)
	}
	e.Data = p
	return e
}

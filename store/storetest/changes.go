package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// RunChanges checks that the stores newStore makes keep the contract of
// [store.ChangeReader]. newStore is called once per case and returns an empty
// store that keeps deletions for [store.DefaultKeepDeletions] by the given clock.
// Where changes show only after other transactions have ended, cases ask again
// for a while.
func RunChanges(t *testing.T, newStore func(t *testing.T, now func() time.Time) store.Store) {
	t.Helper()
	for _, group := range [][]changeCase{resumeCases, cursorCases, changeRaceCases} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				clock := &clock{now: now}
				s := newStore(t, clock.time)
				c.run(t, &feedBench{bench: &bench{Store: s, t: t}, clock: clock})
			})
		}
	}
}

type changeCase struct {
	name string
	run  func(t *testing.T, b *feedBench)
}

// patience is how long a change may take to show.
const patience = 20 * time.Second

// feedBench is a store with a change feed and calls that must work.
type feedBench struct {
	*bench
	clock  *clock
	fences int
}

// read returns the events after since, of which the last is a mark.
func (b *feedBench) read(since store.Cursor, types ...metadata.Type) []store.Event {
	b.t.Helper()
	var events []store.Event
	for e, err := range b.Changes(b.t.Context(), since, types) {
		if err != nil {
			b.t.Fatalf("changes since %q: %v", since, err)
		}
		events = append(events, e)
	}
	if len(events) == 0 || !events[len(events)-1].Mark() {
		b.t.Fatalf("changes since %q: %d events without a mark at the end", since, len(events))
	}
	return events
}

// fence stores one more entry and returns it with all events after since, once
// it is told: what was committed before comes before it.
func (b *feedBench) fence(since store.Cursor, types ...metadata.Type) (events []store.Event, last string) {
	b.t.Helper()
	b.fences++
	e := fenceEntry(b.fences)
	b.put(e)
	b.await(func() bool {
		events = b.read(since, types...)
		return tells(events, e.ID())
	})
	return events, e.ID()
}

// await asks until a change shows.
func (b *feedBench) await(shows func() bool) {
	b.t.Helper()
	end := time.Now().Add(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !shows() {
		if time.Now().After(end) {
			b.t.Fatalf("a change does not show within %s", patience)
		}
		<-tick.C
	}
}

// since returns a cursor after everything that was committed.
func (b *feedBench) since() store.Cursor {
	b.t.Helper()
	events, _ := b.fence("")
	return events[len(events)-1].Cursor
}

// told are the events after since by what they say, without those of fences.
func (b *feedBench) told(since store.Cursor, types ...metadata.Type) []string {
	b.t.Helper()
	events, _ := b.fence(since, append(types, fenceTypes(types)...)...)
	list := []string{}
	for _, e := range events {
		switch {
		case e.Mark() || e.Entry.Meta.Type == fenceType:
		case e.Deleted:
			list = append(list, "deleted "+e.ID)
		default:
			list = append(list, "entry "+e.ID)
		}
	}
	return list
}

func fenceTypes(types []metadata.Type) []metadata.Type {
	if len(types) == 0 {
		return nil
	}
	return []metadata.Type{fenceType}
}

// replica is what a reader of the feed has.
type replica map[string]string

func (r replica) apply(e store.Event) {
	switch {
	case e.Mark():
	case e.Deleted:
		delete(r, e.ID)
	default:
		r[e.ID] = string(e.Entry.AppendJSON(nil))
	}
}

// checkReplica compares what a reader has with what is stored.
func (b *feedBench) checkReplica(r replica) {
	b.t.Helper()
	if diff := cmp.Diff(b.dump(), map[string]string(r)); diff != "" {
		b.t.Errorf("-stored +what the reader of the feed has:\n%s", diff)
	}
}

func tells(events []store.Event, id string) bool {
	for _, e := range events {
		if e.ID == id {
			return true
		}
	}
	return false
}

package odgtest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// patience is how long a change may take to show.
const patience = 20 * time.Second

// changes reads events, of which the last must be a mark.
func changes(t *testing.T, c Core, since store.Cursor, types ...metadata.Type) ([]store.Event, store.Cursor) {
	t.Helper()
	var events []store.Event
	for e, err := range c.Changes(t.Context(), since, types) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	if len(events) == 0 || !events[len(events)-1].Mark() {
		t.Fatalf("%d events without a mark at the end", len(events))
	}
	last := len(events) - 1
	return events[:last], events[last].Cursor
}

// shown reads events until there are as many as are expected: they show once
// transactions that began earlier have ended.
func shown(t *testing.T, c Core, count int, since store.Cursor, types ...metadata.Type) ([]store.Event, store.Cursor) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); ; <-tick.C {
		events, next := changes(t, c, since, types...)
		if len(events) >= count {
			return events, next
		}
		if time.Now().After(end) {
			t.Fatalf("%d changes within %s, want %d", len(events), patience, count)
		}
	}
}

func fed(t *testing.T, c Core) {
	is := is.New(t)
	a := id("acme.org/shop", "1.0.0")
	first, second := finding(t, a, "CVE-1"), entry(t, a, "acme/own-type", "own", `{"key":"k","ünïcode":[1.50,{"b":null,"a":"<&>"}]}`)
	put(t, c, first, second)
	events, next := shown(t, c, 2, "")
	is.Equal(cmp.Diff(texts(first, second), texts(events[0].Entry, events[1].Entry)), "")

	put(t, c, first) // no change
	is.NoErr(c.DeleteMetadata(t.Context(), []metadata.Entry{first}))
	events, next = shown(t, c, 1, next)
	is.Equal(len(events), 1)
	is.True(events[0].Deleted)
	is.Equal(events[0].ID, first.ID())
	events, _ = changes(t, c, next)
	is.Equal(len(events), 0)
}

func fedFromAnywhere(t *testing.T, c Core) {
	is := is.New(t)
	var entries []metadata.Entry
	for _, cve := range []string{"CVE-1", "CVE-2", "CVE-3", "CVE-4"} {
		entries = append(entries, finding(t, id("acme.org/shop", "1"), cve))
		put(t, c, entries[len(entries)-1])
	}
	all, _ := shown(t, c, len(entries), "")
	for i, e := range all {
		is.Equal(e.ID, entries[i].ID()) // as they were committed
		rest, _ := changes(t, c, e.Cursor)
		is.Equal(len(rest), len(all)-i-1)
	}
	for e, err := range c.Changes(t.Context(), "", nil) { // an early end is fine
		is.NoErr(err)
		is.Equal(e.ID, entries[0].ID())
		break
	}
}

func fedByRules(t *testing.T, c Core) {
	is := is.New(t)
	info := entry(t, id("acme.org/shop", "1"), metadata.TypeScanInfo, "bdba", `{}`)
	excluded := finding(t, id("acme.org/excluded", "1"), "CVE-1")
	put(t, c, excluded, info, finding(t, id("acme.org/shop", "1"), "CVE-1"))
	events, next := shown(t, c, 2, "")
	is.Equal(len(events), 2) // not what the configuration excludes
	for _, e := range events {
		is.True(e.ID != excluded.ID())
	}
	events, _ = changes(t, c, "", metadata.TypeScanInfo)
	is.Equal(len(events), 1)
	is.Equal(events[0].ID, info.ID())
	events, _ = changes(t, c, next, metadata.TypeLicense)
	is.Equal(len(events), 0)
}

func cursorFaults(t *testing.T, c Core) {
	is := is.New(t)
	failure := func(since store.Cursor) (err error) {
		for _, e := range c.Changes(t.Context(), since, nil) {
			err = e
		}
		return err
	}
	is.True(errors.Is(failure("no cursor &=?#"), store.ErrCursor))
	is.True(errors.Is(failure("elsewhere.0.1"), store.ErrCursorGone))
}

func fedInBulk(t *testing.T, c Core) {
	is := is.New(t)
	var a artefact.ID
	entries := make([]metadata.Entry, 1500)
	for i := range entries {
		a = id("acme.org/shop", string(rune('a'+i%26)))
		entries[i] = entry(t, a, "acme/own-type", "own", `{"key":"`+time.Duration(i).String()+`"}`)
	}
	put(t, c, entries...)
	events, _ := shown(t, c, len(entries), "")
	is.Equal(len(events), len(entries))
}

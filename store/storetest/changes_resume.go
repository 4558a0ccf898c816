package storetest

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var resumeCases = []changeCase{
	{"an empty store tells a mark, from which changes are told", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		events := b.read("")
		is.Equal(len(events), 1)
		is.True(events[0].Cursor != "")
		e := scanInfo(image("web", "1"))
		b.put(e)
		is.Equal(b.told(events[0].Cursor), []string{"entry " + e.ID()})
	}},
	{"the beginning is all that is stored, as a query returns it", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		gone := scanInfo(image("gone", "1"))
		b.put(gone, responsibles(image("a", "1"), metadata.TypeLicense), discovered(vulnerability(image("b", "1"), "p", "1", "CVE-1"), firstDay))
		b.remove(gone)
		reader := replica{}
		events, _ := b.fence("")
		for _, e := range events {
			is.True(!e.Deleted) // a reader who has nothing need not be told
			reader.apply(e)
		}
		is.Equal(len(events), 4)
		b.checkReplica(reader)
	}},
	{"a reader goes on after any event", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		for i := range 4 {
			b.put(scanInfo(image(fmt.Sprint("web", i), "1")), scanInfo(image(fmt.Sprint("db", i), "1")))
		}
		since := b.since()
		b.put(updated(scanInfo(image("web0", "1")), "2026-01-12T00:00:00"), scanInfo(image("new", "1")))
		b.remove(scanInfo(image("db1", "1")))
		for _, from := range []store.Cursor{"", since} {
			all, _ := b.fence(from)
			for i := range all {
				is.Equal(cmp.Diff(describe(all[i+1:]), describe(b.read(all[i].Cursor))), "") // what follows, nothing else
			}
		}
	}},
	{"a reader who stops at every event has everything", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		doomed := scanInfo(image("web0", "1"))
		for i := range 5 {
			b.put(scanInfo(image(fmt.Sprint("web", i), "1")), scanInfo(image(fmt.Sprint("db", i), "1")))
		}
		_, last := b.fence("")
		reader, seen := replica{}, map[string]bool{}
		var since store.Cursor
		for steps := 0; !seen[last]; steps++ {
			e := b.first(since)
			is.True(e.Cursor != since) // it moves on
			since = e.Cursor
			seen[e.ID] = true
			reader.apply(e)
			if steps == 3 { // changes behind and before the reader
				b.put(updated(doomed, "2026-01-12T00:00:00"), updated(scanInfo(image("web4", "1")), "2026-01-12T00:00:00"))
				b.remove(doomed)
				_, last = b.fence("")
			}
		}
		b.checkReplica(reader)
	}},
	{"what changed several times is told as it is", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		since := b.since()
		e := scanInfo(image("web", "1"))
		b.put(e)
		e = updated(e, "2026-01-12T00:00:00")
		b.put(e)
		events, _ := b.fence(since)
		reader := replica{}
		for _, event := range events {
			reader.apply(event)
		}
		is.Equal(reader[e.ID()], string(b.get(e).AppendJSON(nil)))
	}},
	{"hundreds of changes of few entries are told as few", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		early := b.since()
		const count = 3
		for round := range 120 {
			batch := make([]metadata.Entry, count)
			for i := range batch {
				batch[i] = updated(scanInfo(image(fmt.Sprint("web", i), "1")), metadata.Timestamp(fmt.Sprintf("2026-01-12T00:%02d:%02d", round/60, round%60)))
			}
			b.put(batch...)
			if round == 100 {
				b.remove(batch[0])
			}
		}
		reader := replica{}
		for _, since := range []store.Cursor{"", early} {
			events, _ := b.fence(since)
			is.True(len(events) < 120) // changes of one entry are joined, at least most of them
			for _, e := range events {
				reader.apply(e)
			}
		}
		b.checkReplica(reader)
	}},
	{"a call that changes nothing is no change", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		e := scanInfo(image("web", "1"))
		b.put(e, discovered(vulnerability(image("b", "1"), "p", "1", "CVE-1"), firstDay))
		since := b.since()
		b.put(e, e)
		b.put()
		b.remove(scanInfo(image("never stored", "1")))
		is.Equal(b.told(since), []string{})
	}},
	{"what is deleted is told by id, what comes back as an entry", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		e, other := scanInfo(image("web", "1")), scanInfo(image("db", "1"))
		b.put(e, other)
		since := b.since()
		b.remove(e)
		is.Equal(b.told(since), []string{"deleted " + e.ID()})
		b.put(e)
		back := b.told(since)
		is.Equal(back[len(back)-1], "entry "+e.ID())
		b.remove(e, other)
		gone := map[string]bool{}
		for _, text := range b.told(since) {
			gone[text] = true
		}
		is.True(gone["deleted "+e.ID()] && gone["deleted "+other.ID()])
	}},
	{"types restrict entries and deletions, and the reader moves on", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		info, finding := scanInfo(image("web", "1")), vulnerability(image("web", "1"), "p", "1", "CVE-1")
		since := b.since()
		b.put(info, finding)
		is.Equal(b.told(since, metadata.TypeScanInfo), []string{"entry " + info.ID()})
		is.Equal(len(b.told(since, metadata.TypeScanInfo, metadata.TypeVulnerability)), 2)
		since = b.since()
		b.remove(finding)
		is.Equal(b.told(since, metadata.TypeScanInfo), []string{})
		is.Equal(b.told(since, metadata.TypeVulnerability), []string{"deleted " + finding.ID()})
		b.await(func() bool { return b.read(since, metadata.TypeLicense)[0].Cursor != since })
	}},
}

// first returns the first event after since, and takes no more.
func (b *feedBench) first(since store.Cursor) store.Event {
	b.t.Helper()
	for e, err := range b.Changes(b.t.Context(), since, nil) {
		if err != nil {
			b.t.Fatalf("changes since %q: %v", since, err)
		}
		return e
	}
	b.t.Fatalf("changes since %q: no mark", since)
	return store.Event{}
}

func (b *feedBench) remove(entries ...metadata.Entry) {
	b.t.Helper()
	if _, err := b.Delete(b.t.Context(), ids(byID(entries...))); err != nil {
		b.t.Fatalf("delete: %v", err)
	}
}

// describe is what events say, without marks.
func describe(events []store.Event) []string {
	list := []string{}
	for _, e := range events {
		if !e.Mark() {
			list = append(list, fmt.Sprint(e.ID, e.Deleted, string(e.Entry.AppendJSON(nil)), e.Cursor))
		}
	}
	return list
}

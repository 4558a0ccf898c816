package storetest

import (
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

const (
	firstDay  metadata.Date = "2025-05-01"
	secondDay metadata.Date = "2025-07-01"
	today     metadata.Date = "2026-01-15"
)

// discoveryCases are about where the discovery date of a new entry comes from.
var discoveryCases = []testCase{
	{"a new version takes the discovery date of the stored one", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(discovered(vulnerability(image("web", "1"), "openssl", "3.0", "CVE-9"), firstDay))
		next := vulnerability(image("web", "2"), "openssl", "3.1", "CVE-9")
		b.put(discovered(next, today))
		is.Equal(b.get(next).DiscoveryDate, firstDay)
	}},
	{"the stored date wins over an earlier one of the entry itself", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(discovered(scanInfo(image("web", "1")), secondDay))
		next := scanInfo(image("web", "2"))
		b.put(discovered(next, firstDay))
		is.Equal(b.get(next).DiscoveryDate, secondDay)
	}},
	{"of several stored ones the latest update gives the date, and entries without a date do not count", func(t *testing.T, b *bench) {
		is := is.New(t)
		off := store.UpsertOptions{Now: now, Retention: func(metadata.Type) metadata.Retention { return metadata.Retention{Disabled: true} }}
		b.putWith(off,
			updated(discovered(scanInfo(image("web", "1")), firstDay), "2026-01-02T00:00:00"),
			updated(discovered(scanInfo(image("web", "2")), secondDay), "2026-01-03T00:00:00"),
			updated(scanInfo(image("web", "3")), "2026-01-04T00:00:00"),
			updated(discovered(scanInfo(image("web", "4")), today), ""),
		)
		next := scanInfo(image("web", "5"))
		b.put(next)
		is.Equal(b.get(next).DiscoveryDate, secondDay)
	}},
	{"of equally old ones the earlier discovery wins", func(t *testing.T, b *bench) {
		is := is.New(t)
		off := store.UpsertOptions{Now: now, Retention: func(metadata.Type) metadata.Retention { return metadata.Retention{Disabled: true} }}
		b.putWith(off, discovered(scanInfo(image("web", "1")), secondDay), discovered(scanInfo(image("web", "2")), firstDay),
			discovered(scanInfo(image("web", "3")), today))
		next := scanInfo(image("web", "4"))
		b.put(next)
		is.Equal(b.get(next).DiscoveryDate, firstDay)
	}},
	{"an earlier entry of the batch wins over stored ones, in the order of the request", func(t *testing.T, b *bench) {
		is := is.New(t)
		off := store.UpsertOptions{Now: now, Retention: func(metadata.Type) metadata.Retention { return metadata.Retention{Disabled: true} }}
		b.putWith(off, from(discovered(scanInfo(image("web", "1")), firstDay), "other"))
		first, second := from(scanInfo(image("web", "2")), "x"), from(scanInfo(image("web", "3")), "other")
		b.put(discovered(first, secondDay), second)
		is.Equal(b.get(second).DiscoveryDate, secondDay) // although it is of another datasource
	}},
	{"an entry of the batch gives what it took itself", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(discovered(scanInfo(image("web", "1")), firstDay))
		second, third := scanInfo(image("web", "2")), from(scanInfo(image("web", "3")), "other")
		b.put(discovered(second, secondDay), discovered(third, today))
		is.Equal(b.get(second).DiscoveryDate, firstDay)
		is.Equal(b.get(third).DiscoveryDate, firstDay)
	}},
	{"stored entries of another datasource do not count, and both fit into one batch", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(discovered(from(scanInfo(image("web", "1")), "a"), firstDay), discovered(from(scanInfo(image("web", "1")), "b"), firstDay))
		next := from(scanInfo(image("web", "2")), "c")
		b.put(discovered(next, today))
		is.Equal(b.get(next).DiscoveryDate, today)
		is.Equal(b.put( // D5: two datasources of one artefact and type, of which rows exist
			updated(from(scanInfo(image("web", "1")), "a"), "2026-01-12T00:00:00"),
			updated(from(scanInfo(image("web", "1")), "b"), "2026-01-12T00:00:00"),
			from(scanInfo(image("web", "3")), "a"), from(scanInfo(image("web", "3")), "b"),
		), store.Change{Inserted: 2, Updated: 2})
		is.Equal(b.get(from(scanInfo(image("web", "3")), "b")).DiscoveryDate, firstDay)
	}},
	{"kind, artefact type, artefact name and component must be equal", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(discovered(scanInfo(image("web", "1")), firstDay))
		for _, change := range []func(*artefact.ID){
			func(id *artefact.ID) { id.Kind = artefact.KindSource },
			func(id *artefact.ID) { id.Artefact.Type = new("helmChart") },
			func(id *artefact.ID) { id.Artefact.Name = new("db") },
			func(id *artefact.ID) { id.ComponentName = new("acme.org/other") },
			func(id *artefact.ID) { id.ComponentName = nil },
		} {
			id := image("web", "2")
			change(&id)
			b.put(discovered(scanInfo(id), today))
			is.Equal(b.get(scanInfo(id)).DiscoveryDate, today)
		}
	}},
	{"versions and extra identity do not matter", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(discovered(scanInfo(image("web", "1")), firstDay))
		id := image("web", "2")
		id.ComponentVersion = nil
		id.Artefact.ExtraID = map[string]string{"arch": "amd64"}
		b.put(discovered(scanInfo(id), today))
		is.Equal(b.get(scanInfo(id)).DiscoveryDate, firstDay)
	}},
	{"retention can be disabled per type", func(t *testing.T, b *bench) {
		is := is.New(t)
		opts := store.UpsertOptions{Now: now, Retention: func(typ metadata.Type) metadata.Retention {
			return metadata.Retention{Disabled: typ == metadata.TypeScanInfo}
		}}
		first, second := vulnerability(image("web", "1"), "p", "1", "CVE-1"), vulnerability(image("web", "2"), "p", "1", "CVE-1")
		b.putWith(opts, discovered(scanInfo(image("web", "1")), firstDay), discovered(first, firstDay),
			discovered(scanInfo(image("web", "2")), today), discovered(second, today))
		is.Equal(b.get(scanInfo(image("web", "2"))).DiscoveryDate, today)
		is.Equal(b.get(second).DiscoveryDate, firstDay)
	}},
	{"max reuse time bounds the age of the last update, in UTC, and never fails", func(t *testing.T, b *bench) {
		is := is.New(t)
		limited := store.UpsertOptions{Now: now, Retention: func(metadata.Type) metadata.Retention {
			return metadata.Retention{MaxReuse: 24 * time.Hour}
		}}
		for i, c := range []struct {
			lastUpdate metadata.Timestamp
			reused     bool
		}{
			{"2026-01-14T12:00:00", true},
			{"2026-01-14T11:59:59.999999", false},
			{"2026-01-14T13:00:00+01:00", true},
			{"2026-01-14T12:30:00+01:00", false},
			{"yesterday", false}, // D29
			{"", false},
		} {
			name := string(rune('a' + i))
			b.putWith(limited, updated(discovered(scanInfo(image(name, "1")), firstDay), c.lastUpdate))
			next := scanInfo(image(name, "2"))
			b.putWith(limited, discovered(next, today))
			is.Equal(b.get(next).DiscoveryDate == firstDay, c.reused)
		}
	}},
	{"an old entry that is updated by the batch counts again", func(t *testing.T, b *bench) {
		is := is.New(t)
		limited := store.UpsertOptions{Now: now, Retention: func(metadata.Type) metadata.Retention {
			return metadata.Retention{MaxReuse: 24 * time.Hour}
		}}
		old := updated(discovered(scanInfo(image("web", "1")), firstDay), "2025-05-01T00:00:00")
		b.putWith(limited, old)
		next := scanInfo(image("web", "2"))
		b.putWith(limited, updated(old, "2026-01-15T00:00:00"), discovered(next, today))
		is.Equal(b.get(next).DiscoveryDate, firstDay)
	}},
}

package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var changeRaceCases = []changeCase{
	{"a reader misses nothing while others write", func(t *testing.T, b *feedBench) {
		const readers = 2
		var writing atomic.Int64
		writing.Store(writers - readers)
		replicas := make([]replica, readers)
		places := make([]store.Cursor, readers)
		together(func(worker int) {
			if worker >= readers {
				defer writing.Add(-1)
				b.disturb(worker)
				return
			}
			replicas[worker] = replica{}
			for writing.Load() > 0 {
				b.follow(replicas[worker], &places[worker], worker == 0)
			}
		})
		_, last := b.fence("")
		for i, reader := range replicas {
			for reader[last] == "" {
				b.follow(reader, &places[i], i == 0)
			}
			b.checkReplica(reader)
		}
	}},
	{"a batch that changes while it is read is told whole", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		batch := make([]metadata.Entry, 50)
		for i := range batch {
			batch[i] = scanInfo(image(fmt.Sprint("web", i), "1"))
		}
		b.put(batch...)
		b.fence("")
		reader, changed := replica{}, false
		var since store.Cursor
		for e, err := range b.Changes(t.Context(), "", nil) {
			is.NoErr(err)
			reader.apply(e)
			since = e.Cursor
			if !changed { // the store may be called while iterating
				changed = true
				b.replace(batch[25:], "later")
				b.remove(batch[:25]...)
			}
		}
		_, last := b.fence("")
		for reader[last] == "" {
			b.follow(reader, &since, false)
		}
		b.checkReplica(reader)
	}},
}

// disturb writes, changes and deletes what other writers do too.
func (b *feedBench) disturb(writer int) {
	for round := range 25 {
		batch := make([]metadata.Entry, 8)
		for i := range batch {
			e := scanInfo(image(fmt.Sprint("web", (round*5+i*3+writer)%30), "1"))
			batch[i] = updated(e, metadata.Timestamp(fmt.Sprintf("2026-01-10T08:%02d:%02d", round, writer)))
		}
		var err error
		if round%4 == 3 {
			_, err = b.Delete(b.t.Context(), ids(byID(batch...)))
		} else {
			_, err = b.Upsert(b.t.Context(), batch, store.UpsertOptions{Now: now})
		}
		if err != nil {
			b.t.Errorf("write: %v", err)
		}
	}
}

// follow applies what is told, all of it or, impatiently, three events.
func (b *feedBench) follow(r replica, since *store.Cursor, impatient bool) {
	taken := 0
	for e, err := range b.Changes(b.t.Context(), *since, nil) {
		if err != nil {
			b.t.Errorf("changes since %q: %v", *since, err)
			return
		}
		r.apply(e)
		*since = e.Cursor
		if taken++; impatient && taken == 3 {
			return
		}
	}
}

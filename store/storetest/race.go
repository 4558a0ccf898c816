package storetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

const writers = 6

// together calls f in several goroutines and waits for them.
func together(f func(writer int)) {
	var wg sync.WaitGroup
	for writer := range writers {
		wg.Go(func() { f(writer) })
	}
	wg.Wait()
}

var raceCases = []testCase{
	{"writers of the same ids at once store each once, without an error", func(t *testing.T, b *bench) {
		is := is.New(t)
		batch := make([]metadata.Entry, 40)
		for i := range batch {
			batch[i] = discovered(vulnerability(image("web", "1"), "p", "1", fmt.Sprint("CVE-", i)), firstDay)
		}
		var mu sync.Mutex
		var total store.Change
		together(func(writer int) {
			for round := range 5 {
				mine := make([]metadata.Entry, len(batch))
				for i, e := range batch {
					// Each in another order, which would let row locks dead-lock.
					mine[(i*7+writer)%len(batch)] = updated(e, metadata.Timestamp(fmt.Sprintf("2026-01-10T08:%02d:%02d", writer, round)))
				}
				change, err := b.Upsert(t.Context(), mine, store.UpsertOptions{Now: now})
				if err != nil {
					t.Errorf("upsert: %v", err)
				}
				mu.Lock()
				total.Inserted += change.Inserted
				mu.Unlock()
			}
		})
		is.Equal(total.Inserted, len(batch))
		stored := b.query(store.Query{})
		is.Equal(len(stored), len(batch))
		last := map[metadata.Timestamp]int{}
		for _, e := range stored {
			last[e.Meta.LastUpdate]++
		}
		is.Equal(len(last), 1) // all are of the batch that came last
	}},
	{"writers of new versions at once agree on the discovery date", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(discovered(scanInfo(image("web", "0")), firstDay))
		together(func(writer int) {
			for i := range 10 {
				e := discovered(scanInfo(image("web", fmt.Sprint(writer, "-", i))), today)
				if _, err := b.Upsert(t.Context(), []metadata.Entry{e}, store.UpsertOptions{Now: now}); err != nil {
					t.Errorf("upsert: %v", err)
				}
			}
		})
		for _, e := range b.query(store.Query{}) {
			is.Equal(e.DiscoveryDate, firstDay)
		}
	}},
	{"readers see whole batches while others write", func(t *testing.T, b *bench) {
		batch := make([]metadata.Entry, 60)
		for i := range batch {
			batch[i] = scanInfo(image(fmt.Sprint("web", i), "1"))
		}
		b.put(batch...)
		together(func(worker int) {
			for round := range 15 {
				if worker%2 == 0 {
					b.replace(batch, fmt.Sprint(worker, "-", round))
				} else {
					b.checkWhole(len(batch))
				}
			}
		})
	}},
	{"deleting and writing at once leaves all or nothing of a batch", func(t *testing.T, b *bench) {
		is := is.New(t)
		batch := []metadata.Entry{scanInfo(image("a", "1")), scanInfo(image("b", "1")), scanInfo(image("c", "1"))}
		list := ids(byID(batch...))
		together(func(worker int) {
			for range 15 {
				var err error
				if worker%2 == 0 {
					_, err = b.Upsert(t.Context(), batch, store.UpsertOptions{Now: now})
				} else {
					_, err = b.Delete(t.Context(), list)
				}
				if err != nil {
					t.Errorf("write: %v", err)
				}
			}
		})
		left := b.dump()
		is.True(len(left) == 0 || cmp.Diff(texts(byID(batch...)), left) == "")
	}},
}

// replace writes text into all entries.
func (b *bench) replace(batch []metadata.Entry, text string) {
	mine := make([]metadata.Entry, len(batch))
	for i, e := range batch {
		mine[i] = e
		mine[i].Data = payload(e.Meta.Type, fmt.Sprintf(`{"round":%q}`, text))
	}
	if _, err := b.Upsert(b.t.Context(), mine, store.UpsertOptions{Now: now}); err != nil {
		b.t.Errorf("upsert: %v", err)
	}
}

// checkWhole checks that all entries say the same.
func (b *bench) checkWhole(count int) {
	seen := map[string]int{}
	for e, err := range b.Query(b.t.Context(), store.Query{}) {
		if err != nil {
			b.t.Errorf("query: %v", err)
			return
		}
		seen[string(e.Data.Raw())]++
	}
	for data, n := range seen {
		if n != count {
			b.t.Errorf("%d of %d entries say %s", n, count, data)
		}
	}
}

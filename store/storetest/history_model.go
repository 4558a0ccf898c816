package storetest

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var historyRaceCases = []historyCase{
	{"writers at once leave versions that follow one another", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		e := vulnerability(image("web", "1"), "openssl", "3", "CVE-1")
		const rounds = 10
		var mu sync.Mutex
		var total store.Change
		together(func(writer int) {
			for round := range rounds {
				mine := severity(e, fmt.Sprint(writer, "-", round))
				ctx := store.By(t.Context(), store.Act{At: at(round), Who: fmt.Sprint(writer)})
				change, err := b.Upsert(ctx, []metadata.Entry{mine}, store.UpsertOptions{Now: now})
				if err != nil {
					t.Errorf("upsert: %v", err)
				}
				if round%4 == 3 {
					var gone store.Change
					if gone, err = b.Delete(ctx, []string{e.ID()}); err != nil {
						t.Errorf("delete: %v", err)
					}
					change.Deleted = gone.Deleted
				}
				mu.Lock()
				total.Inserted += change.Inserted
				total.Updated += change.Updated
				mu.Unlock()
			}
		})
		life := b.life(e)
		is.Equal(len(life), total.Inserted+total.Updated)
		seen := map[string]bool{}
		for _, v := range life {
			text := string(v.Entry.Data.Raw())
			is.True(!seen[text]) // every version once
			seen[text] = true
			is.True(v.Present() || !v.Ended.At.Before(v.Began.At))
		}
		for minute := range rounds {
			is.True(len(b.then(store.Query{}, at(minute))) <= 1)
		}
	}},
}

// event is an entry of the model of a history: what was stored under an id from then on.
type event struct {
	at   time.Time
	text string // empty if nothing
}

// model is a history as a list of events per id.
type model map[string][]event

// add appends what a write leaves. It is as late as what was before it.
func (m model) add(id, text string, at time.Time) {
	if n := len(m[id]); n > 0 && at.Before(m[id][n-1].at) {
		at = m[id][n-1].at
	}
	m[id] = append(m[id], event{at, text})
}

func (m model) asOf(moment time.Time) map[string]string {
	state := map[string]string{}
	for id, events := range m {
		for _, e := range events {
			if e.at.After(moment) {
				break
			}
			if state[id] = e.text; e.text == "" {
				delete(state, id)
			}
		}
	}
	return state
}

var historyModelCases = []historyCase{
	{"whatever happens, every moment stays as it was", func(t *testing.T, b *historyBench) {
		is := is.New(t)
		r := rand.New(rand.NewPCG(7, 8))
		m, stored := model{}, map[string]string{}
		clock := 0
		for range 60 {
			clock += r.IntN(4) - 1 // now and then it goes back
			opts := store.UpsertOptions{Now: now, Renew: r.IntN(3) == 0}
			ctx := store.By(t.Context(), by(clock))
			if r.IntN(3) == 0 {
				gone := randomVersion(r)
				_, err := b.Delete(ctx, []string{gone.ID()})
				is.NoErr(err)
			} else {
				batch := make([]metadata.Entry, 1+r.IntN(3))
				for i := range batch {
					batch[i] = randomVersion(r)
				}
				_, err := b.Upsert(ctx, batch, opts)
				is.NoErr(err)
			}
			m.record(b.dump(), stored, at(clock))
		}
		for minute := -20; minute < clock+20; minute++ {
			if diff := cmp.Diff(m.asOf(at(minute)), b.then(store.Query{}, at(minute))); diff != "" {
				t.Fatalf("as of minute %d:\n%s", minute, diff)
			}
		}
		contents := 0
		for _, events := range m {
			for _, e := range events {
				if e.text != "" {
					contents++
				}
			}
		}
		is.Equal(len(b.versions(store.HistoryQuery{})), contents)
	}},
}

// record adds what has become of what was stored before.
func (m model) record(dump, before map[string]string, at time.Time) {
	for id, text := range dump {
		if before[id] != text {
			m.add(id, text, at)
		}
	}
	for id := range before {
		if _, there := dump[id]; !there {
			m.add(id, "", at)
			delete(before, id)
		}
	}
	for id, text := range dump {
		before[id] = text
	}
}

// randomVersion makes one of few entries that never change in their meta alone.
func randomVersion(r *rand.Rand) metadata.Entry {
	id := image(pick(r, "web", "db"), pick(r, "1", "2"))
	if r.IntN(3) == 0 {
		e := rescoring(id, metadata.TypeVulnerability, "LOW")
		e.Meta.CreationDate = pick[metadata.Timestamp](r, "2026-01-01T08:00:00", "2026-01-02T08:00:00", "2026-01-03T08:00:00")
		return e
	}
	return severity(vulnerability(id, "p", "1", pick(r, "CVE-1", "CVE-2")), pick(r, "LOW", "HIGH", "CRITICAL"))
}

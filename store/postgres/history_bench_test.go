package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// BenchmarkUpsertChanged writes 5,000 stored findings with other data, so that each of
// them leaves a version in the history.
func BenchmarkUpsertChanged(b *testing.B) {
	s, _ := filled(b)
	entries := batch("web", "5", findings)
	round := 0
	b.ReportAllocs()
	best := stopwatch{}
	for b.Loop() {
		b.StopTimer()
		round++
		for i := range entries {
			entries[i] = changed(b, entries[i], round)
		}
		b.StartTimer()
		best.start()
		if put(b, s, entries...).Updated != findings {
			b.Fatal("not all were changed")
		}
		best.stop()
	}
	report(b, best, 0)
}

// BenchmarkAsOf reads 5,000 of 50,000 findings as they were before the last of three
// changes. Its limit is the query of what is stored at present.
func BenchmarkAsOf(b *testing.B) {
	s, conn := filled(b)
	entries := batch("web", "5", findings)
	for round := range 3 {
		for i := range entries {
			entries[i] = changed(b, entries[i], round)
		}
		at := now.Add(time.Duration(round) * time.Hour)
		if _, err := s.Upsert(b.Context(), entries, store.UpsertOptions{Now: at}); err != nil {
			b.Fatal(err)
		}
	}
	run(b, conn, "VACUUM ANALYZE")
	q := store.Query{Types: []metadata.Type{metadata.TypeVulnerability}, Artefacts: []store.Selector{{ID: image("web", "5")}}}
	limit := fastest(func() time.Duration {
		start := time.Now()
		count(b, s.Query(b.Context(), q))
		return time.Since(start)
	})
	b.ReportAllocs()
	best := stopwatch{}
	for b.Loop() {
		best.start()
		if n := count(b, s.AsOf(b.Context(), q, now.Add(90*time.Minute))); n != findings {
			b.Fatalf("%d findings", n)
		}
		best.stop()
	}
	report(b, best, limit)
}

func count(b *testing.B, entries func(func(metadata.Entry, error) bool)) (n int) {
	for _, err := range entries {
		check(b, err)
		n++
	}
	return n
}

func changed(b *testing.B, e metadata.Entry, round int) metadata.Entry {
	b.Helper()
	var data map[string]any
	check(b, e.Data.Decode(&data))
	data["summary"] = fmt.Sprint("found again ", round)
	payload, err := metadata.NewPayload(e.Meta.Type, data)
	check(b, err)
	e.Data = payload
	return e
}

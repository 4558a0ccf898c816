package postgres_test

import (
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store/postgres"
)

// BenchmarkSearch reads page after page of each expression, from the beginning
// again behind the end. ODG_BENCH_ROWS says how many rows there are, 100,000 if
// empty.
func BenchmarkSearch(b *testing.B) {
	rows := 100_000
	if n, err := strconv.Atoi(os.Getenv("ODG_BENCH_ROWS")); err == nil {
		rows = n
	}
	url := pgtest.URL(b)
	s := reopen(b, url, postgres.Config{})
	generate(b, url, s, rows)
	for _, name := range slices.Sorted(maps.Keys(expressions)) {
		b.Run(name, func(b *testing.B) {
			first := expression(b, expressions[name])
			next := first
			var took []time.Duration
			items := 0
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				result, err := s.Search(b.Context(), next, func(metadata.Entry) bool { return true })
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
				items += len(result.Items)
				if next = first; result.Next != nil {
					next = goOn(b, expressions[name], result.Next)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(items)/float64(len(took)), "entries/page")
		})
	}
}

func goOn(b *testing.B, body string, c search.Cursor) *search.Query {
	b.Helper()
	r, err := search.Parse([]byte(body))
	if err != nil {
		b.Fatal(err)
	}
	r.Cursor = c
	return compiled(b, r)
}

package rescore_test

import (
	"fmt"
	"testing"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// BenchmarkIndex finds the rescorings of 1000 findings among 1000, and of ten
// times as many among ten times as many: the time per finding stays the same.
func BenchmarkIndex(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		findings, rescorings := make([]metadata.Entry, n), make([]metadata.Entry, n)
		for i := range n {
			id := image("c", "1", fmt.Sprintf("a%d", i%100), "1.0")
			cve := fmt.Sprintf("CVE-%d", i/100)
			findings[i], rescorings[i] = finding(b, id, cve), decision(b, id, cve, "LOW", "2025-01-01T00:00:00")
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				index := rescore.NewIndex(rescorings, rescore.Options{})
				for i := range findings {
					if len(index.For(findings[i])) != 1 {
						b.Fatal("want one rescoring")
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/finding")
		})
	}
}

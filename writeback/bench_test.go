package writeback_test

import (
	"fmt"
	"testing"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/writeback"
)

// The work is linear in what was found, and in the write-backs.
func BenchmarkApply(b *testing.B) {
	for _, n := range []int{1_000, 5_000, 25_000} {
		b.Run(fmt.Sprintf("%d found, %d write-backs", n, n/5), func(b *testing.B) {
			var found, writebacks []metadata.Entry
			for i := range n {
				found = append(found, vulnerability(b, fmt.Sprint("p", i%(n/2)), "1", fmt.Sprint("CVE-", i)))
			}
			for i := range n / 5 {
				writebacks = append(writebacks, version(b, scopes[i%4], "2025-01-01", fmt.Sprint("p", i), "1", "2"))
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := writeback.Apply(found, writebacks, writeback.Rules{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

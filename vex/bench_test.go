package vex_test

import (
	"fmt"
	"testing"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/vex"
)

// BenchmarkMatch reads a document about every finding: it is linear in both.
func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		findings := make([]metadata.Entry, n)
		statements := make([]vex.Statement, n)
		for i := range n {
			cve := fmt.Sprintf("CVE-2026-%d", i)
			findings[i] = found(b, image(fmt.Sprintf("web%d", i%100), "1"), cve, "openssl", "3.0.1")
			statements[i] = vex.Statement{Vulnerability: cve, Status: vex.NotAffected, Products: []vex.Product{
				{IDs: []string{fmt.Sprintf("pkg:oci/web%d?tag=1", i%100)}}, {IDs: []string{fmt.Sprintf("nobody%d", i)}},
			}}
		}
		in := vex.Input{Findings: findings, Config: config(b), Now: now}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if plan, err := vex.Match([]vex.Document{{Statements: statements}}, in); err != nil || len(plan.Rescorings) != n {
					b.Fatal(err, len(plan.Rescorings))
				}
			}
		})
	}
}

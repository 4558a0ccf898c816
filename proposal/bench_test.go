package proposal_test

import (
	"fmt"
	"testing"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/rescore"
)

// BenchmarkProposals makes the proposals of an artefact, and their JSON, of as many
// rescorings as findings, in packages of ten: the time per finding stays the same.
func BenchmarkProposals(b *testing.B) {
	for _, n := range []int{1000, 5000, 25_000} {
		f := proposal.Facts{Categorisation: &rescore.Categorisation{NetworkExposure: "protected"}}
		for i := range n {
			pkg, cve := fmt.Sprintf("p%d", i/10), fmt.Sprintf("CVE-%d", i)
			e := vulnerability(b, pkg, "1", cve, "HIGH")
			e.Data = metadata.BuiltinTypes().Stored(e.Meta.Type, e.Data.Raw()) // as from a database
			f.Findings = append(f.Findings, e)
			if i%2 == 0 { // the rules propose for the others
				f.Rescorings = append(f.Rescorings, decided(b, pkg, cve, metadata.CustomRescoring{Severity: "LOW"}))
			}
			f.Rescorings = append(f.Rescorings, decided(b, "elsewhere", cve, metadata.CustomRescoring{Severity: "LOW"}))
			if i%10 == 0 {
				f.Structures = append(f.Structures, structure(b, pkg, "1", "sha256:1"))
			}
		}
		rules := proposal.Rules{Findings: config(b), Sprints: calendar(), Now: now}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			var out []byte
			for b.Loop() {
				out = out[:0]
				count := 0
				for p := range proposal.Of(f, rules) {
					out = p.AppendJSON(out[:0])
					count++
				}
				if count != n {
					b.Fatal(count, "proposals")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/finding")
		})
	}
}

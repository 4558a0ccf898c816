package storetest

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Stores that do not count severities by themselves are counted by
// [store.CountSeverities], so that the cases hold for them, too.
func (b *bench) bySeverity(types ...metadata.Type) []store.SeverityCount {
	b.t.Helper()
	counts, err := store.CountSeverities(b.Query(b.t.Context(), store.Query{}), types)
	if counter, ok := b.Store.(store.SeverityCounter); ok {
		counts, err = counter.CountSeverities(b.t.Context(), types)
	}
	if err != nil {
		b.t.Fatalf("count severities: %v", err)
	}
	return counts
}

var severityCases = []testCase{
	{"severities are counted by type, for findings and for rescorings about them", func(t *testing.T, b *bench) {
		is := is.New(t)
		web, db := image("web", "1"), image("db", "1")
		b.put(
			rated(web, "CVE-1", "HIGH"), rated(web, "CVE-2", "HIGH"), rated(db, "CVE-1", "high"), rated(db, "CVE-2", ""), scanInfo(web),
			rescoring(web, metadata.TypeVulnerability, "HIGH"), rescoring(web, metadata.TypeVulnerability, "gone"),
			rescoring(artefact.ID{}, "acme/check", "gone"))
		is.Equal(cmp.Diff([]store.SeverityCount{
			{Type: metadata.TypeVulnerability, Severity: "", Findings: 1},
			{Type: metadata.TypeVulnerability, Severity: "HIGH", Findings: 2, Rescorings: 1},
			{Type: metadata.TypeVulnerability, Severity: "gone", Rescorings: 1},
			{Type: metadata.TypeVulnerability, Severity: "high", Findings: 1},
		}, b.bySeverity(metadata.TypeVulnerability, metadata.TypeMalware)), "")
		is.Equal(len(b.bySeverity(metadata.TypeMalware)), 0)
		is.Equal(len(b.bySeverity()), 0)
	}},
}

// rated is a vulnerability of a severity.
func rated(id artefact.ID, cve, severity string) metadata.Entry {
	return entry(id, metadata.TypeVulnerability, fmt.Sprintf(`{"package_name":"openssl","package_version":"3","severity":%q,"cve":%q,"cvss_score":7.5}`, severity, cve))
}

package vex_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/vex"
)

// Findings that no document is about change nothing, as long as it is known where they
// are.
func TestKnowledgeIsEnough(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	rapid.Check(t, func(t *rapid.T) {
		w := worlds(t)
		doc := vex.Document{}
		for range rapid.IntRange(1, 3).Draw(t, "statements") {
			doc.Statements = append(doc.Statements, vex.Statement{
				Vulnerability: rapid.SampledFrom([]string{"cve-2026-1", "CVE-9"}).Draw(t, "cve"),
				Aliases:       rapid.SampledFrom([][]string{nil, {"CVE-8"}}).Draw(t, "aliases"),
				Status:        rapid.SampledFrom([]vex.Status{vex.NotAffected, vex.Affected}).Draw(t, "status"),
				Products: []vex.Product{{IDs: []string{rapid.SampledFrom([]string{
					"pkg:oci/web?tag=1.4.2", "pkg:oci/nobody", "example.org/shop", "openssl@3.0.2", "pkg:npm/%40scope/left@1.0", "zlib@1",
				}).Draw(t, "product")}}},
			})
		}
		in := vex.Input{Findings: w.findings, Rescorings: w.rescorings, Config: cfg, Now: now, Packages: []metadata.Entry{
			entry(t, image("idle", "1"), metadata.TypeStructureInfo, "trivy", metadata.StructureInfo{BDBA: metadata.BDBA{PackageName: "zlib", PackageVersion: new("1")}}),
		}}
		want, err := vex.Match([]vex.Document{doc}, in)
		if err != nil {
			t.Fatal(err)
		}
		in.Known = &vex.Knowledge{}
		about := vex.About([]vex.Document{doc})
		in.Findings = nil
		for _, e := range append(in.Packages, w.findings...) {
			in.Known.Add(e)
			if about(e) {
				in.Findings = append(in.Findings, e)
			}
		}
		in.Packages = nil
		got, err := vex.Match([]vex.Document{doc}, in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.Outcomes, got.Outcomes); diff != "" {
			t.Fatalf("-with all +with knowledge:\n%s", diff)
		}
		if len(want.Rescorings) != len(got.Rescorings) {
			t.Fatalf("%d rescorings, with knowledge %d", len(want.Rescorings), len(got.Rescorings))
		}
	})
}

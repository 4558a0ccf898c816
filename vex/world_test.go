package vex_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/vex"
)

// now is when documents are read.
var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

const findings = `
- type: finding/vulnerability
  categorisations:
    - {id: NONE, display_name: None, value: 0, allowed_processing_time: null, rescoring: manual, selector: null}
    - {id: false-positive, display_name: False positive, value: 0, allowed_processing_time: null, rescoring: manual, selector: null}
    - {id: postpone, display_name: Postponed, value: 1, allowed_processing_time: input, rescoring: manual, selector: null}
    - {id: LOW, display_name: Low, value: 1, allowed_processing_time: 120d, rescoring: [manual, automatic], selector: {cve_score_range: {min: 0, max: 3.9}}}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d, rescoring: manual, selector: {cve_score_range: {min: 7, max: 8.9}}}
    - {id: BLOCKER, display_name: Blocker, value: 16, allowed_processing_time: 0, rescoring: null, selector: {cve_score_range: {min: 9, max: 10}}}
`

type fataler interface {
	Helper()
	Fatal(...any)
}

func config(t fataler) *findingcfg.Finding {
	t.Helper()
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(findings), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, _ := cfg.For(metadata.TypeVulnerability)
	return f
}

// image is an image of example.org/shop.
func image(name, version string) artefact.ID {
	return artefact.ID{
		ComponentName: new("example.org/shop"), ComponentVersion: new("2.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: &name, Version: &version, Type: new("ociImage")},
	}
}

// found is a vulnerability of severity HIGH in a package: NAME, VERSION, and maybe a package URL.
func found(t fataler, id artefact.ID, cve string, pkg ...string) metadata.Entry {
	t.Helper()
	f := metadata.VulnerabilityFinding{Severity: "HIGH", PackageName: pkg[0], CVE: cve, CVSSScore: new(metadata.Number(7.5))}
	if len(pkg) > 1 && pkg[1] != "" {
		f.PackageVersion = &pkg[1]
	}
	if len(pkg) > 2 {
		f.PURL = &pkg[2]
	}
	return entry(t, id, metadata.TypeVulnerability, "trivy", f)
}

// rescored is a decision of Ada about a package.
func rescored(t fataler, scope artefact.ID, cve, pkg string, r metadata.CustomRescoring) metadata.Entry {
	t.Helper()
	r.Finding = metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: pkg, CVE: cve})
	r.ReferencedType = metadata.TypeVulnerability
	r.User = metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"})
	r.MatchingRules = []string{metadata.RuleCustomRescoring}
	e := entry(t, scope, metadata.TypeRescoring, metadata.SourceDashboard, r)
	e.Meta.CreationDate = "2026-10-15T00:00:00"
	return e
}

func entry(t fataler, id artefact.ID, typ metadata.Type, source metadata.Datasource, value any) metadata.Entry {
	t.Helper()
	data, err := metadata.NewPayload(typ, value)
	if err != nil {
		t.Fatal(err)
	}
	return metadata.Entry{
		Artefact: id, Meta: metadata.Meta{Datasource: source, Type: typ, CreationDate: "2026-09-01T00:00:00"}, Data: data,
		DiscoveryDate: "2026-09-01",
	}
}

func read(t fataler, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// document reads a file of testdata.
func document(t *testing.T, name string) vex.Document {
	t.Helper()
	doc, err := vex.Parse(read(t, name))
	is.New(t).NoErr(err)
	doc.Name = name
	return doc
}

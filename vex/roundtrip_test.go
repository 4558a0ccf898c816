package vex_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	openvex "github.com/openvex/go-vex/pkg/vex"
	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/vex"
)

// world is what a random installation has stored about example.org/shop 2.0.0.
type world struct{ findings, rescorings []metadata.Entry }

var comments = []*string{
	nil, new("Never called."), new("VEX not_affected code_not_reachable update\nTwo\n\nparagraphs."), new("VEX fixed"),
	new("odg:severity=NONE"), new("VEX under_investigation\nWe look."), new("  spaces \r\n and ends "), new("VEX not a status"),
	new("VEX not_affected\nAuthor: Acme\nNever called."), new("VEX fixed\nAuthor: \nAuthor: nobody"),
}

func worlds(t *rapid.T) world {
	var w world
	ids := []artefact.ID{image("web", "1.4.2"), image("web", "1.5.0"), image("api:x", "1.0")}
	ids[1].Artefact.ExtraID = map[string]string{"os": "linux", "arch=": "a&b"}
	shared := image("shared", "7")
	shared.ComponentVersion = nil
	every := image("web", "1.4.2") // of all versions of the component
	every.ComponentVersion = nil
	ids = append(ids, shared, every)
	packages := [][]string{
		{"openssl", "3.0.1"}, {"openssl", "3.0.2"}, {"openssl", ""}, {"@scope/left", "1.0", "pkg:npm/%40scope/left@1.0"}, {"a:b@c", "1:2"},
	}
	for _, id := range ids {
		for _, pkg := range packages {
			for _, cve := range []string{"CVE-2026-1", "GHSA-a-b-c"} {
				if rapid.Bool().Draw(t, "found") {
					w.findings = append(w.findings, found(t, id, cve, pkg...))
				}
				if rapid.IntRange(0, 3).Draw(t, "rescored") == 0 {
					w.rescorings = append(w.rescorings, decision(t, id, cve, pkg[0]))
				}
			}
		}
	}
	return w
}

func decision(t *rapid.T, id artefact.ID, cve, pkg string) metadata.Entry {
	scope := rapid.SampledFrom([]artefact.ID{
		id, {Artefact: &artefact.LocalID{}}, {ComponentName: id.ComponentName, Artefact: &artefact.LocalID{}},
	}).Draw(t, "scope")
	r := metadata.CustomRescoring{
		Severity:   rapid.SampledFrom([]string{"NONE", "false-positive", "LOW", "postpone", "HIGH"}).Draw(t, "severity"),
		Comment:    rapid.SampledFrom(comments).Draw(t, "comment"),
		ValidUntil: rapid.SampledFrom([]metadata.Expiry{"", "2026-11-01", "2027-01-01T10:00:00+02:00", "2026-10-01"}).Draw(t, "end"),
	}
	switch r.Severity {
	case "LOW":
		if days := rapid.IntRange(-1, 9).Draw(t, "days"); days >= 0 { // else that of the category
			r.AllowedProcessingTime = new(fmt.Sprintf("%ds", days*86400))
		}
	case "HIGH":
		r.AllowedProcessingTime = new("2592000s")
	case "postpone":
		r.AllowedProcessingTime, r.DueDate = new("input"), "2026-12-24"
	}
	return rescored(t, scope, cve, pkg, r)
}

// held is what holds for the findings.
func held(w world, rescorings []metadata.Entry) map[string]rescore.Decision {
	index := rescore.NewIndex(rescorings, rescore.Options{})
	all := map[string]rescore.Decision{}
	for _, f := range w.findings {
		d := rescore.Decide(f, index.For(f), now)
		d.Rescorings = nil
		all[f.ID()] = d
	}
	return all
}

// TestRoundTrip writes random worlds in both formats. Read where nobody decided yet,
// a document gives every finding the same decision. Read where it is from, it
// changes nothing.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	rapid.Check(t, func(t *rapid.T) {
		w := worlds(t)
		for _, format := range []vex.Format{vex.OpenVEX, vex.CycloneDX} {
			doc := vex.Export(vex.Holding{
				Component: "example.org/shop", Version: "2.0.0", Findings: w.findings, Rescorings: w.rescorings,
				Config: cfg, Author: "Acme", Now: now,
			})
			if len(doc.Statements) == 0 {
				continue
			}
			read := through(t, doc, format)
			plan, err := vex.Match([]vex.Document{read}, vex.Input{Findings: w.findings, Config: cfg, Now: now})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(held(w, w.rescorings), held(w, plan.Rescorings)); diff != "" {
				t.Fatal(format, diff)
			}
			if len(plan.Unmatched()) > 0 {
				t.Fatal(format, plan.Unmatched())
			}
			again, err := vex.Match([]vex.Document{read}, vex.Input{Findings: w.findings, Rescorings: w.rescorings, Config: cfg, Now: now})
			if err != nil || len(again.Rescorings) > 0 {
				t.Fatal(format, err, again)
			}
		}
	})
}

func through(t fataler, doc vex.Document, format vex.Format) vex.Document {
	t.Helper()
	var buf bytes.Buffer
	if err := vex.Encode(&buf, doc, format); err != nil {
		t.Fatal(err)
	}
	if format == vex.OpenVEX {
		check(t, buf.Bytes())
	}
	read, err := vex.Parse(buf.Bytes())
	if err != nil {
		t.Fatal(err, buf.String())
	}
	return read
}

// check lets the library of OpenVEX judge a document.
func check(t fataler, data []byte) {
	t.Helper()
	doc, err := openvex.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range doc.Statements {
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOnlyWhatIsNamed reads one statement about one package in one artefact: no
// other finding is decided about.
func TestOnlyWhatIsNamed(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	rapid.Check(t, func(t *rapid.T) {
		w := worlds(t)
		if len(w.findings) == 0 {
			return
		}
		named := rapid.SampledFrom(w.findings).Draw(t, "named")
		var v metadata.VulnerabilityFinding
		_ = named.Data.Decode(&v)
		id := v.PackageName + "@" + artefact.Text(v.PackageVersion)
		plan, err := vex.Match([]vex.Document{{Statements: []vex.Statement{{
			Vulnerability: v.CVE, Status: vex.NotAffected,
			Products: []vex.Product{{IDs: []string{vex.ScopeID(named.Artefact)}, Packages: []vex.Package{{IDs: []string{id}}}}},
		}}}}, vex.Input{Findings: w.findings, Config: cfg, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		for key, d := range held(w, plan.Rescorings) {
			if d.Rescored() && !slices.Contains(meant(w, named), key) {
				t.Fatal("decided about", key)
			}
		}
	})
}

// meant are the findings of the same package in the same artefact; one that all
// versions of the component share means those of the versions, too, and the other
// way round.
func meant(w world, named metadata.Entry) (ids []string) {
	what := func(e metadata.Entry) string {
		id := e.Artefact
		id.ComponentVersion = nil
		key, _ := e.DataKey()
		return id.Key() + key
	}
	for _, f := range w.findings {
		if what(f) == what(named) {
			ids = append(ids, f.ID())
		}
	}
	return ids
}

func TestFormatsTranslate(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, name := range []string{"vexctl.openvex.json", "grype.openvex.json", "trivy.cyclonedx.json", "sbom.cyclonedx.json"} {
		doc := document(t, name)
		for _, format := range []vex.Format{vex.OpenVEX, vex.CycloneDX} {
			once := through(t, doc, format)
			is.Equal(len(once.Statements), len(doc.Statements)) // as many statements
			for i, s := range once.Statements {
				want := doc.Statements[i]
				is.Equal(s.Status, want.Status)
				is.Equal(s.Justification, want.Justification)
				is.Equal(slices.Compact(s.Responses), want.Responses)
				is.Equal(s.Notes, want.Notes)
				is.Equal(s.Time, want.Time)
			}
			twice := through(t, once, format)
			twice.ID = once.ID
			is.Equal(cmp.Diff(once, twice), "") // nothing is lost any more
		}
	}
}

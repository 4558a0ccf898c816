package odgtest

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/vex"
	"github.com/opendeliverygear/odg/vex/exchange"
)

// RunDecisions checks the deciders that newDecider makes. It is called once per case and
// returns one without entries, over a core that works by cfg.
func RunDecisions(t *testing.T, newDecider func(t *testing.T, cfg odg.Config) Decider) {
	for name, check := range decisionCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config(t)
			cfg.Descriptors = Delivery{}
			d := newDecider(t, cfg)
			is.New(t).NoErr(d.PutMetadata(t.Context(), []metadata.Entry{
				finding(t, web, "CVE-1"), finding(t, web, "CVE-2"), entry(t, web, metadata.TypeScanInfo, "bdba", `{}`),
			}))
			check(t, d)
		})
	}
}

var decisionCases = map[string]func(t *testing.T, d Decider){
	"what is decided is proposed and explained": decided,
	"proposals of unknown types are refused":    unconfigured,
	"what nobody may decide is refused":         refused,
	"what is not there is not explained":        unexplained,
	"components stand as was decided":           standing,
	"components that are not there":             noComponent,
	"VEX documents come in and go out":          exchanged,
	"VEX documents with a fault":                faulty,
}

// rescoring decides about a vulnerability of web.
func rescoring(t *testing.T, cve, severity string) metadata.Entry {
	t.Helper()
	return entry(t, web, metadata.TypeRescoring, "delivery-dashboard", `{"finding": {"package_name": "openssl", "cve": "`+cve+`"}, "referenced_type": "finding/vulnerability",
		"severity": "`+severity+`", "user": {"username": "ada", "type": "user"}, "matching_rules": ["custom-rescoring"], "comment": "why"}`)
}

func proposals(t *testing.T, d Decider, types ...metadata.Type) (list []proposal.Document) {
	t.Helper()
	for p, err := range d.Proposals(t.Context(), web, types...) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

// severities are those that proposals tell, by CVE.
func severities(t *testing.T, d Decider) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, p := range proposals(t, d, metadata.TypeVulnerability) {
		var about metadata.VulnerabilityRef
		if err := json.Unmarshal(p.Finding, &about); err != nil {
			t.Fatal(err)
		}
		found[about.CVE] = p.Severity
	}
	return found
}

func decided(t *testing.T, d Decider) {
	is := is.New(t)
	is.Equal(severities(t, d), map[string]string{"CVE-1": "HIGH", "CVE-2": "HIGH"})
	decision := rescoring(t, "CVE-1", "NONE")
	is.NoErr(d.Rescore(t.Context(), []metadata.Entry{decision}))
	is.NoErr(d.Rescore(t.Context(), nil))
	is.Equal(severities(t, d), map[string]string{"CVE-1": "NONE", "CVE-2": "HIGH"})
	for _, p := range proposals(t, d) { // of all types
		if p.Severity == "NONE" {
			is.Equal(len(p.Rescorings), 1)
			is.Equal(p.Rescorings[0].Data.Raw(), decision.Data.Raw())
			is.Equal(p.MatchingRules, []string{"custom-rescoring"})
			is.Equal(p.Discovered, metadata.Date("2026-10-01"))
			is.Equal(p.Due, metadata.Date(""))
		}
	}
	for range d.Proposals(t.Context(), web) { // an early end is fine
		break
	}
	e, err := d.Explain(t.Context(), finding(t, web, "CVE-1").ID())
	is.NoErr(err)
	is.Equal(e.Original, "HIGH")
	is.Equal(e.Severity, "NONE")
	is.True(e.Solved)
	is.Equal(string(e.Rescorings[0].Outcome), "won")
	is.Equal(e.Rescorings[0].Rescoring.ID(), decision.ID())
	is.Equal(cmp.Diff(texts(*e.Finding.Entry), texts(finding(t, web, "CVE-1"))), "")
}

func unconfigured(t *testing.T, d Decider) {
	for _, err := range d.Proposals(t.Context(), web, metadata.TypeLicense) {
		is.New(t).True(strings.Contains(err.Error(), `for finding type "finding/license" found`))
		return
	}
	t.Error("no error")
}

func refused(t *testing.T, d Decider) {
	is := is.New(t)
	err := d.Rescore(t.Context(), []metadata.Entry{rescoring(t, "CVE-1", "NONE"), rescoring(t, "CVE-1", "MINOR")})
	is.True(err != nil)
	is.True(strings.Contains(err.Error(), "entries[1].data.severity"))
	is.Equal(severities(t, d)["CVE-1"], "HIGH") // nothing was stored
}

func unexplained(t *testing.T, d Decider) {
	is := is.New(t)
	for _, id := range []string{"0123", "a/b?c", entry(t, web, metadata.TypeScanInfo, "bdba", `{}`).ID()} {
		_, err := d.Explain(t.Context(), id)
		is.True(errors.Is(err, explain.ErrNoFinding))
	}
}

func standing(t *testing.T, d Decider) {
	is := is.New(t)
	shop := component.ID{Name: "acme.org/shop", Version: "1.0.0"}
	worst := func() odg.Standing {
		all, err := d.Compliance(t.Context(), shop)
		is.NoErr(err)
		is.Equal(len(all), 1)
		is.Equal(all[0].ID, shop)
		is.Equal(len(all[0].Artefacts), 1)
		is.True(artefact.Equal(all[0].Artefacts[0].Artefact, web))
		is.Equal(all[0].Standings[0].Type, metadata.TypeVulnerability)
		is.Equal(all[0].Standings[0].Source, metadata.SourceBDBA)
		is.True(all[0].Standings[0].Scanned)
		is.Equal(all[0].Artefacts[0].Standings[0].Categorisation, all[0].Standings[0].Categorisation)
		return all[0].Standings[0]
	}
	is.Equal(worst().Categorisation, "HIGH")
	is.Equal(worst().Value, 4)
	is.NoErr(d.Rescore(t.Context(), []metadata.Entry{rescoring(t, "CVE-1", "NONE"), rescoring(t, "CVE-2", "NONE")}))
	is.Equal(worst().Categorisation, odg.Clean)
}

func noComponent(t *testing.T, d Decider) {
	_, err := d.Compliance(t.Context(), component.ID{Name: "acme.org/none", Version: "1"})
	is.New(t).True(errors.Is(err, component.ErrNotFound))
}

const vexDocument = `{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://acme.org/vex/1", "author": "Acme", "timestamp": "2026-10-30T00:00:00Z", "version": 1,
  "statements": [{"vulnerability": {"name": "CVE-1"}, "products": [{"@id": "pkg:oci/image?tag=1.0.0"}, {"@id": "pkg:oci/nobody"}],
    "status": "not_affected", "justification": "component_not_present"}]}`

func exchanged(t *testing.T, d Decider) {
	is := is.New(t)
	_, err := d.ImportVEX(t.Context(), vexDocument, exchange.Import{})
	var wrong *exchange.Refused
	is.True(errors.As(err, &wrong))
	is.True(strings.Contains(err.Error(), "statements[0].products[1]: nothing here is the product pkg:oci/nobody"))

	o := exchange.Import{Partial: true, ValidUntil: "2027-03-31", DryRun: true}
	want := map[string]vex.Result{"statements[0].products[0]": vex.Decided, "statements[0].products[1]": vex.UnknownProduct}
	got, err := d.ImportVEX(t.Context(), vexDocument, o)
	is.NoErr(err)
	is.Equal(got, want)
	is.Equal(severities(t, d)["CVE-1"], "HIGH") // it was a dry run
	o.DryRun = false
	got, err = d.ImportVEX(t.Context(), vexDocument, o)
	is.NoErr(err)
	is.Equal(got, want)
	is.Equal(severities(t, d), map[string]string{"CVE-1": "NONE", "CVE-2": "HIGH"})

	doc, err := d.ExportVEX(t.Context(), component.ID{Name: "acme.org/shop", Version: "1.0.0"})
	is.NoErr(err)
	is.Equal(doc.Author, exchange.DefaultAuthor)
	is.Equal(len(doc.Statements), 2)
	s := doc.Statements[0]
	is.Equal(s.Status, vex.NotAffected)
	is.Equal(s.Decision.ValidUntil, metadata.Expiry("2027-03-31"))
	is.Equal(s.Author, "Acme") // whoever took the document over
	_, err = d.ExportVEX(t.Context(), component.ID{Name: "acme.org/shop", Version: "9"})
	is.True(errors.Is(err, exchange.ErrUnknown))
}

func faulty(t *testing.T, d Decider) {
	is := is.New(t)
	for text, o := range map[string]exchange.Import{
		"statements[0].status": {},
		"has passed already":   {ValidUntil: "2026-10-31"},
		`no category "MINOR"`:  {Statuses: vex.Mapping{vex.Fixed: "MINOR"}},
		"world":                {Scope: "world"},
	} {
		document := vexDocument
		if o.ValidUntil == "" && o.Statuses == nil && o.Scope == "" {
			document = strings.Replace(document, "not_affected", "fine", 1)
		}
		_, err := d.ImportVEX(t.Context(), document, o)
		var wrong *exchange.Refused
		is.True(errors.As(err, &wrong))
		is.True(strings.Contains(err.Error(), text))
	}
	is.Equal(severities(t, d)["CVE-1"], "HIGH")
}

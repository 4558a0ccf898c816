package explain_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/rescore"
)

// Whatever is stored as findings and decisions, also by others than us, an explanation says
// what the judgement is, and who it says has won has decided.
func FuzzExplain(f *testing.F) {
	const decision = `{"finding":{"package_name":"p","cve":"C"},"referenced_type":"finding/vulnerability","severity":"LOW","user":{"username":"ada"},"due_date":"2025-09-01"}`
	f.Add(`{"package_name":"p","cve":"C","severity":"HIGH","cvss_score":7}`, decision, `{"severity":7,"finding":null}`, "2025-05-01", "2025-01-01T00:00:00")
	f.Add(`{"package_name":"p","cve":"C"}`, decision, decision, "", "yesterday")
	f.Add(`{"package_name":"p","cve":"C","severity":"HIGH"}`, `{"finding":{"package_name":"p","cve":"C"},"referenced_type":"finding/vulnerability","severity":"NONE","valid_until":"soon"}`, `[]`, "99", "9999-12-31")
	rules, identified := rules(f), finding(f, "HIGH")
	f.Fuzz(func(t *testing.T, found, first, second, discovered, created string) {
		for _, text := range []string{found, first, second} {
			if !json.Valid([]byte(text)) {
				return
			}
		}
		types := metadata.BuiltinTypes()
		id := identified.Artefact
		finding := metadata.Entry{
			Artefact: id, Meta: metadata.Meta{Type: metadata.TypeVulnerability, Datasource: metadata.SourceBDBA},
			Data: types.Stored(metadata.TypeVulnerability, json.RawMessage(found)), DiscoveryDate: metadata.Date(discovered),
		}
		var decisions []metadata.Entry
		for i, text := range []string{first, second} {
			e := metadata.Entry{Artefact: id, Data: types.Stored(metadata.TypeRescoring, json.RawMessage(text))}
			e.Meta = metadata.Meta{Type: metadata.TypeRescoring, Datasource: metadata.SourceDashboard, CreationDate: metadata.Timestamp(created)}
			if i == 1 {
				e.Artefact.ComponentVersion, e.Meta.CreationDate = nil, "2025-01-01"
			}
			decisions = append(decisions, e)
		}
		got := explain.Of(finding, proposal.Facts{Rescorings: decisions}, rules)
		category, _ := rules.Findings.For(metadata.TypeVulnerability)
		want := category.Judge(finding, rescore.NewIndex(decisions, rules.Options).For(finding), rules.Now)
		if got.Severity != want.Severity || got.Due != want.Due || fmt.Sprint(got.Err) != fmt.Sprint(want.Err) || got.Rescored() != want.Rescored() {
			t.Fatalf("judged %s, due %q (%v); explained %s, due %q (%v)", want.Severity, want.Due, want.Err, got.Severity, got.Due, got.Err)
		}
		won := 0
		for _, c := range got.Considered {
			if c.Outcome != rescore.Won {
				continue
			}
			if won++; !want.Rescored() || c.Rescoring.ID() != want.Rescorings[0].ID() {
				t.Fatalf("explained by %s", c.Rescoring.ID())
			}
		}
		if want.Rescored() && won == 0 {
			t.Fatal("nobody is said to have won")
		}
	})
}

package explain_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/sprint"
)

var now = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

const configText = `
- type: finding/vulnerability
  filter: [{semantics: exclude, component_name: 'acme.org/third-party/.*'}]
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: postpone, display_name: Postpone, value: 1, allowed_processing_time: input, rescoring: manual}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d, rescoring: manual}
    - {id: CRITICAL, display_name: Critical, value: 8, allowed_processing_time: 7d, rescoring: manual}
  rescoring_ruleset:
    name: own
    operations: {reduce: {order: [CRITICAL, HIGH, NONE], value: 1}}
    rules:
      - {category_value: 'network_exposure:protected', name: inside, rules: [{cve_values: ['AV:N'], operation: reduce}]}
      - {category_value: 'network_exposure:protected', name: local, rules: [{cve_values: ['AV:L', 'AV:A'], operation: reduce}]}
      - {category_value: 'network_exposure:private', name: hidden, rules: [{cve_values: ['AV:N'], operation: set-to-NONE}]}
      - {category_value: 'user_interaction:end-user', name: clicked, rules: [{cve_values: ['UI:R'], operation: reduce}]}
`

type fataler interface{ Fatal(...any) }

func rules(t fataler) proposal.Rules {
	cfg, _, err := findingcfg.Parse("findings.yaml", []byte(configText), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	sprints := sprint.NewCalendar([]sprint.Sprint{{Name: "s1", Dates: []sprint.Date{{Name: sprint.EndDate, Value: "2025-06-11"}}, DueDateName: sprint.EndDate}})
	return proposal.Rules{Findings: cfg, Sprints: sprints, Now: now}
}

func entry(t fataler, typ metadata.Type, value any) metadata.Entry {
	data, err := metadata.NewPayload(typ, value)
	if err != nil {
		t.Fatal(err)
	}
	return metadata.Entry{
		Artefact: artefact.ID{
			ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
			Artefact: &artefact.LocalID{Name: new("web"), Version: new("1.0"), Type: new("ociImage")},
		},
		Meta: metadata.Meta{Datasource: metadata.SourceDashboard, Type: typ, CreationDate: "2025-05-02T00:00:00"}, Data: data, DiscoveryDate: "2025-05-01",
	}
}

func finding(t fataler, severity string) metadata.Entry {
	return entry(t, metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: severity, PackageName: "openssl", CVE: "CVE-1", CVSSScore: new(metadata.Number(9.5)),
		CVSS: metadata.ObjectOf(map[string]string{
			"access_vector": "N", "attack_complexity": "L", "user_interaction": "N", "privileges_required": "N", "scope": "U",
			"confidentiality": "N", "integrity": "N", "availability": "H",
		}),
	})
}

func decided(t fataler, given metadata.CustomRescoring) metadata.Entry {
	given.Finding = metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: "CVE-1"})
	given.ReferencedType, given.User = metadata.TypeVulnerability, metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"})
	return entry(t, metadata.TypeRescoring, given)
}

func says(e explain.Explanation, name string) string {
	for _, s := range e.Steps {
		if s.Name == name {
			return s.Says
		}
	}
	return ""
}

func TestDueDates(t *testing.T) {
	t.Parallel()
	stored := finding(t, "CRITICAL")
	stored.AllowedProcessingTime = new("864000s")
	odd := finding(t, "CRITICAL")
	odd.AllowedProcessingTime = new("1.5h")
	for name, tc := range map[string]struct {
		finding   metadata.Entry
		rescoring *metadata.CustomRescoring
		due       metadata.Date
		says      string
	}{
		"of the category":        {finding(t, "CRITICAL"), nil, "2025-05-08", "2025-05-08: the category allows 7 days from the discovery on 2025-05-01"},
		"of the finding":         {stored, nil, "2025-05-11", "2025-05-11: the finding was stored with 10 days from the discovery on 2025-05-01"},
		"of the rescoring":       {stored, &metadata.CustomRescoring{Severity: "HIGH", AllowedProcessingTime: new("20d")}, "2025-05-21", "2025-05-21: the rescoring allows 20 days from the discovery on 2025-05-01"},
		"named by the rescoring": {stored, &metadata.CustomRescoring{Severity: "HIGH", DueDate: "2025-09-01"}, "2025-09-01", "2025-09-01: the rescoring names it"},
		"of the new category":    {stored, &metadata.CustomRescoring{Severity: "HIGH"}, "2025-05-31", "2025-05-31: the category allows 30 days from the discovery on 2025-05-01"},
		"none":                   {stored, &metadata.CustomRescoring{Severity: "NONE"}, "", "there is none: the category sets no time"},
		"missing":                {stored, &metadata.CustomRescoring{Severity: "postpone"}, "", "it cannot be told: a due date must be given, the allowed processing time is input"},
		"odd time":               {odd, nil, "", "it cannot be told: allowed processing time"},
		"unknown severity":       {finding(t, "gone"), nil, "", `it cannot be told: severity "gone" is no category of finding/vulnerability`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			var f proposal.Facts
			if tc.rescoring != nil {
				f.Rescorings = []metadata.Entry{decided(t, *tc.rescoring)}
			}
			e := explain.Of(tc.finding, f, rules(t))
			is.Equal(e.Due, tc.due)
			is.True(strings.HasPrefix(says(e, "due date"), tc.says))
			is.Equal(e.Document().Fault != "", e.Err != nil)
		})
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	f := proposal.Facts{Categorisation: &rescore.Categorisation{NetworkExposure: "protected"}}
	e := explain.Of(finding(t, "CRITICAL"), f, rules(t))
	var got []string
	for _, r := range e.Rules {
		got = append(got, r.Name+": "+r.Reason)
	}
	is.Equal(cmp.Diff([]string{
		"inside: it is for network_exposure:protected, and the vector fits",
		"local: it is for AV:A, AV:L, and the vector is AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
		"hidden: it is for network_exposure:private, and the label says protected",
		"clicked: it is for user_interaction:end-user, which the label does not tell",
	}, got), "")
	is.Equal(e.Severity, "CRITICAL") // a proposal does not decide
	is.Equal(e.Proposed, "HIGH")
	is.Equal(says(e, "ruleset"), "own proposes HIGH; a proposal does not decide")

	f.Rescorings = []metadata.Entry{decided(t, metadata.CustomRescoring{Severity: "NONE"})}
	e = explain.Of(finding(t, "CRITICAL"), f, rules(t))
	is.Equal(says(e, "ruleset"), "own would propose HIGH, but somebody has decided")
	is.True(e.Solved())
	is.Equal(says(e, "category"), "NONE (None) has the value 0: there is nothing to do")

	e = explain.Of(finding(t, "CRITICAL"), proposal.Facts{}, rules(t))
	is.True(strings.HasPrefix(says(e, "ruleset"), "own proposes nothing: "))
}

func TestConfiguration(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	e := explain.Of(finding(t, "HIGH"), proposal.Facts{}, rules(t))
	is.Equal(says(e, "filter"), "its filters (1) let the artefact pass")
	is.Equal(says(e, "scopes"), "rescorings that leave kind or type of the artefact null apply to any")
	is.Equal(e.Sprint.Name, "s1")

	r := rules(t)
	r.Options.PeerScopes, r.Sprints = true, nil
	other := finding(t, "gone")
	other.Artefact.ComponentName = new("acme.org/third-party/x")
	e = explain.Of(other, proposal.Facts{}, r)
	is.Equal(says(e, "filter"), "its filters (1) leave the artefact out, so that the finding is in no report")
	is.True(strings.Contains(says(e, "scopes"), "apply to nothing"))
	is.Equal(says(e, "category"), `"gone" is none of NONE, postpone, HIGH, CRITICAL`)
	is.Equal(e.Document().Value, nil)

	e = explain.Of(finding(t, "HIGH"), proposal.Facts{}, proposal.Rules{Now: now})
	is.Equal(e.Severity, "HIGH")
	is.Equal(e.Document().Fault, `there is no configuration for findings of type "finding/vulnerability"`)
}

// What is explained is what holds, and the JSON is complete.
func TestExplanationsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var f proposal.Facts
		for range rapid.IntRange(0, 4).Draw(t, "rescorings") {
			e := decided(t, metadata.CustomRescoring{
				Severity:   rapid.SampledFrom([]string{"NONE", "HIGH", "gone"}).Draw(t, "severity"),
				ValidUntil: rapid.SampledFrom([]metadata.Expiry{"", "2025-05-31", "2025-06-01"}).Draw(t, "until"),
			})
			e.Artefact.ComponentVersion = rapid.SampledFrom([]*string{nil, new("1.0.0"), new("2.0.0")}).Draw(t, "version")
			f.Rescorings = append(f.Rescorings, e)
		}
		finding, r := finding(t, "CRITICAL"), rules(t)
		e := explain.Of(finding, f, r)
		cfg, _ := r.Findings.For(finding.Meta.Type)
		want := cfg.Judge(finding, rescore.Applicable(finding, f.Rescorings, r.Options), now)
		if e.Severity != want.Severity || e.Due != want.Due {
			t.Fatalf("explained %s due %s, holds %s due %s", e.Severity, e.Due, want.Severity, want.Due)
		}
		won := 0
		for _, c := range e.Considered {
			if c.Outcome == rescore.Won {
				won++
			}
		}
		if (won == 1) != want.Rescored() || len(e.Considered) != len(f.Rescorings) {
			t.Fatalf("%d won, %d of %d considered", won, len(e.Considered), len(f.Rescorings))
		}
		data, err := json.Marshal(e)
		if err != nil || !json.Valid(data) || !strings.Contains(string(data), `"id":"`+finding.ID()) {
			t.Fatalf("%v in %s", err, data)
		}
	})
}

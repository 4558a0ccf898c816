package rescore_test

import (
	"encoding/json"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

func ExampleDecide() {
	finding, err := metadata.ParseEntry([]byte(`{
		"artefact": {"component_name": "acme.org/shop", "artefact": {"artefact_name": "web", "artefact_version": "1.4.2"}},
		"meta": {"datasource": "trivy", "type": "finding/vulnerability"},
		"data": {"severity": "HIGH", "package_name": "openssl", "cve": "CVE-2024-1", "cvss_score": 7.5}}`))
	if err != nil {
		log.Fatal(err)
	}
	ref := metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: "CVE-2024-1"})
	user := metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"})
	everywhere, err := metadata.NewPayload(metadata.TypeRescoring, metadata.CustomRescoring{
		Finding: ref, ReferencedType: metadata.TypeVulnerability, Severity: "MEDIUM", User: user,
	})
	if err != nil {
		log.Fatal(err)
	}
	here, err := metadata.NewPayload(metadata.TypeRescoring, metadata.CustomRescoring{
		Finding: ref, ReferencedType: metadata.TypeVulnerability, Severity: "LOW", User: user,
	})
	if err != nil {
		log.Fatal(err)
	}
	rescorings := []metadata.Entry{
		{Meta: metadata.Meta{Type: metadata.TypeRescoring, CreationDate: "2025-06-01T00:00:00"}, Data: everywhere},
		{Artefact: finding.Artefact, Meta: metadata.Meta{Type: metadata.TypeRescoring, CreationDate: "2025-01-01T00:00:00"}, Data: here},
	}

	decision := rescore.Decide(finding, rescore.Applicable(finding, rescorings, rescore.Options{}), time.Now())
	fmt.Println(decision.Severity, "by the more specific of", len(decision.Rescorings), "although it is older")
	// Output:
	// LOW by the more specific of 2 although it is older
}

func ExampleNewIndex() {
	rescoring, err := metadata.ParseEntry([]byte(`{
		"artefact": {"component_name": "acme.org/shop"},
		"meta": {"datasource": "delivery-dashboard", "type": "rescorings", "creation_date": "2025-06-01T00:00:00Z"},
		"data": {"finding": {"package_name": "openssl", "cve": "CVE-2024-1"}, "referenced_type": "finding/vulnerability",
			"severity": "LOW", "user": {"username": "ada", "type": "user"}, "matching_rules": ["custom-rescoring"]}}`))
	if err != nil {
		log.Fatal(err)
	}
	index := rescore.NewIndex([]metadata.Entry{rescoring}, rescore.Options{})
	for _, cve := range []string{"CVE-2024-1", "CVE-2024-2"} {
		data, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
			Severity: "HIGH", PackageName: "openssl", CVE: cve, CVSSScore: new(metadata.Number(7.5)),
		})
		if err != nil {
			log.Fatal(err)
		}
		finding := metadata.Entry{Artefact: rescoring.Artefact, Meta: metadata.Meta{Type: metadata.TypeVulnerability}, Data: data}
		decision := rescore.Decide(finding, index.For(finding), time.Now())
		fmt.Println(cve, decision.Severity, decision.MatchingRules)
	}
	// Output:
	// CVE-2024-1 LOW [custom-rescoring]
	// CVE-2024-2 HIGH [original-severity]
}

func ExamplePendingWritebacks() {
	data, err := metadata.NewPayload(metadata.TypeWriteback, metadata.LicenseWriteback{
		SubType: metadata.WritebackLicense, PackageName: "openssl", LicenseTo: new("Apache-2.0"),
	})
	if err != nil {
		log.Fatal(err)
	}
	writebacks := []metadata.Entry{{Meta: metadata.Meta{Type: metadata.TypeWriteback, CreationDate: "2025-06-01T00:00:00"}, Data: data}}
	for _, scanned := range []metadata.Timestamp{"2025-05-31T00:00:00", "2025-06-02T00:00:00"} {
		p := rescore.Package{Name: "openssl", Versions: []string{"3.0.1"}, LastUpdate: scanned}
		fmt.Println("scanned", scanned, "pending:", len(rescore.PendingWritebacks(p, writebacks, rescore.Options{})))
	}
	// Output:
	// scanned 2025-05-31T00:00:00 pending: 1
	// scanned 2025-06-02T00:00:00 pending: 0
}

func ExampleParseCategorisation() {
	c, err := rescore.ParseCategorisation(json.RawMessage(`{"network_exposure": "public", "authentication_enforced": true}`))
	fmt.Println(c.Value(rescore.AttrNetworkExposure), c.Value(rescore.AttrAuthenticationEnforced), err)
	_, err = rescore.ParseCategorisation(json.RawMessage(`{"network_exposure": "internet"}`))
	fmt.Println(err)
	// Output:
	// public true <nil>
	// read CVE categorisation: network_exposure is "internet", want one of private, protected, public
}

func ExampleRuleset_MatchingSAST() {
	rs := rescore.Ruleset{Name: "own", SASTRules: []rescore.SASTRule{{
		Name: "third-party", Components: []rescore.Pattern{prefix("acme.org/mirror/")},
		SubTypes: []string{metadata.SASTLocalLinting}, Operation: "set-to-NONE",
	}}}
	rules := rs.MatchingSAST("acme.org/mirror/openssl", metadata.SASTLocalLinting)
	fmt.Println(len(rules), rs.ApplySAST(rules, "BLOCKER"))
	// Output:
	// 1 NONE
}

// prefix is a [rescore.Pattern]; those of a configuration are regular expressions.
type prefix string

func (p prefix) MatchStart(s string) bool { return strings.HasPrefix(s, string(p)) }

func ExampleParseVector() {
	v, err := rescore.ParseVector("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P")
	fmt.Println(v, err)
	_, err = rescore.ParseVector("AV:N")
	fmt.Println(err)
	// Output:
	// AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H <nil>
	// vector "AV:N": no CVSS v3 vector: metric AC (attack_complexity) is "", want one of L, H
}

func ExampleRuleset_Matching() {
	rs := rescore.Ruleset{
		Name:       "own",
		Operations: map[string]rescore.Operation{"reduce": {Order: []string{"CRITICAL", "HIGH", "MEDIUM", "LOW", "NONE"}, Value: 1}},
		Rules: []rescore.Rule{{
			Name:          "only-from-inside",
			CategoryValue: rescore.CategoryValue{Attribute: rescore.AttrNetworkExposure, Value: "protected"},
			CVEValues:     []rescore.CVEValue{{Metric: "AV", Value: "N"}},
			Operation:     "reduce",
		}},
	}
	v, _ := rescore.ParseVector("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
	rules := rs.Matching(rescore.Categorisation{NetworkExposure: "protected"}, v)
	fmt.Println(rescore.RuleNames(rules), rs.Apply(rules, "CRITICAL"))
	// Output:
	// [only-from-inside] HIGH
}

func ExampleRuleset_Validate() {
	rs := rescore.Ruleset{Name: "own", Rules: []rescore.Rule{{Name: "first", Operation: "set-to-NOEN"}}}
	fmt.Println(rs.Validate([]string{"NONE", "HIGH"}))
	// Output:
	// rescoring ruleset "own": rule "first": category "NOEN" does not exist, want one of NONE, HIGH
}

package rescore_test

import (
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// failing stops an example where a test would fail.
type failing struct{}

func (failing) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

func ExampleDecide() {
	web := image("acme.org/shop", "1.0.0", "web", "1.4.2")
	found := finding(failing{}, web, "CVE-2024-1")
	rescorings := []metadata.Entry{
		decision(failing{}, artefact.ID{}, "CVE-2024-1", "MEDIUM", "2025-06-01T00:00:00"), // global, newer
		decision(failing{}, web, "CVE-2024-1", "LOW", "2025-01-01T00:00:00"),              // this version, older
	}
	d := rescore.Decide(found, rescore.Applicable(found, rescorings, rescore.Options{}))
	fmt.Println(d.Severity, len(d.Rescorings))
	// Output:
	// LOW 2
}

func ExampleNewIndex() {
	web := image("acme.org/shop", "1.0.0", "web", "1.4.2")
	index := rescore.NewIndex([]metadata.Entry{decision(failing{}, web, "CVE-2024-1", "LOW", "")}, rescore.Options{})
	for _, cve := range []string{"CVE-2024-1", "CVE-2024-2"} {
		found := finding(failing{}, web, cve)
		fmt.Println(cve, rescore.Decide(found, index.For(found)).Severity)
	}
	// Output:
	// CVE-2024-1 LOW
	// CVE-2024-2 HIGH
}

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
	fmt.Println(rescore.Names(rules), rs.Apply(rules, "CRITICAL"))
	// Output:
	// [only-from-inside] HIGH
}

func ExampleRuleset_Validate() {
	rs := rescore.Ruleset{Name: "own", Rules: []rescore.Rule{{Name: "first", Operation: "set-to-NOEN"}}}
	fmt.Println(rs.Validate([]string{"NONE", "HIGH"}))
	// Output:
	// rescoring ruleset "own": rule "first": category "NOEN" does not exist, want one of NONE, HIGH
}

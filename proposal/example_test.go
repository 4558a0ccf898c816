package proposal_test

import (
	"fmt"
	"log"
	"time"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
)

func ExampleOf() {
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(`
- type: finding/license
  categorisations: [{id: violation, display_name: Violation, value: 16, allowed_processing_time: 30d, rescoring: manual}]
`), findingcfg.Options{})
	if err != nil {
		log.Fatal(err)
	}
	var findings []metadata.Entry
	for _, version := range []string{"1.2", "1.3"} {
		e, err := metadata.ParseEntry(fmt.Appendf(nil, `{
			"artefact": {"component_name": "acme.org/shop", "artefact_kind": "resource", "artefact": {"artefact_name": "web", "artefact_type": "ociImage"}},
			"meta": {"datasource": "bdba", "type": "finding/license"}, "discovery_date": "2025-03-01",
			"data": {"severity": "violation", "package_name": "db", "package_version": %q, "base_url": "", "report_url": "",
				"product_id": 1, "group_id": 1, "license": {"name": "sleepycat"}}}`, version))
		if err != nil {
			log.Fatal(err)
		}
		findings = append(findings, e)
	}
	rules := proposal.Rules{Findings: cfg, Now: time.Date(2025, 3, 10, 0, 0, 0, 0, time.UTC)}
	for p := range proposal.Of(proposal.Facts{Findings: findings}, rules) {
		fmt.Println(p.Type, p.Versions, p.Severity, p.Due, p.MatchingRules)
	}
	// Output:
	// finding/license [1.2 1.3] violation 2025-03-31 [original-severity]
}

func ExampleCheck() {
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(`
- type: finding/osid
  categorisations: [{id: postpone, display_name: Postpone, value: 1, allowed_processing_time: input, rescoring: manual}]
`), findingcfg.Options{})
	if err != nil {
		log.Fatal(err)
	}
	rescoring, err := metadata.ParseEntry([]byte(`{
		"artefact": {"component_name": "acme.org/shop"}, "meta": {"datasource": "delivery-dashboard", "type": "rescorings"},
		"data": {"finding": {"osid": {"ID": "debian"}}, "referenced_type": "finding/osid", "severity": "postpone", "user": {"username": "ada"}}}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(proposal.Check(rescoring, cfg, time.Now()))
	// Output:
	// data.due_date: a due date must be given, the allowed processing time is input
}

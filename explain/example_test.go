package explain_test

import (
	"fmt"
	"log"
	"time"

	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
)

func ExampleOf() {
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(`
- type: finding/osid
  categorisations:
    - {id: false-positive, display_name: False positive, value: 0, rescoring: manual}
    - {id: eol, display_name: End of life, value: 8, allowed_processing_time: 360d, rescoring: manual}
`), findingcfg.Options{})
	if err != nil {
		log.Fatal(err)
	}
	finding, err := metadata.ParseEntry([]byte(`{
		"artefact": {"component_name": "acme.org/shop", "artefact_kind": "resource", "artefact": {"artefact_name": "web", "artefact_type": "ociImage"}},
		"meta": {"datasource": "osid", "type": "finding/osid"}, "discovery_date": "2025-01-31",
		"data": {"severity": "eol", "osid": {"ID": "debian"}, "os_status": "branchReachedEol"}}`))
	if err != nil {
		log.Fatal(err)
	}
	rescoring, err := metadata.ParseEntry([]byte(`{
		"artefact": {"component_name": "acme.org/shop"},
		"meta": {"datasource": "delivery-dashboard", "type": "rescorings", "creation_date": "2025-02-01T10:00:00"},
		"data": {"finding": {"osid": {"ID": "debian"}}, "referenced_type": "finding/osid", "severity": "false-positive",
			"user": {"username": "ada"}, "valid_until": "2025-06-30"}}`))
	if err != nil {
		log.Fatal(err)
	}
	for _, now := range []time.Time{time.Date(2025, 6, 30, 23, 0, 0, 0, time.UTC), time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)} {
		e := explain.Of(finding, proposal.Facts{Rescorings: []metadata.Entry{rescoring}}, proposal.Rules{Findings: cfg, Now: now})
		fmt.Println(e.Severity, e.Due, e.Considered[0].Outcome)
	}
	// Output:
	// false-positive  won
	// eol 2026-01-26 ended
}

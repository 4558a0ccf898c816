package sla_test

import (
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/sla"
)

func ExampleEvaluate() {
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(`
- type: finding/vulnerability
  categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}
`), findingcfg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	web := artefact.ID{
		ComponentName: new("example.org/shop"), ComponentVersion: new("2.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("web"), Version: new("1.4.2"), Type: new("ociImage")},
	}
	vulnerability, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: "openssl", CVE: "CVE-2026-1", CVSSScore: new(metadata.Number(7.5)),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	report := sla.Evaluate(sla.Release{
		At: time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC),
		Findings: []metadata.Entry{{
			Artefact: web, Data: vulnerability, DiscoveryDate: "2026-04-01", AllowedProcessingTime: new("30d"),
			Meta: metadata.Meta{Datasource: "bdba", Type: metadata.TypeVulnerability, CreationDate: "2026-04-01T08:00:00"},
		}},
		Config: cfg,
	})
	for _, v := range report.Violations {
		fmt.Printf("%s was due on %s, %d days before\n", v.Severity, v.Due, v.DaysLate())
	}
	// Output: HIGH was due on 2026-05-01, 31 days before
}

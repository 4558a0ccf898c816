package odg_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
	"github.com/opendeliverygear/odg/store/memory"
)

const findingsCfg = `
- type: finding/vulnerability
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d, selector: {cve_score_range: {min: 7, max: 10}}}
`

func Example() {
	findings, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(findingsCfg), findingcfg.Options{})
	if err != nil {
		log.Fatal(err)
	}
	noon := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	core := odg.New(memory.New(), odg.Config{Findings: findings, Now: func() time.Time { return noon }})

	image := artefact.ID{
		ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("web"), Version: new("1.4.2"), Type: new("ociImage")},
	}
	ctx := context.Background()
	if err := core.PutMetadata(ctx, []metadata.Entry{active(image, noon), vulnerability(image)}); err != nil {
		log.Fatal(err)
	}
	assessment, err := core.Assess(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range assessment.Findings {
		days, _ := f.DaysLeft(noon)
		fmt.Println(f.Subject(), f.Severity, "due", f.Due, "in", days, "days")
	}
	// Output: CVE-2024-1 in openssl 3.0.1 HIGH due 2026-12-01 in 30 days
}

// active says that an artefact is part of a delivery. The enumerator does this.
func active(id artefact.ID, now time.Time) metadata.Entry {
	payload, err := snapshot.New(now).Payload()
	if err != nil {
		log.Fatal(err)
	}
	return metadata.Entry{
		Artefact: id, Data: payload,
		Meta: metadata.Meta{Datasource: metadata.SourceEnumerator, Type: metadata.TypeSnapshot},
	}
}

// vulnerability is what a scanner stores.
func vulnerability(id artefact.ID) metadata.Entry {
	payload, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		PackageName: "openssl", PackageVersion: new("3.0.1"), CVE: "CVE-2024-1", CVSSScore: new(metadata.Number(7.5)), Severity: "HIGH",
	})
	if err != nil {
		log.Fatal(err)
	}
	return metadata.Entry{
		Artefact: id, Data: payload, DiscoveryDate: "2026-11-01", AllowedProcessingTime: new("30d"),
		Meta: metadata.Meta{Datasource: metadata.SourceBDBA, Type: metadata.TypeVulnerability},
	}
}

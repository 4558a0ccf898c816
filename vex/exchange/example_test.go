package exchange_test

import (
	"context"
	"fmt"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/vex"
	"github.com/opendeliverygear/odg/vex/exchange"
)

// A supplier says that a vulnerability does not matter in an image.
func Example() {
	findings, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(`
- type: finding/vulnerability
  categorisations: [{id: NONE, display_name: None, value: 0, rescoring: manual}, {id: HIGH, display_name: High, value: 4}]
`), findingcfg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	core := odg.New(memory.New(), odg.Config{Findings: findings})
	found, _ := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: "openssl", CVE: "CVE-2024-1", CVSSScore: new(metadata.Number(7.5)),
	})
	_ = core.PutMetadata(ctx, []metadata.Entry{{
		Artefact: artefact.ID{
			ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
			Artefact: &artefact.LocalID{Name: new("web"), Version: new("2.0"), Type: new("ociImage")},
		},
		Meta: metadata.Meta{Datasource: "trivy", Type: metadata.TypeVulnerability}, Data: found, DiscoveryDate: "2026-10-01",
	}})

	doc, err := vex.Parse([]byte(`{
  "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://acme.org/vex/1", "author": "Acme", "timestamp": "2026-10-30T00:00:00Z", "version": 1,
  "statements": [{"vulnerability": {"name": "CVE-2024-1"}, "products": [{"@id": "pkg:oci/web?tag=2.0"}],
    "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	x := exchange.New(core, exchange.Config{Findings: findings})
	plan, err := x.Import(ctx, []vex.Document{doc}, exchange.Import{})
	fmt.Println(plan.Outcomes[0].Result, plan.Outcomes[0].Severity, err)
	doc, err = x.Export(ctx, component.ID{Name: "acme.org/shop", Version: "1.0.0"}, exchange.Export{})
	fmt.Println(doc.Statements[0].Status, doc.Statements[0].Justification, doc.Statements[0].Author, err)
	// Output:
	// decided NONE <nil>
	// not_affected vulnerable_code_not_in_execute_path Acme <nil>
}

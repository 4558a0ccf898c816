package client_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/vex"
	"github.com/opendeliverygear/odg/vex/exchange"
)

// image is where a vulnerability was found.
var image = artefact.ID{
	ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
	Artefact: &artefact.LocalID{Name: new("web"), Version: new("2.0"), Type: new("ociImage")},
}

// vulnerable returns a server that knows of a vulnerability in openssl, and its id.
func vulnerable() (server *httptest.Server, finding string) {
	findings, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(`
- type: finding/vulnerability
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d}
`), findingcfg.Options{})
	if err != nil {
		panic(err)
	}
	core := odg.New(memory.New(), odg.Config{Findings: findings})
	data, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: "openssl", CVE: "CVE-2024-1", CVSSScore: new(metadata.Number(7.5)),
	})
	if err != nil {
		panic(err)
	}
	e := metadata.Entry{
		Artefact: image, Meta: metadata.Meta{Datasource: "trivy", Type: metadata.TypeVulnerability}, Data: data, DiscoveryDate: "2026-10-01",
	}
	if err := core.PutMetadata(context.Background(), []metadata.Entry{e}); err != nil {
		panic(err)
	}
	return httptest.NewServer(httpapi.New(core, httpapi.Config{Findings: findings, LocalUser: "ada"})), e.ID()
}

// What was found is decided about, and the decision explained.
func ExampleClient_Rescore() {
	server, finding := vulnerable()
	defer server.Close()
	ctx := context.Background()
	c, err := client.New(server.URL, client.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for p, err := range c.Proposals(ctx, image, metadata.TypeVulnerability) {
		fmt.Println(p.Severity, "until", p.Due, err)
	}

	decision, err := metadata.NewPayload(metadata.TypeRescoring, metadata.CustomRescoring{
		Finding:        metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: "CVE-2024-1"}),
		ReferencedType: metadata.TypeVulnerability, Severity: "NONE", Comment: new("not reachable"),
		User: metadata.ObjectOf(metadata.User{Username: "whoever"}), // the server knows better
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Rescore(ctx, []metadata.Entry{{
		Artefact: image, Meta: metadata.Meta{Datasource: metadata.SourceDashboard, Type: metadata.TypeRescoring}, Data: decision,
	}}))

	explanation, err := c.Explain(ctx, finding)
	fmt.Println(explanation.Severity, explanation.Rescorings[0].Outcome, err)
	// Output:
	// HIGH until 2026-10-31 <nil>
	// <nil>
	// NONE won <nil>
}

// What a supplier says of a vulnerability is taken over, and told to others.
func ExampleClient_ImportVEX() {
	server, _ := vulnerable()
	defer server.Close()
	ctx := context.Background()
	c, err := client.New(server.URL, client.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	imported, err := c.ImportVEX(ctx, []byte(`{
  "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://acme.org/vex/1", "author": "Acme", "timestamp": "2026-10-30T00:00:00Z", "version": 1,
  "statements": [{"vulnerability": {"name": "CVE-2024-1"}, "products": [{"@id": "pkg:oci/web?tag=2.0"}],
    "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path"}]}`), exchange.Import{})
	fmt.Println(imported.Rescorings, imported.Outcomes[0].Result, imported.Outcomes[0].Severity, err)

	data, err := c.ExportVEX(ctx, component.ID{Name: "acme.org/shop", Version: "1.0.0"}, vex.CycloneDX, exchange.Export{})
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := vex.Parse(data)
	fmt.Println(doc.Statements[0].Status, doc.Statements[0].Author, err)
	// Output:
	// 1 decided NONE <nil>
	// not_affected Acme <nil>
}

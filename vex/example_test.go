package vex_test

import (
	"fmt"
	"os"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/vex"
)

const supplied = `{
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://acme.example/vex/1",
  "author": "Acme",
  "timestamp": "2026-10-01T00:00:00Z",
  "version": 1,
  "statements": [{
    "vulnerability": {"name": "CVE-2026-1"},
    "products": [{"@id": "pkg:oci/web?tag=1.4.2"}],
    "status": "not_affected",
    "justification": "vulnerable_code_not_in_execute_path"
  }]
}`

// builtin is the configuration of vulnerabilities that comes with ODG.
func builtin() *findingcfg.Finding {
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(`
- type: finding/vulnerability
  categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}
`), findingcfg.Options{})
	if err != nil {
		panic(err)
	}
	f, _ := cfg.For(metadata.TypeVulnerability)
	return f
}

func openssl() metadata.Entry {
	data, err := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: "openssl", PackageVersion: new("3.0.1"), CVE: "CVE-2026-1", CVSSScore: new(metadata.Number(7.5)),
	})
	if err != nil {
		panic(err)
	}
	return metadata.Entry{
		Artefact: artefact.ID{
			ComponentName: new("example.org/shop"), ComponentVersion: new("2.0.0"), Kind: artefact.KindResource,
			Artefact: &artefact.LocalID{Name: new("web"), Version: new("1.4.2"), Type: new("ociImage")},
		},
		Meta: metadata.Meta{Datasource: "bdba", Type: metadata.TypeVulnerability}, Data: data, DiscoveryDate: "2026-09-01",
	}
}

func Example() {
	doc, err := vex.Parse([]byte(supplied))
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := vex.Match([]vex.Document{doc}, vex.Input{
		Findings: []metadata.Entry{openssl()}, Config: builtin(), Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range plan.Outcomes {
		fmt.Println(o.Vulnerability, o.Status, o.Result, o.Severity)
	}
	var decided metadata.CustomRescoring
	if err := plan.Rescorings[0].Data.Decode(&decided); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(*decided.Comment)
	// Output:
	// CVE-2026-1 not_affected decided NONE
	// VEX not_affected vulnerable_code_not_in_execute_path 2026-10-01T00:00:00Z
}

func ExampleExport() {
	doc := vex.Export(vex.Holding{
		Component: "example.org/shop", Version: "2.0.0", Findings: []metadata.Entry{openssl()},
		Config: builtin(), Author: "Shop", Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
	})
	doc.ID = "https://shop.example/vex/1"
	if err := vex.Encode(os.Stdout, doc, vex.OpenVEX); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {
	//   "@context": "https://openvex.dev/ns/v0.2.0",
	//   "@id": "https://shop.example/vex/1",
	//   "author": "Shop",
	//   "version": 1,
	//   "tooling": "Open Delivery Gear",
	//   "statements": [
	//     {
	//       "vulnerability": {
	//         "name": "CVE-2026-1"
	//       },
	//       "products": [
	//         {
	//           "@id": "ocm:example.org/shop:2.0.0?kind=resource\u0026name=web\u0026type=ociImage\u0026version=1.4.2",
	//           "identifiers": {
	//             "purl": "pkg:oci/web?tag=1.4.2"
	//           },
	//           "subcomponents": [
	//             {
	//               "@id": "openssl@3.0.1"
	//             }
	//           ]
	//         }
	//       ],
	//       "status": "under_investigation",
	//       "timestamp": "2026-11-01T00:00:00Z"
	//     }
	//   ],
	//   "timestamp": "2026-11-01T00:00:00Z"
	// }
}

package findingcfg_test

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
)

const exampleConfig = `
- type: finding/license
  categorisations:
    - id: allowed
      display_name: Allowed
      value: 0
      rescoring: manual
    - id: copyleft
      display_name: Copyleft
      value: 8
      allowed_processing_time: 30d
      rescoring: manual
      selector:
        license_names: [A?GPL.*]
  filter:
    - semantics: exclude
      component_name: example\.org/internal/.*
`

func ExampleParse() {
	cfg, warnings, err := findingcfg.Parse("findings-cfg.yaml", []byte(exampleConfig), findingcfg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	finding, _ := cfg.For(metadata.TypeLicense)
	category, reported := finding.Categorise(findingcfg.Text("agpl-3.0"))
	due, _ := category.DueDate("2025-01-31")
	fmt.Println(len(warnings), reported, category.ID, due)
	// Output: 0 true copyleft 2025-03-02
}

func ExampleParse_faults() {
	_, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(`
- type: finding/license
  categorisations:
    - id: copyleft
      display_name: Copyleft
      allowed_processing_time: 1.5h
`), findingcfg.Options{})
	fmt.Println(err)
	// Output:
	// findings-cfg.yaml:4:7: $[0].categorisations[0]: required key value is missing; add value: …
	// findings-cfg.yaml:6:32: $[0].categorisations[0].allowed_processing_time: "1.5h": not a duration: the number has a fraction or separator, write a whole number of a smaller unit, such as 90m for 1.5h
}

func ExampleFinding_Matches() {
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(exampleConfig), findingcfg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"example.org/shop", "example.org/internal/shop"} {
		fmt.Println(name, cfg.Findings[0].Matches(artefact.ID{ComponentName: &name}))
	}
	// Output:
	// example.org/shop true
	// example.org/internal/shop false
}

func ExampleCategorisation_EffectiveDueDate() {
	category := &findingcfg.Categorisation{ID: "high", AllowedProcessingTime: findingcfg.Within(30 * findingcfg.Day)}
	open := findingcfg.Open{Discovered: "2025-01-31"}
	due, _ := category.EffectiveDueDate(open)
	fmt.Println(due)
	open.Rescoring = &findingcfg.Rescored{DueDate: "2025-06-30"} // a person gave more time
	due, _ = category.EffectiveDueDate(open)
	fmt.Println(due)
	// Output:
	// 2025-03-02
	// 2025-06-30
}

func ExampleParseDuration() {
	for _, text := range []string{"30d", "12 h", "1.5h"} {
		fmt.Println(findingcfg.ParseDuration(text))
	}
	// Output:
	// 2592000s <nil>
	// 43200s <nil>
	// 0s "1.5h": not a duration: the number has a fraction or separator, write a whole number of a smaller unit, such as 90m for 1.5h
}

func ExampleIssueID() {
	issues := findingcfg.Issues{GroupBy: findingcfg.DefaultGroupBy()}
	group, _ := issues.GroupID(artefact.ID{
		ComponentName: new("example.org/shop"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("web"), Type: new("ociImage")},
	})
	fmt.Println(group)
	fmt.Println(findingcfg.IssueID(group, "2025-01-31"))
	fmt.Println(findingcfg.FindingDigest("openssl|3.0.1|CVE-2025-0001"))
	// Output:
	// example.org/shopresourcewebociImage
	// v1/a0adb1928ccdae3804a9dd0d62e0966ae1c80643dcc830
	// 4488a683e32e6a958169bc47a79c77ab674af2c9e2cf204c8c
}

func ExampleFinding_MarshalJSON() {
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(`
- type: finding/license
  categorisations:
    - {id: BLOCKER, display_name: Blocker, value: 16, rescoring: manual, allowed_processing_time: 30d}
`), findingcfg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := json.MarshalIndent(cfg.Findings[0], "", " ")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Join(strings.Split(string(answer), "\n")[2:11], "\n"))
	// Output:
	//  "categorisations": [
	//   {
	//    "id": "BLOCKER",
	//    "display_name": "Blocker",
	//    "value": 16,
	//    "allowed_processing_time": 2592000.0,
	//    "rescoring": [
	//     "manual"
	//    ],
}

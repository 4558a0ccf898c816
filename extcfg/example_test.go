package extcfg_test

import (
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/extcfg"
)

func ExampleParse() {
	cfg, _, err := extcfg.Parse("extensions-cfg.yaml", []byte(`
artefact_enumerator:
  components:
    - component_name: example.org/shop
      ocm_repo_url: ./delivery.tgz
osid:
custom_extensions:
  - service: my-scanner
    kinds: [resource]
    interval: 3600
`), extcfg.Options{Local: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, extension := range cfg.Active() {
		fmt.Println(extension.Service, extension.Kinds, extension.Interval)
	}
	// Output:
	// osid [resource] 24h0m0s
	// my-scanner [resource] 1h0m0s
}

func ExampleParse_faults() {
	_, warnings, err := extcfg.Parse("extensions-cfg.yaml", []byte(`
osid:
  intervall: 3600
  on_unsupported: panic
`), extcfg.Options{})
	fmt.Println(err)
	fmt.Println(warnings[0])
	// Output:
	// extensions-cfg.yaml:2:1: $.osid: required key delivery_service_url is missing; add delivery_service_url: …
	// extensions-cfg.yaml:4:19: $.osid.on_unsupported: on_unsupported "panic" is unknown, want one of fail, ignore, warning
	// extensions-cfg.yaml:3:3: $.osid.intervall: unknown key, ignored; did you mean interval?
}

func ExampleConfig_Scaling() {
	cfg, _, err := extcfg.Parse("extensions-cfg.yaml", []byte("backlog_controller: {max_replicas: 10}"), extcfg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(cfg.Scaling("osid").MaxReplicas, cfg.Scaling("blackduck").MaxReplicas)
	// Output: 10 2
}

func ExampleConfig_MarshalJSON() {
	cfg, _, err := extcfg.Parse("extensions-cfg.yaml", []byte("sbom_generator: {delivery_service_url: http://odg}"), extcfg.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := json.Marshal(cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	var sections struct {
		SBOM map[string]any `json:"sbom_generator"`
		BDBA map[string]any `json:"bdba"`
	}
	if err := json.Unmarshal(answer, &sections); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(sections.SBOM["generation_mode"], sections.SBOM["interval"], sections.BDBA == nil)
	// Output: syft 86400 true
}

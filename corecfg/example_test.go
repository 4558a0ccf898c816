package corecfg_test

import (
	"fmt"

	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/metadata"
)

func ExampleParseFeatures() {
	features, _, err := corecfg.ParseFeatures("features_cfg.yaml", []byte(`
specialComponents:
  - {id: 1, name: acme.org/shop, displayName: Shop, type: Product, version: greatest}
sprints:
  sprint_name_pattern: "%y%S%C"
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(features.SpecialComponents[0].DisplayName, features.Sprints.Rule.Rule.DaysPerSprint)
	// Output: Shop 14
}

func ExampleParseFeatures_faults() {
	_, warnings, err := corecfg.ParseFeatures("features_cfg.yaml", []byte(`
specialComponents:
  - {id: 1, name: acme.org/shop, displayName: Shop, version: greatest}
sprint: {}
`))
	fmt.Println(err)
	fmt.Println(warnings[0])
	// Output:
	// features_cfg.yaml:3:5: $.specialComponents[0]: required key type is missing; add type: …
	// features_cfg.yaml:4:1: $.sprint: unknown key, ignored; did you mean sprints?
}

func ExampleParseProfiles() {
	profiles, _, err := corecfg.ParseProfiles("profiles.yaml", []byte(`
- name: security
  finding_types: [finding/vulnerability, finding/malware]
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	profile := profiles.For("") // the default one
	fmt.Println(profile.Name, profile.ShowsFinding(metadata.TypeMalware), profile.ShowsFinding(metadata.TypeLicense))
	// Output: security true false
}

func ExampleParseMappings() {
	mappings, _, err := corecfg.ParseMappings("ocm_repo_mappings.yaml", []byte(`
- repository: registry.example.org/releases
  prefixes: acme.org/
  version_filter: semver_releases
- repository: registry.example.org/all
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, repository := range mappings.Resolve("") { // where to look if a request names none
		fmt.Println(repository.Repository, repository.Holds("other.org/tool"), repository.Versions.Picks("1.0.0-rc.1"))
	}
	// Output:
	// registry.example.org/releases false false
	// registry.example.org/all true true
}

package proposal_test

import (
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/sprint"
)

var now = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

const configText = `
- type: finding/vulnerability
  sprint_assignment_offset: 1
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: postpone, display_name: Postpone, value: 1, allowed_processing_time: input, rescoring: manual}
    - {id: LOW, display_name: Low, value: 1, allowed_processing_time: 120d, rescoring: [manual, automatic]}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d, rescoring: manual}
    - {id: CRITICAL, display_name: Critical, value: 8, allowed_processing_time: 7d}
  rescoring_ruleset:
    name: own
    operations: {reduce: {order: [CRITICAL, HIGH, LOW, NONE], value: 1}}
    rules:
      - {category_value: 'network_exposure:protected', name: inside, rules: [{cve_values: ['AV:N'], operation: reduce}]}
      - {category_value: 'network_exposure:protected', name: none needed, rules: [{cve_values: ['A:H'], operation: reduce}]}
      - {category_value: 'network_exposure:private', name: hidden, rules: [{cve_values: ['AV:N'], operation: set-to-NONE}]}
- {type: finding/license, categorisations: [{id: bad, display_name: B, value: 16, allowed_processing_time: 0, rescoring: manual}]}
- {type: finding/ip, categorisations: [{id: bad, display_name: B, value: 16, rescoring: manual}], issues: {enable_issues: false}}
- {type: finding/osid, categorisations: [{id: eol, display_name: E, value: 8, rescoring: manual}], issues: {attrs_to_group_by: [component_name, component_version]}}
- {type: finding/inventory, categorisations: [{id: x, display_name: X, value: 1, rescoring: manual}]}
`

type fataler interface {
	Helper()
	Fatal(...any)
}

func config(t fataler) *findingcfg.Config {
	t.Helper()
	cfg, _, err := findingcfg.Parse("findings.yaml", []byte(configText), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func calendar() *sprint.Calendar {
	var list []sprint.Sprint
	for i, end := range []metadata.Date{"2025-06-11", "2025-06-25", "2025-07-09"} {
		list = append(list, sprint.Sprint{
			Name: fmt.Sprintf("s%d", i+1), Dates: []sprint.Date{{Name: sprint.EndDate, Value: end}}, DueDateName: sprint.EndDate,
		})
	}
	return sprint.NewCalendar(list)
}

func web() artefact.ID {
	return artefact.ID{
		ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("web"), Version: new("1.0"), Type: new("ociImage")},
	}
}

func entry(t fataler, typ metadata.Type, value any) metadata.Entry {
	t.Helper()
	data, err := metadata.NewPayload(typ, value)
	if err != nil {
		t.Fatal(err)
	}
	return metadata.Entry{
		Artefact: web(), Meta: metadata.Meta{Datasource: metadata.SourceBDBA, Type: typ, CreationDate: "2025-05-01T00:00:00", LastUpdate: "2025-05-01T00:00:00"},
		Data: data, DiscoveryDate: "2025-05-01",
	}
}

func vulnerability(t fataler, pkg, version, cve, severity string) metadata.Entry {
	t.Helper()
	return entry(t, metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: severity, PackageName: pkg, PackageVersion: text(version), CVE: cve, CVSSScore: new(metadata.Number(7.5)),
		CVSS: metadata.ObjectOf(map[string]string{
			"access_vector": "N", "attack_complexity": "L", "user_interaction": "N", "privileges_required": "N", "scope": "U",
			"confidentiality": "N", "integrity": "N", "availability": "H",
		}),
	})
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func structure(t fataler, pkg, version, digest string) metadata.Entry {
	t.Helper()
	e := entry(t, metadata.TypeStructureInfo, metadata.StructureInfo{
		BDBA:            metadata.BDBA{PackageName: pkg, PackageVersion: text(version)},
		FilesystemPaths: []metadata.FilesystemPath{{Path: []metadata.PathStep{{Path: "usr/lib/" + pkg, Type: "file"}}, Digest: digest}},
	})
	e.DiscoveryDate = ""
	return e
}

// decided is a rescoring of a vulnerability, for all versions of the artefact.
func decided(t fataler, pkg, cve string, given metadata.CustomRescoring) metadata.Entry {
	t.Helper()
	given.Finding = metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: pkg, CVE: cve})
	given.ReferencedType = metadata.TypeVulnerability
	given.User = metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"})
	e := entry(t, metadata.TypeRescoring, given)
	e.Meta.Datasource, e.DiscoveryDate = metadata.SourceDashboard, ""
	e.Artefact.ComponentVersion, e.Artefact.Artefact.Version = nil, nil
	return e
}

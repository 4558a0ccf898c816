package rescore_test

import (
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// now is when decisions are asked for.
var now = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

// image is an artefact; empty texts are null.
func image(component, componentVersion, name, version string) artefact.ID {
	return artefact.ID{
		ComponentName: text(component), ComponentVersion: text(componentVersion), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: text(name), Version: text(version), Type: new("ociImage")},
	}
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

type fataler interface{ Fatal(...any) }

// finding is a vulnerability with severity HIGH.
func finding(t fataler, id artefact.ID, cve string) metadata.Entry {
	return entry(t, id, metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: "openssl", CVE: cve, CVSSScore: new(metadata.Number(7.5)),
	})
}

// decision rescores a vulnerability.
func decision(t fataler, id artefact.ID, cve, severity string, created metadata.Timestamp) metadata.Entry {
	e := entry(t, id, metadata.TypeRescoring, metadata.CustomRescoring{
		Finding:        metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: cve}),
		ReferencedType: metadata.TypeVulnerability,
		Severity:       severity,
		User:           metadata.ObjectOf(metadata.User{Username: "u", Type: "user"}),
		MatchingRules:  []string{metadata.RuleCustomRescoring},
	})
	e.Meta.CreationDate = created
	return e
}

func entry(t fataler, id artefact.ID, typ metadata.Type, value any) metadata.Entry {
	data, err := metadata.NewPayload(typ, value)
	if err != nil {
		t.Fatal(err)
	}
	return metadata.Entry{Artefact: id, Meta: metadata.Meta{Datasource: "d", Type: typ}, Data: data}
}

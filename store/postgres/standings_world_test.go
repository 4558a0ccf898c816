package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
)

// randomTree is some versions of two components, and what is stored about them.
func randomTree(t *testing.T, r *rand.Rand, seed uint64) (tree []*component.Descriptor, entries []metadata.Entry) {
	t.Helper()
	var all []artefact.ID
	for i := range 1 + r.IntN(4) {
		d, err := component.Decode(fmt.Appendf(nil, `{"meta":{"schemaVersion":"v2"},"component":{"name":"acme.org/c%d","version":"%d.0.0","provider":"acme",
			"repositoryContexts":[],"componentReferences":[],"sources":[{"name":"web","version":"1","type":"git","access":{"type":"none"}}],"resources":[
			{"name":"web","version":"1","type":"ociImage","extraIdentity":{"arch":"arm64"},"relation":"local","access":{"type":"none"}},
			{"name":"web","version":"%d","type":"ociImage","relation":"local","access":{"type":"none"}}]}}`, i%2, i/2, 1+r.IntN(2)))
		if err != nil {
			t.Fatal(err)
		}
		tree = append(tree, d)
		for _, a := range d.Artefacts() {
			all = append(all, a.ID)
		}
	}
	for range 5 + r.IntN(40) {
		id := all[r.IntN(len(all))]
		switch r.IntN(8) {
		case 0:
			id.ComponentVersion = nil // in every version
		case 1:
			id.ComponentVersion = new("") // in none
		case 2:
			id.ComponentVersion = new("9.0.0")
		}
		entries = append(entries, randomFact(t, r, id))
	}
	return tree, entries
}

// randomFact is a scan info, a finding, or a decision.
func randomFact(t *testing.T, r *rand.Rand, id artefact.ID) metadata.Entry {
	t.Helper()
	source := []metadata.Datasource{metadata.SourceBDBA, metadata.SourceBDBA, "trivy"}[r.IntN(3)]
	cve := fmt.Sprintf("CVE-2026-%d", r.IntN(3))
	severity := []string{"NONE", "later", "LOW", "HIGH", "ODD", "gone"}[r.IntN(6)]
	switch r.IntN(8) {
	case 0, 1, 2:
		return fact(t, id, source, metadata.TypeScanInfo, map[string]any{})
	case 3, 4:
		return fact(t, id, source, metadata.TypeVulnerability, metadata.VulnerabilityFinding{Severity: severity, PackageName: "p", CVE: cve, CVSSScore: new(metadata.Number(7))})
	case 5:
		return fact(t, id, source, metadata.TypeLicense, metadata.LicenseFinding{Severity: "violation", BDBA: metadata.BDBA{PackageName: "p"}, License: metadata.License{Name: "GPL"}})
	}
	switch r.IntN(4) {
	case 0:
		id = artefact.ID{}
	case 1:
		id = artefact.ID{ComponentName: id.ComponentName}
	case 2:
		id.ComponentVersion, id.Artefact = nil, &artefact.LocalID{Name: id.Artefact.Name, Type: id.Artefact.Type}
	}
	return fact(t, id, metadata.SourceDashboard, metadata.TypeRescoring, metadata.CustomRescoring{
		Finding: metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "p", CVE: cve}), ReferencedType: metadata.TypeVulnerability,
		Severity: severity, User: metadata.ObjectOf(metadata.User{Username: fmt.Sprint("u", r.IntN(9)), Type: "user"}),
		ValidUntil: []metadata.Expiry{"", "", "2026-11-21", "2026-11-19"}[r.IntN(4)],
	})
}

func fact(t *testing.T, id artefact.ID, source metadata.Datasource, about metadata.Type, data any) metadata.Entry {
	t.Helper()
	p, err := metadata.NewPayload(about, data)
	if err != nil {
		t.Fatal(err)
	}
	return metadata.Entry{
		Artefact: id, Data: p, DiscoveryDate: "2026-10-01",
		Meta: metadata.Meta{Datasource: source, Type: about, CreationDate: "2026-11-01T00:00:00", LastUpdate: "2026-11-01T00:00:00"},
	}
}

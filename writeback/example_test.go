package writeback_test

import (
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/writeback"
)

// A scanner took a version of openssl for another one. Somebody corrected that, for all
// versions of the image.
func Example() {
	id := artefact.ID{
		ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("web"), Version: new("2.0"), Type: new("ociImage")},
	}
	finding, _ := metadata.NewPayload(metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: "openssl", PackageVersion: new("1.0.2"), CVE: "CVE-2024-1", CVSSScore: new(metadata.Number(7.5)),
	})
	found := []metadata.Entry{{
		Artefact: id, Meta: metadata.Meta{Datasource: metadata.SourceBDBA, Type: metadata.TypeVulnerability}, Data: finding,
	}}

	allVersions := id
	allVersions.ComponentVersion = nil
	allVersions.Artefact = &artefact.LocalID{Name: new("web"), Type: new("ociImage")}
	correction, _ := metadata.NewPayload(metadata.TypeWriteback, metadata.PackageVersionWriteback{
		PackageName: "openssl", PackageVersionFrom: new("1.0.2"), PackageVersionTo: "1.0.2k-fips",
	})
	writebacks := []metadata.Entry{{
		Artefact: allVersions, Meta: metadata.Meta{Datasource: metadata.SourceDashboard, Type: metadata.TypeWriteback}, Data: correction,
	}}

	corrected, err := writeback.Apply(found, writebacks, writeback.Rules{})
	for _, e := range corrected {
		key, _ := e.DataKey()
		fmt.Println(key, err)
	}
	// Output: openssl|1.0.2k-fips|CVE-2024-1 <nil>
}

package writeback_test

import (
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/writeback"
)

type fataler interface{ Fatal(...any) }

// web is the artefact that is scanned; the scopes cover it, from narrow to wide.
var (
	web    = image("acme.org/shop", "1.0.0", "web", "2.0")
	scopes = []artefact.ID{web, image("acme.org/shop", "", "web", ""), {ComponentName: new("acme.org/shop"), Artefact: &artefact.LocalID{}}, {}}
)

// image is an artefact; empty texts are null.
func image(component, componentVersion, name, version string) artefact.ID {
	return artefact.ID{
		ComponentName: text(component), ComponentVersion: text(componentVersion), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: text(name), Version: text(version), Type: new("ociImage")},
	}
}

// text is null if it is empty.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func entry(t fataler, id artefact.ID, source metadata.Datasource, typ metadata.Type, value any) metadata.Entry {
	data, err := metadata.NewPayload(typ, value)
	if err != nil {
		t.Fatal(err)
	}
	return metadata.Entry{Artefact: id, Meta: metadata.Meta{Datasource: source, Type: typ}, Data: data}
}

func vulnerability(t fataler, name, version, cve string) metadata.Entry {
	return entry(t, web, metadata.SourceBDBA, metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: name, PackageVersion: text(version), CVE: cve, CVSSScore: new(metadata.Number(7.5)),
		PURL: new("pkg:deb/debian/" + name + "@" + version + "?arch=amd64"),
	})
}

func licensed(t fataler, name, version, license string) metadata.Entry {
	return entry(t, web, metadata.SourceBDBA, metadata.TypeLicense, metadata.LicenseFinding{
		BDBA: pkg(name, version), Severity: "violation", License: metadata.License{Name: license, ID: new("17")},
	})
}

func pkg(name, version string) metadata.BDBA {
	return metadata.BDBA{PackageName: name, PackageVersion: text(version), ReportURL: "https://bdba.example.org/1", ProductID: 7}
}

// structure has files, and licences that follow a colon.
func structure(t fataler, name, version string, more ...string) metadata.Entry {
	info := metadata.StructureInfo{BDBA: pkg(name, version)}
	for _, m := range more {
		if license, ok := strings.CutPrefix(m, ":"); ok {
			info.Licenses = append(info.Licenses, metadata.License{Name: license, ID: new("17")})
			continue
		}
		info.FilesystemPaths = append(info.FilesystemPaths, metadata.FilesystemPath{Path: []metadata.PathStep{{Path: m, Type: "file"}}})
	}
	return entry(t, web, metadata.SourceBDBA, metadata.TypeStructureInfo, info)
}

func policy(t fataler, name, version, license string) metadata.Entry {
	return entry(t, web, metadata.SourceBlackDuck, metadata.TypeIP, metadata.IPFinding{
		Severity: "BLOCKER", PackageName: text(name), PackageVersion: text(version), License: metadata.License{Name: license}, Labels: []string{"cloud"},
	})
}

// version corrects a version.
func version(t fataler, scope artefact.ID, created metadata.Timestamp, name, from, to string) metadata.Entry {
	e := entry(t, scope, metadata.SourceDashboard, metadata.TypeWriteback, metadata.PackageVersionWriteback{
		SubType: metadata.WritebackPackageVersion, PackageName: name, PackageVersionFrom: text(from), PackageVersionTo: to,
	})
	e.Meta.CreationDate = created
	return e
}

// license corrects a licence of any version.
func license(t fataler, scope artefact.ID, created metadata.Timestamp, name, from, to string) metadata.Entry {
	return licenseOf(t, scope, created, name, "", from, to)
}

func licenseOf(t fataler, scope artefact.ID, created metadata.Timestamp, name, version, from, to string) metadata.Entry {
	e := entry(t, scope, metadata.SourceDashboard, metadata.TypeWriteback, metadata.LicenseWriteback{
		SubType: metadata.WritebackLicense, PackageName: name, PackageVersion: text(version), LicenseFrom: text(from), LicenseTo: text(to),
	})
	e.Meta.CreationDate = created
	return e
}

const findingsCfg = `
- type: finding/license
  filter: [{semantics: exclude, artefact_name: ignored}]
  categorisations:
    - {id: violation, display_name: Violation, value: 16, allowed_processing_time: 30d, selector: {license_names: [GPL.*]}}
    - {id: none, display_name: None, value: 0, rescoring: manual}
`

func rules(t fataler) writeback.Rules {
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(findingsCfg), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return writeback.Rules{
		Findings: cfg,
		Types:    []metadata.Type{metadata.TypeVulnerability, metadata.TypeLicense, metadata.TypeStructureInfo, metadata.TypeIP},
	}
}

func apply(t fataler, found, writebacks []metadata.Entry) []metadata.Entry {
	corrected, err := writeback.Apply(found, writebacks, rules(t))
	if err != nil {
		t.Fatal(err)
	}
	return corrected
}

// keys lists entries as "type key", sorted.
func keys(list []metadata.Entry) []string {
	all := []string{}
	for _, e := range list {
		key, _ := e.DataKey()
		all = append(all, string(e.Meta.Type)+" "+key)
	}
	slices.Sort(all)
	return all
}

// texts lists entries as JSON, sorted.
func texts(list []metadata.Entry) []string {
	all := []string{}
	for _, e := range list {
		all = append(all, string(e.AppendJSON(nil)))
	}
	slices.Sort(all)
	return all
}

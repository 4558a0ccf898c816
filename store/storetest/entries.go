package storetest

import (
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// image is a resource of the component acme.org/shop.
func image(name, version string) artefact.ID {
	return artefact.ID{
		ComponentName:    new("acme.org/shop"),
		ComponentVersion: &version,
		Kind:             artefact.KindResource,
		Artefact:         &artefact.LocalID{Name: &name, Version: &version, Type: new("ociImage")},
	}
}

// entry makes an entry of which everything but the payload follows from its type.
func entry(id artefact.ID, t metadata.Type, data string) metadata.Entry {
	source, ok := metadata.FindingTypeDatasource(t)
	if !ok {
		source = metadata.SourceODG
	}
	return metadata.Entry{
		Artefact: id,
		Meta: metadata.Meta{
			Type: t, Datasource: source,
			CreationDate: "2026-01-01T08:00:00", LastUpdate: "2026-01-10T08:00:00",
		},
		Data: payload(t, data),
	}
}

// payload makes a payload that is known to be right.
func payload(t metadata.Type, data string) metadata.Payload {
	p, err := metadata.NewPayload(t, json.RawMessage(data))
	if err != nil {
		panic(fmt.Sprintf("payload of %s: %v: %s", t, err, data))
	}
	return p
}

func scanInfo(id artefact.ID) metadata.Entry { return entry(id, metadata.TypeScanInfo, `{}`) }

func vulnerability(id artefact.ID, pkg, version, cve string) metadata.Entry {
	return entry(id, metadata.TypeVulnerability, fmt.Sprintf(
		`{"package_name":%q,"package_version":%q,"severity":"HIGH","cve":%q,"cvss_score":7.5}`, pkg, version, cve))
}

func rescoring(id artefact.ID, about metadata.Type, severity string) metadata.Entry {
	e := entry(id, metadata.TypeRescoring, fmt.Sprintf(
		`{"finding":{"package_name":"openssl","cve":"CVE-1"},"referenced_type":%q,"severity":%q,"user":{"username":"eve","type":"user"}}`,
		about, severity))
	e.Meta.Datasource = metadata.SourceDashboard
	return e
}

func responsibles(id artefact.ID, about metadata.Type) metadata.Entry {
	e := entry(id, metadata.TypeResponsibles, fmt.Sprintf(`{"referenced_type":%q}`, about))
	e.Meta.Datasource = metadata.SourceResponsibles
	e.Meta.Responsibles = json.RawMessage(
		`[{"identifiers": [{"source":"x","type":"emailAddress","email":"<eve>@acme.org"}]}]`)
	e.Meta.AssigneeMode = new("extend")
	return e
}

// discovered returns e with a discovery date.
func discovered(e metadata.Entry, date metadata.Date) metadata.Entry {
	e.DiscoveryDate = date
	return e
}

// updated returns e with a last update.
func updated(e metadata.Entry, at metadata.Timestamp) metadata.Entry {
	e.Meta.LastUpdate = at
	return e
}

// from returns e of another datasource.
func from(e metadata.Entry, source metadata.Datasource) metadata.Entry {
	e.Meta.Datasource = source
	return e
}

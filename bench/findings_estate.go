package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// The estate is 500 components, of which the first 300 are those of the tree.
const (
	components     = 500
	versions       = 20
	findingsEach   = 100 // of a component version
	smallestEstate = components * 20
)

// estate is what an organisation has: versions of components that share packages, and
// so findings, with each other.
type estate struct {
	versions, each                             int
	vulnerabilities, licences, famous, malware []metadata.Payload
	sast, info                                 metadata.Payload
}

// newEstate makes an estate with about so many findings.
func newEstate(rows int) (*estate, error) {
	e := &estate{each: min(findingsEach, rows/components)}
	e.versions = min(versions, rows/components/e.each)
	var err error
	add := func(list *[]metadata.Payload, t metadata.Type, v any) {
		text, _ := json.Marshal(v) // maps of texts and numbers cannot fail
		p, fault := metadata.NewPayload(t, json.RawMessage(text))
		if fault != nil {
			err = fault
		}
		*list = append(*list, p)
	}
	for _, s := range sightings {
		add(&e.vulnerabilities, metadata.TypeVulnerability, s.vulnerability())
		l := s.licence()
		l["severity"] = "violation"
		add(&e.licences, metadata.TypeLicense, l)
	}
	for i := range e.each {
		s := famous
		s.version = fmt.Sprintf("1.0.%d", i)
		add(&e.famous, metadata.TypeVulnerability, s.vulnerability())
		add(&e.malware, metadata.TypeMalware, map[string]any{
			"severity": "found", "octets_count": 4711, "scan_duration_seconds": 0.5, "clamav_version": "1.4", "signature_version": 27000,
			"finding": map[string]any{"filename": fmt.Sprintf("/opt/%d", i), "content_digest": "sha256:" + s.version, "malware": "Eicar-Signature"},
		})
	}
	one := []metadata.Payload{}
	add(&one, metadata.TypeSAST, map[string]any{"severity": "missing-linting", "sast_status": "no-linter", "sub_type": "local-linting"})
	add(&one, metadata.TypeScanInfo, map[string]any{})
	e.sast, e.info = one[0], one[1]
	return e, err
}

// famous is a vulnerability that everybody has, in several versions of its package: a
// tenth of all findings.
var famous = sighting{pkg: "jar-log", cve: "CVE-2021-44228", score: 10, summary: "remote code execution", vector: sightings[0].vector}

func componentOf(i int) string { return fmt.Sprintf("acme.org/large/c%03d", i) }
func versionOf(i int) string   { return fmt.Sprintf("1.%d.0", i) }

// image is one of the six images of a component version.
func image(component, version, n int) artefact.ID {
	v := versionOf(version)
	return artefact.ID{
		ComponentName: text(componentOf(component)), ComponentVersion: &v, Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{
			Name: text(fmt.Sprintf("image-%d", n/2%3)), Version: &v, Type: text("ociImage"),
			ExtraID: map[string]string{"architecture": []string{"amd64", "arm64"}[n%2], "os": "linux"},
		},
	}
}

func source(component, version int) artefact.ID {
	v := versionOf(version)
	return artefact.ID{
		ComponentName: text(componentOf(component)), ComponentVersion: &v, Kind: artefact.KindSource,
		Artefact: &artefact.LocalID{Name: text(fmt.Sprintf("c%03d", component)), Version: &v, Type: text("git")},
	}
}

// release are the findings and scan infos of a component version.
func (e *estate) release(component, version int) []metadata.Entry {
	all := make([]metadata.Entry, 0, e.each+13)
	at := day(1, 1).Add(time.Duration(component*versions+version) * time.Minute)
	add := func(id artefact.ID, source metadata.Datasource, t metadata.Type, p metadata.Payload, found metadata.Date) {
		stamp := metadata.TimestampOf(at.Add(time.Duration(len(all)) * time.Second))
		all = append(all, metadata.Entry{
			Artefact: id, Data: p, DiscoveryDate: found,
			Meta: metadata.Meta{Datasource: source, Type: t, CreationDate: stamp, LastUpdate: stamp},
		})
	}
	for n := range 6 {
		add(image(component, version, n), metadata.SourceBDBA, metadata.TypeScanInfo, e.info, "")
		add(image(component, version, n), metadata.SourceClamAV, metadata.TypeScanInfo, e.info, "")
	}
	add(source(component, version), metadata.SourceSAST, metadata.TypeScanInfo, e.info, "")
	for n := range e.each {
		id := image(component, version, n)
		found := metadata.Date(day(1, 1+(component*7+n)%300).Format(time.DateOnly))
		seen := (component*61 + version/4*7 + n*3) % len(sightings)
		switch {
		case n == 3:
			add(source(component, version), metadata.SourceSAST, metadata.TypeSAST, e.sast, found)
		case n%10 == 0:
			add(id, metadata.SourceBDBA, metadata.TypeVulnerability, e.famous[n/10], found)
		case n%5 == 1:
			add(id, metadata.SourceBDBA, metadata.TypeLicense, e.licences[seen], found)
		case n%33 == 2:
			add(id, metadata.SourceClamAV, metadata.TypeMalware, e.malware[n], found)
		default:
			add(id, metadata.SourceBDBA, metadata.TypeVulnerability, e.vulnerabilities[seen], found)
		}
	}
	return all
}

package main

import (
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// decision is what somebody decided about a finding of the estate.
func decision(scope artefact.ID, finding any, about metadata.Type, severity, user string, at time.Time) (metadata.Entry, error) {
	p, err := metadata.NewPayload(metadata.TypeRescoring, metadata.CustomRescoring{
		Finding: metadata.ObjectOf(finding), ReferencedType: about, Severity: severity,
		User: metadata.ObjectOf(metadata.User{Username: user, Type: "user"}), MatchingRules: []string{metadata.RuleCustomRescoring},
	})
	stamp := metadata.TimestampOf(at)
	meta := metadata.Meta{Datasource: metadata.SourceDashboard, Type: metadata.TypeRescoring, CreationDate: stamp, LastUpdate: stamp}
	return metadata.Entry{Artefact: scope, Meta: meta, Data: p}, err
}

// decisions are so many about findings that there are: four of ten for one version of an
// artefact, three for all versions of it, two for a component, one for all there is.
func (e *estate) decisions(count int) ([]metadata.Entry, error) {
	all := make([]metadata.Entry, count)
	for i := range all {
		component, version, n := i%components, i/3%e.versions, (i+i/components*7)%e.each
		user, at := fmt.Sprint("user-", i), day(10, 1).Add(time.Duration(i)*time.Second)
		id := image(component, version, n)
		switch (i + i/components) % 10 {
		case 4, 5, 6:
			id.ComponentVersion, id.Artefact.Version, id.Artefact.ExtraID = nil, nil, nil
		case 7, 8:
			id = artefact.ID{ComponentName: id.ComponentName, Artefact: &artefact.LocalID{}}
		case 9:
			id = artefact.ID{Artefact: &artefact.LocalID{}}
		}
		s := sightings[(component*61+version/4*7+n*3)%len(sightings)]
		var err error
		if n%5 == 1 {
			finding := metadata.LicenseRef{PackageName: s.pkg, License: metadata.License{Name: "GPL-3.0-only"}}
			all[i], err = decision(id, finding, metadata.TypeLicense, "false-positive", user, at)
		} else {
			finding := metadata.VulnerabilityRef{PackageName: s.pkg, CVE: s.cve}
			all[i], err = decision(id, finding, metadata.TypeVulnerability, []string{"NONE", "LOW", "MEDIUM", "HIGH"}[i%4], user, at)
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

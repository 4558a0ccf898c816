package sla

import (
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Entry is the report on vulnerabilities in the form in which ODG's SLA violation
// profiler stores it: one entry per component version, which names each violated
// package and CVE of an artefact once. Other types of findings have no place in it.
func (r Report) Entry(component, version string, now time.Time) (metadata.Entry, error) {
	list := []metadata.SLAViolation{}
	seen := map[string]bool{}
	for _, v := range r.Violations {
		var ref metadata.VulnerabilityRef
		if v.Finding.Meta.Type != metadata.TypeVulnerability || v.Finding.Data.Decode(&ref) != nil {
			continue
		}
		key := fmt.Sprintf("%s\x00%s\x00%s", v.Finding.Artefact.Key(), ref.PackageName, ref.CVE)
		if !seen[key] {
			seen[key] = true
			list = append(list, metadata.SLAViolation{
				Finding: metadata.ObjectOf(ref), ReferencedType: metadata.TypeVulnerability, Artefact: v.Finding.Artefact,
			})
		}
	}
	data, err := metadata.NewPayload(metadata.TypeSLAViolation, metadata.SLAViolations{SLAViolations: list})
	stamp := metadata.TimestampOf(now)
	return metadata.Entry{
		Artefact: artefact.ID{ComponentName: &component, ComponentVersion: &version, Artefact: &artefact.LocalID{}},
		Meta:     metadata.Meta{Datasource: metadata.SourceSLAProfiler, Type: metadata.TypeSLAViolation, CreationDate: stamp, LastUpdate: stamp},
		Data:     data,
	}, err
}

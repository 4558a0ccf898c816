package proposal

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// finding is what is told of the group: for packages the versions together, else the
// data as it is stored.
func (p Proposal) finding() json.RawMessage {
	data := p.Findings[0].Data
	switch p.Type {
	case metadata.TypeVulnerability:
		var found storedVulnerability
		if data.Decode(&found) == nil {
			return marshal(p.vulnerability(found))
		}
	case metadata.TypeLicense:
		var found license
		if data.Decode(&found) == nil {
			found.Versions, found.Paths = list(p.Versions), list(p.Paths)
			return marshal(found)
		}
	case metadata.TypeIP:
		var found intellectual
		if data.Decode(&found) == nil {
			return marshal(p.intellectual(found))
		}
	}
	return data.Raw()
}

// storedVulnerability is the part of a vulnerability, of either model, that is told.
type storedVulnerability struct {
	Severity   string          `json:"severity"`
	Package    string          `json:"package_name"`
	CVE        string          `json:"cve"`
	Score      json.RawMessage `json:"cvss_score"`
	OlderScore json.RawMessage `json:"cvss_v3_score"`
	Summary    *string         `json:"summary"`
	URLs       []string        `json:"urls"`
}

type vulnerability struct {
	Severity string            `json:"severity"`
	Package  string            `json:"package_name"`
	Versions []string          `json:"package_versions"`
	CVE      string            `json:"cve"`
	Score    json.RawMessage   `json:"cvss_v3_score"`
	CVSS     *string           `json:"cvss"`
	Summary  *string           `json:"summary"`
	URLs     []string          `json:"urls"`
	Paths    []json.RawMessage `json:"filesystem_paths"`
}

// pageOfCVE is where the National Vulnerability Database describes a CVE, for scanners
// that do not say where they know it from.
const pageOfCVE = "https://nvd.nist.gov/vuln/detail/"

func (p Proposal) vulnerability(found storedVulnerability) vulnerability {
	v := vulnerability{
		Severity: found.Severity, Package: found.Package, Versions: list(p.Versions), CVE: found.CVE,
		Score: found.Score, Summary: found.Summary, URLs: found.URLs, Paths: list(p.Paths),
	}
	if v.Score == nil {
		v.Score = found.OlderScore
	}
	if vector := Vector(*p.Findings[0]); vector != (rescore.Vector{}) {
		text := vector.String()
		v.CVSS = &text
	}
	if len(v.URLs) == 0 {
		v.URLs = []string{pageOfCVE + v.CVE}
	}
	return v
}

type license struct {
	Severity string            `json:"severity"`
	Package  string            `json:"package_name"`
	Versions []string          `json:"package_versions"`
	License  json.RawMessage   `json:"license"`
	Paths    []json.RawMessage `json:"filesystem_paths"`
}

type intellectual struct {
	Severity   string            `json:"severity"`
	Package    *string           `json:"package_name"`
	Versions   []string          `json:"package_versions"`
	Licenses   []json.RawMessage `json:"licenses"`
	Violations []json.RawMessage `json:"policy_violations"`
	Labels     []string          `json:"labels"`
}

// intellectual adds the licenses and violations of all findings, each once.
func (p Proposal) intellectual(i intellectual) intellectual {
	i.Versions, i.Licenses, i.Violations = list(p.Versions), []json.RawMessage{}, []json.RawMessage{}
	i.Labels = list(i.Labels)
	slices.Sort(i.Labels)
	for _, e := range p.Findings {
		var found struct {
			License   json.RawMessage `json:"license"`
			Violation json.RawMessage `json:"policy_violation"`
		}
		if e.Data.Decode(&found) == nil {
			i.Licenses = once(i.Licenses, found.License)
			i.Violations = once(i.Violations, found.Violation)
		}
	}
	return i
}

func once(all []json.RawMessage, value json.RawMessage) []json.RawMessage {
	if slices.ContainsFunc(all, func(known json.RawMessage) bool { return bytes.Equal(known, value) }) {
		return all
	}
	return append(all, value)
}

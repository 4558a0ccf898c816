package proposal

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// appendFinding appends what is told of the group: for packages the versions together,
// else the data as it is stored. Values are written as they are stored.
func (p Proposal) appendFinding(b []byte) []byte {
	raw := p.Findings[0].Data.Raw()
	members, err := rawjson.Inner(raw)
	if err != nil || !aboutPackage(p.Type) {
		return append(b, raw...)
	}
	found := data(members)
	b = append(append(b, `{"severity":`...), found.get("severity")...)
	b = append(append(b, `,"package_name":`...), found.get("package_name")...)
	b = appendTexts(append(b, `,"package_versions":`...), p.Versions)
	switch p.Type {
	case metadata.TypeVulnerability:
		b = appendVulnerability(b, found)
	case metadata.TypeLicense:
		b = append(append(b, `,"license":`...), found.get("license")...)
	case metadata.TypeIP:
		return append(p.appendIntellectual(b, found), '}')
	}
	return append(appendValues(append(b, `,"filesystem_paths":`...), p.Paths), '}')
}

// data are the members of the data of a finding.
type data []rawjson.Member

// get returns the value of a member, null if there is none.
func (d data) get(key string) json.RawMessage {
	for i := range d {
		if d[i].Key == key {
			return d[i].Value
		}
	}
	return null
}

var null = json.RawMessage("null")

// pageOfCVE is where the National Vulnerability Database describes a CVE, for scanners
// that do not say where they know it from.
const pageOfCVE = "https://nvd.nist.gov/vuln/detail/"

func appendVulnerability(b []byte, found data) []byte {
	score := found.get("cvss_score")
	if rawjson.IsNull(score) {
		score = found.get("cvss_v3_score") // of older scanners
	}
	b = append(append(b, `,"cve":`...), found.get("cve")...)
	b = append(append(b, `,"cvss_v3_score":`...), score...)
	b = append(b, `,"cvss":`...)
	if vector := vectorOf(found.get("cvss")); vector != (rescore.Vector{}) {
		b = rawjson.AppendString(b, vector.String())
	} else {
		b = append(b, "null"...)
	}
	b = append(append(b, `,"summary":`...), found.get("summary")...)
	b = append(b, `,"urls":`...)
	if urls, ok := rawjson.Elements(found.get("urls")); ok && len(urls) > 0 {
		return appendValues(b, urls)
	}
	cve, _ := rawjson.String(found.get("cve")) // a text, or nothing was stored
	return appendTexts(b, []string{pageOfCVE + cve})
}

// Vector returns the vector of a vulnerability, the zero one if it has none that can be
// read.
func Vector(e metadata.Entry) rescore.Vector {
	return vectorOf(member(e.Data.Raw(), "cvss"))
}

// member returns the value of a member, null if there is none.
func member(object json.RawMessage, key string) json.RawMessage {
	if value, ok := rawjson.Lookup(object, key); ok {
		return value
	}
	return null
}

func vectorOf(value json.RawMessage) rescore.Vector {
	var v rescore.Vector
	if rawjson.IsNull(value) || v.UnmarshalJSON(value) != nil {
		return rescore.Vector{}
	}
	return v
}

// appendIntellectual adds the licenses and violations of all findings, each once, and
// the labels in the order by which rescorings name them.
func (p Proposal) appendIntellectual(b []byte, found data) []byte {
	var licenses, violations []json.RawMessage
	for _, e := range p.Findings {
		if members, err := rawjson.Inner(e.Data.Raw()); err == nil {
			licenses = once(licenses, data(members).get("license"))
			violations = once(violations, data(members).get("policy_violation"))
		}
	}
	labels, _ := rawjson.Elements(found.get("labels")) // what is no list has none
	slices.SortFunc(labels, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	b = appendValues(append(b, `,"licenses":`...), licenses)
	b = appendValues(append(b, `,"policy_violations":`...), violations)
	return appendValues(append(b, `,"labels":`...), labels)
}

func once(all []json.RawMessage, value json.RawMessage) []json.RawMessage {
	if slices.ContainsFunc(all, func(known json.RawMessage) bool { return bytes.Equal(known, value) }) {
		return all
	}
	return append(all, value)
}

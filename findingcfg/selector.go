package findingcfg

import (
	"encoding/json"
	"fmt"

	"github.com/opendeliverygear/odg/metadata"
)

// Property is what a finding is categorised by. Which one it is depends on the
// finding type; make one with [Score], [Text], [NoText] or [Violation].
type Property struct {
	isScore bool
	score   float64
	text    *string
	labels  []string
}

// Score is the CVSS v3 score of a vulnerability, 0 to 10.
func Score(score float64) Property { return Property{isScore: true, score: score} }

// Text is a license or malware name, a SAST sub type, an operating system
// status, a crypto rating, or the resolution of a GitHub alert.
func Text(text string) Property { return Property{text: &text} }

// NoText is the resolution of a GitHub alert that has none.
func NoText() Property { return Property{} }

// Violation is the id of the violated IP policy, or nil, and the labels of the
// finding.
func Violation(policyID *string, labels ...string) Property {
	return Property{text: policyID, labels: labels}
}

// Selector picks findings by their [Property]. It does not change.
type Selector struct {
	key      string
	min, max float64
	patterns []Pattern
	// null tells that the list of patterns has a null, which only null equals.
	null   bool
	labels []Pattern
}

// The keys under which selectors are written.
const (
	keyScoreRange = "cve_score_range"
	keyLicenses   = "license_names"
	keyMalware    = "malware_names"
	keySubTypes   = "sub_types"
	keyStatus     = "status"
	keyRatings    = "ratings"
	keyResolution = "resolutions"
	keyPolicies   = "policy_violation_ids"
	keyLabels     = "labels"
)

// selectorKeys says which selector fits which finding type. Findings of other
// types get their severity from their producer.
var selectorKeys = map[metadata.Type]string{
	metadata.TypeVulnerability: keyScoreRange,
	metadata.TypeLicense:       keyLicenses,
	metadata.TypeMalware:       keyMalware,
	metadata.TypeSAST:          keySubTypes,
	metadata.TypeOSIDFinding:   keyStatus,
	metadata.TypeCrypto:        keyRatings,
	metadata.TypeGHAS:          keyResolution,
	metadata.TypeIP:            keyPolicies,
}

// Matches tells if s picks a finding with property p. A property of the wrong
// sort, such as a text for a score range, is not picked.
func (s *Selector) Matches(p Property) bool {
	switch {
	case s.key == keyScoreRange:
		return p.isScore && s.min <= p.score && p.score <= s.max
	case p.isScore:
		return false
	case s.key == keyPolicies:
		return s.matchesViolation(p)
	case p.text == nil:
		return s.null
	}
	return anyMatches(s.patterns, *p.text)
}

func (s *Selector) matchesViolation(p Property) bool {
	id := ""
	if p.text != nil {
		id = *p.text
	}
	if len(s.patterns) > 0 && !anyMatches(s.patterns, id) {
		return false
	}
	for _, label := range p.labels {
		if anyMatches(s.labels, label) {
			return true
		}
	}
	return len(s.labels) == 0
}

// MarshalJSON writes the selector as configuration has it.
func (s *Selector) MarshalJSON() ([]byte, error) {
	switch s.key {
	case keyScoreRange:
		return fmt.Appendf(nil, `{%q:{"min":%v,"max":%v}}`, s.key, s.min, s.max), nil
	case keyPolicies:
		return json.Marshal(map[string][]Pattern{keyPolicies: listed(s.patterns), keyLabels: listed(s.labels)})
	}
	texts := make([]*string, 0, len(s.patterns)+1)
	for _, p := range s.patterns {
		texts = append(texts, new(p.String()))
	}
	if s.null {
		texts = append(texts, nil)
	}
	return json.Marshal(map[string][]*string{s.key: texts})
}

// listed returns all, never nil, so that JSON has a list.
func listed(all []Pattern) []Pattern {
	if all == nil {
		return []Pattern{}
	}
	return all
}

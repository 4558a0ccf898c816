package rescore

import "github.com/opendeliverygear/odg/metadata"

// Decision says how severe a finding is, and why.
type Decision struct {
	// Severity is the id of the category that holds.
	Severity string
	// MatchingRules name the rules of the winner, or say that nobody overruled the
	// scanner: original-severity.
	MatchingRules []string
	// AllowedProcessingTime and DueDate are those of the winner; nil and empty mean
	// that the category decides.
	AllowedProcessingTime *string
	DueDate               metadata.Date
	// Rescorings are all that apply, the winner first; none if nobody overruled
	// the scanner.
	Rescorings []*metadata.Entry
}

// Rescored tells if somebody overruled the scanner.
func (d Decision) Rescored() bool { return len(d.Rescorings) > 0 }

// severity is the part of a finding that is overruled.
type severity struct {
	Severity string `json:"severity"`
}

// Decide returns how severe a finding is, given the rescorings that apply to it,
// best first, as [Applicable] and [Index.For] return them. A rescoring that cannot
// be decoded is passed over.
func Decide(finding metadata.Entry, applicable []*metadata.Entry) Decision {
	for i, r := range applicable {
		var winner metadata.CustomRescoring
		if r.Data.Decode(&winner) != nil {
			continue
		}
		return Decision{
			Severity:              winner.Severity,
			MatchingRules:         winner.MatchingRules,
			AllowedProcessingTime: winner.AllowedProcessingTime,
			DueDate:               winner.DueDate,
			Rescorings:            applicable[i:],
		}
	}
	var original severity
	_ = finding.Data.Decode(&original) // a finding without severity has none
	return Decision{Severity: original.Severity, MatchingRules: []string{metadata.RuleOriginalSeverity}}
}

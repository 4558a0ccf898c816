package rescore

import (
	"time"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
)

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
	// ValidUntil is when the winner ends; empty means never.
	ValidUntil metadata.Expiry
	// Rescorings are all that apply and have not ended, the winner first; none if
	// nobody overruled the scanner.
	Rescorings []*metadata.Entry
}

// Rescored tells if somebody overruled the scanner.
func (d Decision) Rescored() bool { return len(d.Rescorings) > 0 }

// decided is the part of a rescoring that counts here.
type decided struct {
	Severity              string          `json:"severity"`
	MatchingRules         []string        `json:"matching_rules"`
	AllowedProcessingTime *string         `json:"allowed_processing_time"`
	DueDate               metadata.Date   `json:"due_date"`
	ValidUntil            metadata.Expiry `json:"valid_until"`
}

// Decide returns how severe a finding is at a point in time, given the rescorings
// that apply to it, best first, as [Applicable] and [Index.For] return them. Those
// that have ended, and those that cannot be decoded, are passed over.
func Decide(finding metadata.Entry, applicable []*metadata.Entry, now time.Time) Decision {
	var d Decision
	for _, r := range applicable {
		var given decided
		if r.Data.Decode(&given) != nil || given.ValidUntil.Over(now) {
			continue
		}
		if !d.Rescored() {
			d = Decision{
				Severity:              given.Severity,
				MatchingRules:         given.MatchingRules,
				AllowedProcessingTime: given.AllowedProcessingTime,
				DueDate:               given.DueDate,
				ValidUntil:            given.ValidUntil,
			}
		}
		d.Rescorings = append(d.Rescorings, r)
	}
	if d.Rescored() {
		return d
	}
	d = Decision{MatchingRules: []string{metadata.RuleOriginalSeverity}}
	if original, ok := rawjson.Lookup(finding.Data.Raw(), "severity"); ok {
		d.Severity, _ = rawjson.String(original) // what is no text is none
	}
	return d
}

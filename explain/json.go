package explain

import (
	"encoding/json"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// Document is an explanation as JSON. Fields are added, never renamed.
type Document struct {
	Finding       Stored        `json:"finding"`
	Original      string        `json:"original_severity"`
	Severity      string        `json:"severity"`
	Value         *int          `json:"value"`
	Solved        bool          `json:"solved"`
	Due           metadata.Date `json:"due_date"`
	DueBy         string        `json:"due_by"`
	Sprint        *Sprint       `json:"sprint"`
	ValidUntil    *string       `json:"valid_until"`
	Rescorings    []Considered  `json:"rescorings"`
	Rules         []RuleResult  `json:"rules"`
	Proposed      *string       `json:"proposed_severity"`
	Configuration []StepResult  `json:"configuration"`
	Fault         string        `json:"fault,omitempty"`
}

// Sprint is the one in which a finding is due.
type Sprint struct {
	Name string        `json:"name"`
	End  metadata.Date `json:"end_date"`
}

// Considered is a rescoring and what became of it.
type Considered struct {
	Outcome     rescore.Outcome `json:"outcome"`
	Reason      string          `json:"reason"`
	Specificity string          `json:"specificity"`
	Automatic   bool            `json:"automatic"`
	Rescoring   Stored          `json:"rescoring"`
}

// RuleResult is a rule of the ruleset and if it matches.
type RuleResult struct {
	Name      string `json:"name"`
	Operation string `json:"operation"`
	Matches   bool   `json:"matches"`
	Reason    string `json:"reason"`
}

// StepResult is a piece of configuration and what it contributed.
type StepResult struct {
	Name string `json:"name"`
	Says string `json:"says"`
}

// Stored is an entry with its id.
type Stored struct{ *metadata.Entry }

// MarshalJSON writes the entry with a further member id.
func (s Stored) MarshalJSON() ([]byte, error) {
	b := s.AppendJSON(nil)
	return append(append(append(b[:len(b)-1], `,"id":"`...), s.ID()...), `"}`...), nil
}

// Document returns e as JSON tells it.
func (e Explanation) Document() Document {
	d := Document{
		Finding: Stored{e.Finding}, Original: e.Original, Severity: e.Severity, Solved: e.Solved(), Due: e.Due, DueBy: string(e.DueBy),
		Rescorings: []Considered{}, Rules: []RuleResult{}, Configuration: []StepResult{},
	}
	if e.Category != nil {
		d.Value = &e.Category.Value
	}
	if e.Sprint != nil {
		d.Sprint = &Sprint{e.Sprint.Name, e.Sprint.Due()}
	}
	if end := string(e.ValidUntil); end != "" {
		d.ValidUntil = &end
	}
	if e.Proposed != "" {
		d.Proposed = &e.Proposed
	}
	if e.Err != nil {
		d.Fault = e.Err.Error()
	}
	for _, c := range e.Considered {
		d.Rescorings = append(d.Rescorings, Considered{c.Outcome, c.Reason, c.Specificity.String(), c.Automatic, Stored{c.Rescoring}})
	}
	for _, r := range e.Rules {
		d.Rules = append(d.Rules, RuleResult{r.Name, r.Operation, r.Matches, r.Reason})
	}
	for _, s := range e.Steps {
		d.Configuration = append(d.Configuration, StepResult(s))
	}
	return d
}

// MarshalJSON writes the [Document].
func (e Explanation) MarshalJSON() ([]byte, error) { return json.Marshal(e.Document()) }

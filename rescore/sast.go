package rescore

import (
	"slices"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Pattern is a regular expression that is matched from the start of a text, not
// necessarily to its end.
type Pattern interface {
	MatchStart(s string) bool
}

// SASTRule changes the severity of findings about missing static analysis. It
// matches if any of the patterns matches the component name and the sub type is
// listed.
type SASTRule struct {
	Name       string
	Components []Pattern
	SubTypes   []string
	// SASTStatus is the status that the rule is about, such as no-linter.
	SASTStatus string
	// Operation is the name of one of the ruleset's operations, or set-to-ID.
	Operation string
}

// Matches tells if r is for findings of a component and sub type.
func (r SASTRule) Matches(component, subType string) bool {
	return slices.Contains(r.SubTypes, subType) && slices.ContainsFunc(r.Components, func(p Pattern) bool {
		return p.MatchStart(component)
	})
}

// MatchingSAST returns the rules for missing static analysis that match, in
// their order.
func (rs *Ruleset) MatchingSAST(component, subType string) []SASTRule {
	var matching []SASTRule
	for _, rule := range rs.SASTRules {
		if rule.Matches(component, subType) {
			matching = append(matching, rule)
		}
	}
	return matching
}

// ApplySAST returns the category that follows from the current one by rules.
func (rs *Ruleset) ApplySAST(rules []SASTRule, current string) string {
	for _, rule := range rules {
		current = rs.operate(rule.Operation, current)
	}
	return current
}

// automaticComment is the text that ODG's extension writes, as it is.
const automaticComment = "Automatically rescored due_date on rules."

// AutomaticSAST is a rescoring that rules make of a finding about missing static
// analysis, for [AutomaticSAST.Entry].
type AutomaticSAST struct {
	Artefact artefact.ID
	Finding  metadata.SASTRef
	Rules    []SASTRule // those that match
	Severity string     // the result of [Ruleset.ApplySAST]
	// AllowedProcessingTime is that of the new category, or nil.
	AllowedProcessingTime *string
}

// Entry returns the rescoring as the SAST extension stores it.
func (a AutomaticSAST) Entry(now time.Time) (metadata.Entry, error) {
	names := make([]string, len(a.Rules))
	for i, rule := range a.Rules {
		names[i] = rule.Name
	}
	data, err := metadata.NewPayload(metadata.TypeRescoring, metadata.CustomRescoring{
		Finding:               metadata.ObjectOf(a.Finding),
		ReferencedType:        metadata.TypeSAST,
		Severity:              a.Severity,
		User:                  metadata.ObjectOf(metadata.User{Username: "sast-extension", Type: "user"}),
		MatchingRules:         names,
		Comment:               new(automaticComment),
		AllowedProcessingTime: a.AllowedProcessingTime,
	})
	at := metadata.TimestampOf(now)
	return metadata.Entry{
		Artefact: a.Artefact,
		Meta: metadata.Meta{
			Datasource: metadata.SourceSAST, Type: metadata.TypeRescoring, CreationDate: at, LastUpdate: at,
		},
		Data: data,
	}, err
}

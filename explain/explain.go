package explain

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/sprint"
)

// ErrNoFinding says that no finding is stored under an id.
var ErrNoFinding = errors.New("no finding is stored under this id")

// Explanation says how a finding stands, and why.
type Explanation struct {
	Finding *metadata.Entry
	// Original is the severity that the scanner gave.
	Original string
	// Judgement is what holds. Its Err says what cannot be judged. Without a
	// configuration for the type, it is empty but for that.
	findingcfg.Judgement
	// Sprint is the one in which the finding is due, nil if there is none.
	Sprint *sprint.Sprint
	// Considered are the rescorings about the same subject, see [rescore.Explain].
	Considered []rescore.Considered
	// Rules are those of the ruleset, in their order; none if the type has no ruleset.
	Rules []Rule
	// Proposed is the severity that the rules propose for as long as nobody decides;
	// empty if they propose nothing.
	Proposed string
	// Steps are what configuration contributed, in the order in which it counts.
	Steps []Step
}

// Solved tells that nothing has to be done: the category has the value 0.
func (e Explanation) Solved() bool { return e.Category != nil && e.Category.Value == 0 }

// Rule is a rule of a ruleset, and if it matches the finding.
type Rule struct {
	rescore.Rule
	Matches bool
	Reason  string // a sentence for people
}

// Step is a piece of configuration, and what it contributed.
type Step struct {
	Name string // such as category
	Says string // a sentence for people
}

// Of explains a finding by what is known of its artefact, as [proposal.Of] uses it: the
// rescorings, of which any number may be about something else, and what the artefact is
// exposed to.
func Of(finding metadata.Entry, f proposal.Facts, r proposal.Rules) Explanation {
	if r.Findings == nil {
		r.Findings = &findingcfg.Config{}
	}
	var found struct {
		Severity string `json:"severity"`
	}
	_ = finding.Data.Decode(&found) // a finding without severity has none
	e := Explanation{
		Finding: &finding, Original: found.Severity,
		Considered: rescore.Explain(finding, f.Rescorings, r.Options, r.Now).Considered,
	}
	cfg, ok := r.Findings.For(finding.Meta.Type)
	if !ok {
		e.Severity = found.Severity
		e.Err = fmt.Errorf("there is no configuration for findings of type %q", finding.Meta.Type)
		e.add("type", "%s is not configured, so that its findings are in no report", finding.Meta.Type)
		return e
	}
	e.Judgement = cfg.Judge(finding, rescore.Applicable(finding, f.Rescorings, r.Options), r.Now)
	e.addConfiguration(cfg, r)
	e.addDueDate(cfg, r)
	e.addRules(cfg, f)
	return e
}

func (e *Explanation) add(name, format string, args ...any) {
	e.Steps = append(e.Steps, Step{name, fmt.Sprintf(format, args...)})
}

func (e *Explanation) addConfiguration(cfg *findingcfg.Finding, r proposal.Rules) {
	e.add("type", "%s is configured with %d categories", cfg.Type, len(cfg.Categorisations))
	switch applies := cfg.Matches(e.Finding.Artefact); {
	case len(cfg.Filters) == 0:
		e.add("filter", "there are no filters: it applies to all artefacts")
	case applies:
		e.add("filter", "its filters (%d) let the artefact pass", len(cfg.Filters))
	default:
		e.add("filter", "its filters (%d) leave the artefact out, so that the finding is in no report", len(cfg.Filters))
	}
	if r.Options.PeerScopes {
		e.add("scopes", "rescorings that leave kind or type of the artefact null apply to nothing, as in existing installations")
	} else {
		e.add("scopes", "rescorings that leave kind or type of the artefact null apply to any")
	}
	if e.Category == nil {
		e.add("category", "%q is none of %s", e.Severity, strings.Join(categories(cfg), ", "))
		return
	}
	e.add("category", "%s (%s) has the value %d%s", e.Category.ID, e.Category.DisplayName, e.Category.Value, solved(e.Solved()))
}

func solved(is bool) string {
	if is {
		return ": there is nothing to do"
	}
	return ""
}

func categories(cfg *findingcfg.Finding) []string {
	ids := make([]string, len(cfg.Categorisations))
	for i, c := range cfg.Categorisations {
		ids[i] = c.ID
	}
	return ids
}

func (e *Explanation) addDueDate(cfg *findingcfg.Finding, r proposal.Rules) {
	switch {
	case e.Err != nil:
		e.add("due date", "it cannot be told: %v", e.Err)
		return
	case e.Due == "":
		e.add("due date", "there is none: %s", e.basis())
		return
	}
	e.add("due date", "%s: %s", e.Due, e.basis())
	if r.Sprints == nil {
		return
	}
	if s, ok := r.Sprints.For(e.Due, cfg.SprintOffset); ok {
		e.Sprint = &s
		e.add("sprint", "%s is due on %s, the first that is due on %s or later, or the last; moved by %d", s.Name, s.Due(), e.Due, cfg.SprintOffset)
	}
}

// basis says what the due date follows from.
func (e *Explanation) basis() string {
	switch e.DueBy {
	case findingcfg.DueByRescoring:
		return "the rescoring names it"
	case findingcfg.DueByRescoringTime:
		return fmt.Sprintf("the rescoring allows %s from the discovery on %s", span(*e.AllowedProcessingTime), e.Finding.DiscoveryDate)
	case findingcfg.DueByFindingTime:
		return fmt.Sprintf("the finding was stored with %s from the discovery on %s", span(*e.Finding.AllowedProcessingTime), e.Finding.DiscoveryDate)
	}
	if d, ok := e.Category.AllowedProcessingTime.Duration(); ok {
		return fmt.Sprintf("the category allows %d days from the discovery on %s", d.Days(), e.Finding.DiscoveryDate)
	}
	return "the category sets no time"
}

// span writes a stored time as days, as it is counted.
func span(text string) string {
	d, err := findingcfg.ParseDuration(text)
	if err != nil {
		return text
	}
	return fmt.Sprintf("%d days", d.Days())
}

func (e *Explanation) addRules(cfg *findingcfg.Finding, f proposal.Facts) {
	if cfg.Ruleset == nil || cfg.Type != metadata.TypeVulnerability {
		return
	}
	if f.Categorisation == nil {
		e.add("ruleset", "%s proposes nothing: neither artefact nor component tell by a label (%s) what they are exposed to",
			cfg.Ruleset.Name, rescore.LabelCVECategorisation)
		return
	}
	vector := proposal.Vector(*e.Finding)
	for _, rule := range cfg.Ruleset.Rules {
		e.Rules = append(e.Rules, ruleOf(rule, *f.Categorisation, vector))
	}
	e.Proposed = cfg.Ruleset.Apply(cfg.Ruleset.Matching(*f.Categorisation, vector), e.Original)
	if e.Rescored() {
		e.add("ruleset", "%s would propose %s, but somebody has decided", cfg.Ruleset.Name, e.Proposed)
		return
	}
	e.add("ruleset", "%s proposes %s; a proposal does not decide", cfg.Ruleset.Name, e.Proposed)
}

// ruleOf says if a rule matches, and why not.
func ruleOf(rule rescore.Rule, c rescore.Categorisation, v rescore.Vector) Rule {
	r := Rule{Rule: rule, Matches: rule.Matches(c, v)}
	attr := rule.CategoryValue.Attribute
	switch got := c.Value(attr); {
	case r.Matches:
		r.Reason = fmt.Sprintf("it is for %s, and the vector fits", rule.CategoryValue)
	case got != rule.CategoryValue.Value && got == "":
		r.Reason = fmt.Sprintf("it is for %s, which the label does not tell", rule.CategoryValue)
	case got != rule.CategoryValue.Value:
		r.Reason = fmt.Sprintf("it is for %s, and the label says %s", rule.CategoryValue, got)
	default:
		r.Reason = fmt.Sprintf("it is for %s, and the vector is %s", values(rule), v)
	}
	return r
}

func values(rule rescore.Rule) string {
	texts := make([]string, len(rule.CVEValues))
	for i, v := range rule.CVEValues {
		texts[i] = v.String()
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}

package findingcfg

import (
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// Config is a findings configuration. The zero Config has no finding types:
// nothing is reported.
type Config struct {
	// Findings are the finding types in the order of the file.
	Findings []Finding
	// Declared are the types that ODG does not know and that the file declares, in
	// its order. See [Config.Types].
	Declared []metadata.TypeSpec
}

// For returns the configuration of type t. If a type is listed more than once,
// the first wins.
func (c *Config) For(t metadata.Type) (*Finding, bool) {
	for i := range c.Findings {
		if c.Findings[i].Type == t {
			return &c.Findings[i], true
		}
	}
	return nil, false
}

// Finding is the configuration of one finding type.
type Finding struct {
	Type metadata.Type
	// Categorisations in their order, which matters: the first selector that
	// matches wins.
	Categorisations []Categorisation
	// Filters restrict the artefacts; none means all.
	Filters []Filter
	// Ruleset proposes severities for rescorings; nil means none. Only
	// vulnerabilities and findings about missing static analysis have one.
	Ruleset *rescore.Ruleset
	// Issues says how findings become tracking issues.
	Issues Issues
	// DefaultScope is the scope of rescorings that user interfaces preselect.
	DefaultScope Scope
	// Retention says if a new finding keeps the discovery date of an earlier one.
	Retention metadata.Retention
	// SprintOffset shifts the sprint in which a finding is due; -1 is the sprint
	// that ends before the due date.
	SprintOffset int
}

// Matches tells if the finding type applies to id: no exclude filter matches,
// and an include filter does, if there is any.
func (f *Finding) Matches(id artefact.ID) bool { return allows(f.Filters, id) }

// Categorise returns the first category whose selector matches p. It returns
// false if there is none; the finding is then not reported.
func (f *Finding) Categorise(p Property) (*Categorisation, bool) {
	for i := range f.Categorisations {
		c := &f.Categorisations[i]
		if c.Selector != nil && c.Selector.Matches(p) {
			return c, true
		}
	}
	return nil, false
}

// Category returns the category with the given id, which findings carry as their
// severity.
func (f *Finding) Category(id string) (*Categorisation, bool) {
	for i := range f.Categorisations {
		if f.Categorisations[i].ID == id {
			return &f.Categorisations[i], true
		}
	}
	return nil, false
}

// NoneCategorisation returns the category for findings that need no work: the
// first with value 0.
func (f *Finding) NoneCategorisation() (*Categorisation, bool) {
	for i := range f.Categorisations {
		if f.Categorisations[i].Value == 0 {
			return &f.Categorisations[i], true
		}
	}
	return nil, false
}

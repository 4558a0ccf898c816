package findingcfg

import "fmt"

// Categorisation is a category of findings: how severe they are and how long
// they may stay open.
type Categorisation struct {
	// ID is written into findings as their severity. It must never change while
	// findings carry it.
	ID string
	// DisplayName is what people read.
	DisplayName string
	// Value orders categories: -1 unknown, 0 solved, 1 low, 2 medium, 4 high,
	// 8 critical, 16 blocker.
	Value int
	// AllowedProcessingTime is how long findings may stay open.
	AllowedProcessingTime ProcessingTime
	// Rescoring says who may rescore to this category; empty means nobody.
	Rescoring []RescoringMode
	// Selector picks the findings; nil picks none.
	Selector *Selector
}

// Automatic tells if rescorings to this category may be made without a person.
func (c *Categorisation) Automatic() bool {
	for _, mode := range c.Rescoring {
		if mode == RescoringAutomatic {
			return true
		}
	}
	return false
}

// RescoringMode says who may rescore to a category.
type RescoringMode string

// The ways of rescoring.
const (
	RescoringManual    RescoringMode = "manual"
	RescoringAutomatic RescoringMode = "automatic"
)

// Validate returns an error that names the modes if m is none of them.
func (m RescoringMode) Validate() error {
	if m == RescoringManual || m == RescoringAutomatic {
		return nil
	}
	return fmt.Errorf("rescoring %q is unknown, want manual or automatic", string(m))
}

// Scope says for how much a rescoring holds.
type Scope string

// The scopes from wide to narrow.
const (
	ScopeGlobal    Scope = "global"
	ScopeComponent Scope = "component"
	ScopeArtefact  Scope = "artefact"
	ScopeSingle    Scope = "single"
)

// Validate returns an error that names the scopes if s is none of them.
func (s Scope) Validate() error {
	switch s {
	case ScopeGlobal, ScopeComponent, ScopeArtefact, ScopeSingle:
		return nil
	}
	return fmt.Errorf("scope %q is unknown, want one of global, component, artefact, single", string(s))
}

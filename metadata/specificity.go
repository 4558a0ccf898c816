package metadata

import (
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
)

// Specificity says how much of what there is an entry is about. More specific
// ones are greater.
type Specificity int

// The specificities, in ascending order.
const (
	Global    Specificity = iota // all components
	Component                    // all artefacts of a component
	Artefact                     // all versions of an artefact
	Single                       // one version of an artefact
)

// String returns ODG's name: global, component, artefact or single.
func (s Specificity) String() string {
	switch s {
	case Global:
		return "global"
	case Component:
		return "component"
	case Artefact:
		return "artefact"
	case Single:
		return "single"
	}
	return fmt.Sprintf("Specificity(%d)", int(s))
}

// Specificity tells what e is about. Empty names and versions count as missing.
func (e Entry) Specificity() Specificity {
	local := e.Artefact.Local()
	switch {
	case artefact.Text(e.Artefact.ComponentName) == "":
		return Global
	case artefact.Text(local.Name) == "":
		return Component
	case artefact.Text(local.Version) == "":
		return Artefact
	}
	return Single
}

package vex

import (
	"fmt"
	"slices"

	cdx "github.com/CycloneDX/cyclonedx-go"
	openvex "github.com/openvex/go-vex/pkg/vex"
)

// Justification says why a product is not affected, in the words of OpenVEX or
// those of CycloneDX.
type Justification string

// Response is what is done about a vulnerability, in the words of CycloneDX.
type Response string

// openJustifications are the words of CycloneDX for those of OpenVEX.
var openJustifications = map[Justification]Justification{
	Justification(openvex.ComponentNotPresent):                         Justification(cdx.IAJCodeNotPresent),
	Justification(openvex.VulnerableCodeNotPresent):                    Justification(cdx.IAJCodeNotPresent),
	Justification(openvex.VulnerableCodeNotInExecutePath):              Justification(cdx.IAJCodeNotReachable),
	Justification(openvex.VulnerableCodeCannotBeControlledByAdversary): Justification(cdx.IAJRequiresEnvironment),
	Justification(openvex.InlineMitigationsAlreadyExist):               Justification(cdx.IAJProtectedByMitigatingControl),
}

// cycloneJustifications are the words of OpenVEX for those of CycloneDX.
var cycloneJustifications = map[Justification]Justification{
	Justification(cdx.IAJCodeNotPresent):               Justification(openvex.VulnerableCodeNotPresent),
	Justification(cdx.IAJCodeNotReachable):             Justification(openvex.VulnerableCodeNotInExecutePath),
	Justification(cdx.IAJRequiresConfiguration):        Justification(openvex.VulnerableCodeNotInExecutePath),
	Justification(cdx.IAJRequiresDependency):           Justification(openvex.ComponentNotPresent),
	Justification(cdx.IAJRequiresEnvironment):          Justification(openvex.VulnerableCodeCannotBeControlledByAdversary),
	Justification(cdx.IAJProtectedByCompiler):          Justification(openvex.InlineMitigationsAlreadyExist),
	Justification(cdx.IAJProtectedAtRuntime):           Justification(openvex.InlineMitigationsAlreadyExist),
	Justification(cdx.IAJProtectedAtPerimeter):         Justification(openvex.InlineMitigationsAlreadyExist),
	Justification(cdx.IAJProtectedByMitigatingControl): Justification(openvex.InlineMitigationsAlreadyExist),
}

var responses = []Response{
	Response(cdx.IARCanNotFix), Response(cdx.IARWillNotFix), Response(cdx.IARUpdate),
	Response(cdx.IARRollback), Response(cdx.IARWorkaroundAvailable),
}

// open returns j in the words of OpenVEX.
func (j Justification) open() Justification {
	if translated, ok := cycloneJustifications[j]; ok {
		return translated
	}
	return j
}

// cyclone returns j in the words of CycloneDX.
func (j Justification) cyclone() Justification {
	if translated, ok := openJustifications[j]; ok {
		return translated
	}
	return j
}

func (j Justification) known() bool {
	return openJustifications[j] != "" || cycloneJustifications[j] != ""
}

func (r Response) known() bool { return slices.Contains(responses, r) }

// states are the statuses for the states of a CycloneDX analysis.
var states = map[cdx.ImpactAnalysisState]Status{
	cdx.IASResolved:             Fixed,
	cdx.IASResolvedWithPedigree: Fixed,
	cdx.IASExploitable:          Affected,
	cdx.IASInTriage:             UnderInvestigation,
	cdx.IASFalsePositive:        NotAffected,
	cdx.IASNotAffected:          NotAffected,
}

// state is the reverse of states.
func (s Status) state() cdx.ImpactAnalysisState {
	switch s {
	case Fixed:
		return cdx.IASResolved
	case Affected:
		return cdx.IASExploitable
	case NotAffected:
		return cdx.IASNotAffected
	}
	return cdx.IASInTriage
}

func statusOf(state cdx.ImpactAnalysisState) (Status, error) {
	if s, ok := states[state]; ok {
		return s, nil
	}
	return "", fmt.Errorf("state %q is unknown, want one of resolved, resolved_with_pedigree, exploitable, in_triage, false_positive, not_affected", string(state))
}

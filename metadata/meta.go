package metadata

import "github.com/opendeliverygear/odg/artefact"

// ArtefactUUID gives an artefact a number, for systems that want one.
type ArtefactUUID struct {
	UUID4 string `json:"uuid4"`
}

// SLAViolations are the findings of an artefact that are overdue.
type SLAViolations struct {
	SLAViolations []SLAViolation `json:"sla_violations"`
}

// SLAViolation is a finding that is overdue.
type SLAViolation struct {
	// Finding names the finding as [CustomRescoring] does, or is the finding.
	Finding        Object      `json:"finding" odg:"is=violating"`
	ReferencedType Type        `json:"referenced_type"`
	Artefact       artefact.ID `json:"artefact" odg:"is=identity"`
}

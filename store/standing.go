package store

import (
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// StandingQuery asks how the findings of component versions stand after all that was
// decided about them, and who has looked for any. Stores that keep this answer it.
type StandingQuery struct {
	// Now is when: decisions that have ended by then count for nothing.
	Now time.Time
	// Types are those of the findings, Datasources those that find them.
	Types       []metadata.Type
	Datasources []metadata.Datasource
	Components  []ComponentArtefacts
}

// ComponentArtefacts are the artefacts of a component version.
type ComponentArtefacts struct {
	Name, Version string
	Artefacts     []artefact.ID
}

// Standing says that there is a finding in an artefact, or a scan info. What is stored
// without a component version is so in every version of the component.
type Standing struct {
	// Component is a place in [StandingQuery.Components], Artefact one in its Artefacts.
	Component, Artefact int
	Type                metadata.Type // of findings, or [metadata.TypeScanInfo]
	Datasource          metadata.Datasource
	// Severity is the id of the category that counts for the finding: that of the
	// deciding rescoring, or the scanner's. Empty for scan infos.
	Severity string
}

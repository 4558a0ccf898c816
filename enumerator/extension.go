package enumerator

import (
	"slices"
	"time"

	"github.com/opendeliverygear/odg/artefact"
)

// Extension is what an enumeration needs to know of an extension.
type Extension struct {
	// Service is the service id, such as "osid".
	Service string
	// Interval is the time between two triggers for one artefact.
	Interval time.Duration
	// Kinds are the artefact kinds that it works on; none means all.
	Kinds []artefact.Kind
	// Applies tells if the extension has something to do for an artefact, as far as
	// the findings configuration goes; nil means for all.
	Applies func(artefact.ID) bool
	// CountsScans makes a change in the number of scan infos of an artefact a trigger.
	CountsScans bool
}

// IssueReplicator is the service that is told when an artefact goes inactive.
const IssueReplicator = "issueReplicator"

// Wants tells if the extension is to be triggered for an artefact.
func (e *Extension) Wants(id artefact.ID) bool {
	if len(e.Kinds) > 0 && !slices.Contains(e.Kinds, id.Kind) {
		return false
	}
	return e.Applies == nil || e.Applies(id)
}

package findingcfg

import (
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// Judgement says how a finding stands at a point in time.
type Judgement struct {
	// Decision is the severity, and who decided it.
	rescore.Decision
	// Category is the configuration of the severity, nil if there is none.
	Category *Categorisation
	// Due is the last day on which the finding may be open; empty means no due date.
	Due metadata.Date
	// DueBy says where Due, or that there is none, comes from; empty with an Err.
	DueBy DueBasis
	// Err says why the finding has no Category, or no Due although it should have one.
	Err error
}

// DueBasis says what a due date follows from.
type DueBasis string

// The bases of a due date, in the order of their precedence.
const (
	DueByRescoring     DueBasis = "due-date-of-rescoring"
	DueByRescoringTime DueBasis = "time-of-rescoring"
	DueByFindingTime   DueBasis = "time-of-finding"
	DueByCategory      DueBasis = "time-of-category"
)

// Judge tells how a finding of type f stands, given the rescorings that apply to it,
// best first, as [rescore.Index] returns them.
func (f *Finding) Judge(e metadata.Entry, applicable []*metadata.Entry, now time.Time) Judgement {
	j := Judgement{Decision: rescore.Decide(e, applicable, now)}
	var known bool
	if j.Category, known = f.Category(j.Severity); !known {
		j.Category = nil
		j.Err = fmt.Errorf("severity %q is no category of %s; add it to the findings configuration", j.Severity, f.Type)
		return j
	}
	open := Open{Discovered: e.DiscoveryDate, AllowedProcessingTime: e.AllowedProcessingTime}
	if j.Rescored() {
		open.Rescoring = &Rescored{DueDate: j.DueDate, AllowedProcessingTime: j.AllowedProcessingTime}
	}
	if j.Due, j.Err = j.Category.EffectiveDueDate(open); j.Err == nil {
		j.DueBy = open.basis()
	}
	return j
}

// basis says what decides the due date.
func (o Open) basis() DueBasis {
	switch {
	case o.Rescoring == nil && given(o.AllowedProcessingTime):
		return DueByFindingTime
	case o.Rescoring == nil:
		return DueByCategory
	case o.Rescoring.DueDate != "":
		return DueByRescoring
	case given(o.Rescoring.AllowedProcessingTime):
		return DueByRescoringTime
	}
	return DueByCategory
}

func given(text *string) bool { return text != nil && *text != "" }

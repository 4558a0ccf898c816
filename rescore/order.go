package rescore

import (
	"slices"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// Applicable returns those of the rescorings that apply to the finding, best
// first: the more specific one, then the one that was created later (a time
// without offset is UTC, one that is no time is the oldest), then the one that is
// given first. The results point into rescorings.
func Applicable(finding metadata.Entry, rescorings []metadata.Entry, o Options) []*metadata.Entry {
	var list []ranked
	for i := range rescorings {
		if r := &rescorings[i]; Applies(finding, *r, o) {
			list = append(list, rank(r))
		}
	}
	slices.SortStableFunc(list, ranked.compare)
	return entries(list)
}

// ranked is a rescoring with what its precedence depends on.
type ranked struct {
	entry       *metadata.Entry
	specificity metadata.Specificity
	created     time.Time // zero if it is no time
}

func rank(e *metadata.Entry) ranked {
	created, err := e.Meta.CreationDate.Time()
	if err != nil {
		created = time.Time{}
	}
	return ranked{entry: e, specificity: e.Specificity(), created: created}
}

// compare is negative if a goes before b.
func (a ranked) compare(b ranked) int {
	if a.specificity != b.specificity {
		return int(b.specificity) - int(a.specificity)
	}
	return b.created.Compare(a.created)
}

func entries(list []ranked) []*metadata.Entry {
	if len(list) == 0 {
		return nil
	}
	out := make([]*metadata.Entry, len(list))
	for i := range list {
		out[i] = list[i].entry
	}
	return out
}

package rescore

import (
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// Applicable returns those of the rescorings that apply to the finding, best first.
// This order is the precedence of rescorings, see the package comment. The results
// point into rescorings.
func Applicable(finding metadata.Entry, rescorings []metadata.Entry, o Options) []*metadata.Entry {
	var list []*ranked
	for i := range rescorings {
		if r := &rescorings[i]; Applies(finding, *r, o) {
			list = append(list, rank(r))
		}
	}
	slices.SortStableFunc(list, (*ranked).compare)
	return entries(list)
}

// ByPrecedence returns entries that people made, such as rescorings and write-backs, in
// the order of their precedence, see the package comment: best first. It does not ask
// what they are about. The results point into entries.
func ByPrecedence(made []metadata.Entry) []*metadata.Entry {
	list := make([]*ranked, len(made))
	for i := range made {
		list[i] = rank(&made[i])
	}
	slices.SortStableFunc(list, (*ranked).compare)
	return entries(list)
}

// ranked is a rescoring with what its precedence depends on.
type ranked struct {
	entry       *metadata.Entry
	resolved    metadata.Entry // the same, with its key
	specificity metadata.Specificity
	automatic   bool
	created     time.Time // zero if it is no time
	id          string    // empty until it is needed
}

func rank(e *metadata.Entry) *ranked {
	created, err := e.Meta.CreationDate.Time()
	if err != nil {
		created = time.Time{}
	}
	resolved := *e
	resolved.Data = e.Data.Resolved()
	return &ranked{entry: e, resolved: resolved, specificity: e.Specificity(), automatic: Automatic(*e), created: created}
}

// compare is negative if a goes before b. It is 0 for equal ids only.
func (a *ranked) compare(b *ranked) int {
	switch {
	case a.specificity != b.specificity:
		return int(b.specificity) - int(a.specificity)
	case a.automatic != b.automatic:
		if b.automatic {
			return -1
		}
		return 1
	}
	if c := b.created.Compare(a.created); c != 0 {
		return c
	}
	return strings.Compare(a.identity(), b.identity())
}

func (a *ranked) identity() string {
	if a.id == "" {
		a.id = a.resolved.ID()
	}
	return a.id
}

func entries(list []*ranked) []*metadata.Entry {
	if len(list) == 0 {
		return nil
	}
	out := make([]*metadata.Entry, len(list))
	for i := range list {
		out[i] = list[i].entry
	}
	return out
}

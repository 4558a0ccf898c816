package enumeration

import (
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/enumerator"
)

// Enumeration says what was found, and what follows or followed from it.
type Enumeration struct {
	Components int           `json:"components"` // versions that were reached
	Artefacts  int           `json:"artefacts"`  // that are active
	Kept       int           `json:"kept"`       // that were not found and stay as they were
	Activate   []artefact.ID `json:"activate"`
	Deactivate []artefact.ID `json:"deactivate"`
	Delete     []artefact.ID `json:"delete"`
	Items      []Item        `json:"items"`
	Problems   []string      `json:"problems"`
	Written    *Written      `json:"written,omitempty"` // nil if it was only planned
}

// Item is work that is due.
type Item struct {
	Name     string      `json:"name"`
	Service  string      `json:"service"`
	Priority string      `json:"priority"`
	Artefact artefact.ID `json:"artefact"`
}

// Written counts what was done.
type Written struct {
	Entries int `json:"entries"`
	Deleted int `json:"deleted"`
	Items   int `json:"items"` // that are new
}

// Of returns what a plan says. text writes a problem for a person.
func Of(plan enumerator.Enumeration, text func(enumerator.Problem) string) Enumeration {
	e := Enumeration{
		Components: plan.Components, Artefacts: plan.Active, Kept: plan.Kept,
		Activate: []artefact.ID{}, Deactivate: []artefact.ID{}, Delete: []artefact.ID{}, Items: []Item{}, Problems: []string{},
	}
	for _, w := range plan.Writes {
		switch {
		case !w.ActivityChanged:
		case w.Activity.Active():
			e.Activate = append(e.Activate, w.Entry.Artefact)
		default:
			e.Deactivate = append(e.Deactivate, w.Entry.Artefact)
		}
	}
	for _, gone := range plan.Deletes {
		e.Delete = append(e.Delete, gone.Artefact)
	}
	for _, item := range plan.Items() {
		e.Items = append(e.Items, Item{item.Name(), item.Service, item.Priority.String(), item.Artefact})
	}
	for _, p := range plan.Problems {
		e.Problems = append(e.Problems, text(p))
	}
	return e
}

// OfRun returns what a run did. text writes a problem for a person.
func OfRun(r enumerator.Report, text func(enumerator.Problem) string) Enumeration {
	e := Of(r.Enumeration, text)
	e.Written = &Written{r.Written, r.Deleted, r.Created}
	return e
}

// Sentence says in a sentence what was done.
func (e Enumeration) Sentence() string {
	s := fmt.Sprintf("%s in %s", count(e.Artefacts, "artefact"), count(e.Components, "component version"))
	if e.Kept > 0 {
		s += fmt.Sprintf(", %d kept as they were", e.Kept)
	}
	switch {
	case e.Written == nil:
		return s + "; nothing was written (dry run)"
	case *e.Written == Written{}:
		return s + "; nothing is due: no entry was written, no item was queued"
	}
	return s + fmt.Sprintf("; %s written, %d deleted, %s queued", count(e.Written.Entries, "entry"), e.Written.Deleted, count(e.Written.Items, "new item"))
}

// count writes a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	if stem, ok := strings.CutSuffix(thing, "y"); ok {
		thing = stem + "ie"
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

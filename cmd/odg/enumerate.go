package main

import (
	"context"
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/enumerator"
)

type enumerateCmd struct {
	place
	registryFlags
	DryRun   bool   `name:"dry-run" help:"Print what would be done, and write nothing."`
	Parallel int    `default:"4" help:"Component descriptors that are read at a time, 1 to 256."`
	Format   string `enum:"table,json" default:"table" short:"o" aliases:"output" help:"Output: table or json."`
}

// enumeration is what enumerate prints as JSON.
type enumeration struct {
	Components int            `json:"components"`
	Artefacts  int            `json:"artefacts"`
	Kept       int            `json:"kept"`
	Activate   []artefact.ID  `json:"activate"`
	Deactivate []artefact.ID  `json:"deactivate"`
	Delete     []artefact.ID  `json:"delete"`
	Items      []plannedItem  `json:"items"`
	Problems   []string       `json:"problems"`
	Written    *writtenCounts `json:"written,omitempty"`
}

type plannedItem struct {
	Name     string      `json:"name"`
	Service  string      `json:"service"`
	Priority string      `json:"priority"`
	Artefact artefact.ID `json:"artefact"`
}

type writtenCounts struct {
	Entries int `json:"entries"`
	Deleted int `json:"deleted"`
	Items   int `json:"items"`
}

// Run enumerates once.
func (c *enumerateCmd) Run(ctx context.Context, t *terminal) error {
	site, done, err := c.enumerate(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	if c.Format == "json" {
		err = writeJSON(t.stdout, done)
	} else {
		done.write(t)
	}
	if err == nil && len(done.Problems) > 0 {
		err = &exitError{code: exitUnable}
	}
	return err
}

func (c *enumerateCmd) enumerate(ctx context.Context, t *terminal) (*site, enumeration, error) {
	if err := checkParallel(c.Parallel); err != nil {
		return nil, enumeration{}, err
	}
	c.place.access = c.registryFlags.access()
	cfg := enumerator.Config{Parallel: c.Parallel}
	if c.DryRun {
		site, err := c.openForPlan(ctx, t)
		if err != nil {
			return nil, enumeration{}, err
		}
		plan, err := site.newEnumerator(cfg).Plan(ctx)
		return site, newEnumeration(plan), err
	}
	site, err := c.open(ctx, t)
	if err != nil {
		return nil, enumeration{}, err
	}
	report, err := site.newEnumerator(cfg).Run(ctx)
	done := newEnumeration(report.Enumeration)
	done.Written = &writtenCounts{report.Written, report.Deleted, report.Created}
	return site, done, err
}

func newEnumeration(plan enumerator.Enumeration) enumeration {
	e := enumeration{
		Components: plan.Components, Artefacts: plan.Active, Kept: plan.Kept,
		Activate: []artefact.ID{}, Deactivate: []artefact.ID{}, Delete: []artefact.ID{}, Items: []plannedItem{}, Problems: []string{},
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
		e.Items = append(e.Items, plannedItem{item.Name(), item.Service, item.Priority.String(), item.Artefact})
	}
	for _, p := range plan.Problems {
		e.Problems = append(e.Problems, withHint(p))
	}
	return e
}

func (e enumeration) write(t *terminal) {
	for _, change := range []struct {
		verb string
		ids  []artefact.ID
	}{{"activate", e.Activate}, {"deactivate", e.Deactivate}, {"delete", e.Delete}} {
		for _, id := range change.ids {
			fmt.Fprintf(t.stdout, "%-10s %s\n", change.verb, printable(describe(id)))
		}
	}
	for _, item := range e.Items {
		fmt.Fprintf(t.stdout, "%-10s %s for %s, priority %s\n", "queue", item.Service, printable(describe(item.Artefact)), item.Priority)
	}
	for _, problem := range e.Problems {
		fmt.Fprintf(t.stderr, "problem: %s\n", printable(problem))
	}
	fmt.Fprintln(t.stdout, e.sentence())
}

func (e enumeration) sentence() string {
	s := fmt.Sprintf("%s in %s", count(e.Artefacts, "artefact"), count(e.Components, "component version"))
	if e.Kept > 0 {
		s += fmt.Sprintf(", %d kept as they were", e.Kept)
	}
	switch {
	case e.Written == nil:
		return s + "; nothing was written (dry run)"
	case *e.Written == writtenCounts{}:
		return s + "; nothing is due: no entry was written, no item was queued"
	}
	return s + fmt.Sprintf("; %s written, %d deleted, %s queued", count(e.Written.Entries, "entry"), e.Written.Deleted, count(e.Written.Items, "new item"))
}

package main

import (
	"context"
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/internal/enumeration"
)

type enumerateCmd struct {
	place
	registryFlags
	DryRun   bool   `name:"dry-run" help:"Print what would be done, and write nothing."`
	Parallel int    `default:"4" help:"Component descriptors that are read at a time, 1 to 256."`
	Format   string `enum:"table,json" default:"table" short:"o" aliases:"output" help:"Output: table or json."`
}

// Run enumerates once.
func (c *enumerateCmd) Run(ctx context.Context, t *terminal) error {
	site, result, err := c.enumerate(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	if c.Format == "json" {
		err = writeJSON(t.stdout, result)
	} else {
		writeEnumeration(result, t)
	}
	if err == nil && len(result.Problems) > 0 {
		err = &exitError{code: exitUnable}
	}
	return err
}

func (c *enumerateCmd) enumerate(ctx context.Context, t *terminal) (*site, enumeration.Enumeration, error) {
	if err := checkParallel(c.Parallel); err != nil {
		return nil, enumeration.Enumeration{}, err
	}
	c.place.access = c.registryFlags.access()
	cfg := enumerator.Config{Parallel: c.Parallel}
	if c.DryRun {
		site, err := c.openForPlan(ctx, t)
		if err != nil {
			return nil, enumeration.Enumeration{}, err
		}
		plan, err := site.newEnumerator(cfg).Plan(ctx)
		return site, planned(plan), err
	}
	site, err := c.open(ctx, t)
	if err != nil {
		return nil, enumeration.Enumeration{}, err
	}
	report, err := site.newEnumerator(cfg).Run(ctx)
	return site, done(report), err
}

// planned and done are what commands print of an enumeration.
func planned(plan enumerator.Enumeration) enumeration.Enumeration {
	return enumeration.Of(plan, problemText)
}

func done(report enumerator.Report) enumeration.Enumeration {
	return enumeration.OfRun(report, problemText)
}

func problemText(p enumerator.Problem) string { return withHint(p) }

func writeEnumeration(e enumeration.Enumeration, t *terminal) {
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
	fmt.Fprintln(t.stdout, e.Sentence())
}

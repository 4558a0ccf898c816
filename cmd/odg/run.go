package main

import (
	"context"
	"fmt"
	"os/signal"
	"syscall"

	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/internal/enumeration"
	"github.com/opendeliverygear/odg/scan/responsibles"
)

type runCmd struct {
	place
	registryFlags
	secretFlags
	reportFlags
	EOLData  string `name:"eol-data" env:"ODG_EOL_DATA" placeholder:"FILE|URL" help:"Newer end-of-life data than the embedded, in the format of the public end-of-life API."`
	Parallel int    `default:"2" help:"Artefacts that are scanned, and descriptors that are read, at a time, 1 to 256."`
}

// Help explains what stops a run, and the exit codes.
func (c *runCmd) Help() string {
	return `Ctrl-C or SIGTERM finishes what is being scanned, then leaves; a second one leaves at once. A run may also be killed:
the next one completes what is missing.

Exit codes: 0 done, 2 wrong usage or configuration, 3 something could not be done: a component does not resolve, or an item
is parked after its last attempt. The rest is done all the same.`
}

// Run enumerates, works the backlog until it is empty, and prints the report.
func (c *runCmd) Run(ctx context.Context, t *terminal) error {
	if err := checkParallel(c.Parallel); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	context.AfterFunc(ctx, stop) // the second signal ends the process
	c.place.access = c.registryFlags.access()
	var err error
	if c.place.teams, err = c.secretFlags.teams(); err != nil {
		return err
	}
	site, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	data, err := endOfLife(ctx, c.EOLData) // wrong data shows before anything is done
	if err != nil {
		return err
	}
	if site.worksOn(responsibles.Service) {
		if err := site.readAddressBook(t); err != nil {
			return err
		}
	}
	enumerated, err := c.enumerate(ctx, t, site)
	if err != nil {
		return err
	}
	parked, err := c.work(ctx, t, site, data)
	if err != nil {
		return err
	}
	assessment, unable, err := site.assess(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	if err := c.write(t, assessment, unable, site.present); err != nil {
		return err
	}
	if ctx.Err() != nil {
		fmt.Fprintln(t.stderr, "stopped; the next run does the rest")
	}
	if len(enumerated.Problems) > 0 || parked > 0 || ctx.Err() != nil {
		return &exitError{code: exitUnable}
	}
	return nil
}

// enumerate finds the artefacts and queues what is due.
func (c *runCmd) enumerate(ctx context.Context, t *terminal, site *site) (enumeration.Enumeration, error) {
	e := site.newEnumerator(enumerator.Config{
		Parallel: c.Parallel,
		OnComponent: func(name string, artefacts int, err error) {
			if err == nil {
				fmt.Fprintf(t.stderr, "%s: %s\n", printable(name), count(artefacts, "artefact"))
			}
		},
	})
	report, err := e.Run(ctx)
	result := done(report)
	for _, problem := range result.Problems {
		fmt.Fprintf(t.stderr, "problem: %s\n", printable(problem))
	}
	if err != nil {
		return result, fmt.Errorf("the enumeration ended early; what it did is kept, the next run does the rest: %w", err)
	}
	fmt.Fprintln(t.stderr, result.Sentence())
	return result, nil
}

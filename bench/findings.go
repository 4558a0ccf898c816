package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// findingsFlags is the command line of the measurement of many findings.
type findingsFlags struct {
	Rows     int      `default:"1000000" help:"Findings, of 500 components in up to 20 versions. Rescorings are a fiftieth of that."`
	Artefact []int    `default:"1000,5000,25000" placeholder:"N" help:"Artefacts for which proposals are made have so many findings."`
	Repeat   int      `default:"40" help:"How often each question is asked."`
	Tree     string   `default:"component/ctf/testdata/fixtures/large/large.tgz" placeholder:"FILE" help:"CTF archive with the tree of 300 components."`
	Server   string   `type:"existingfile" placeholder:"FILE" help:"Measure this odg-core instead of building one."`
	Setting  []string `placeholder:"NAME=VALUE" help:"Settings of PostgreSQL that differ from those of a fresh installation."`
	reportFlags
}

// The aims.
const (
	maxSummaryMillis   = 250
	maxProposalsMillis = 300
	maxPageMillis      = 50
	maxSettleMillis    = 10_000
	maxOfIngest        = 1.5
	maxCurve           = 2 // times as long for each row of the largest artefact as for one of the smallest
)

// findingsConfig is the configuration of the server that is measured.
const findingsConfig = findings + `- type: finding/malware
  categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}
- type: finding/sast
  categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}
`

// findingsBench is one run.
type findingsBench struct {
	bench
	findingsFlags
	estate *estate
	url    string // of the database
}

// measure makes all measurements.
func (c findingsFlags) measure(ctx context.Context, stdout, stderr io.Writer) (err error) {
	if c.Rows < smallestEstate || c.Repeat < 1 || len(c.Artefact) == 0 {
		return fmt.Errorf("--rows must be at least %d, --repeat 1, and --artefact has one number or more", smallestEstate)
	}
	if _, err := os.Stat(c.Tree); err != nil {
		return fmt.Errorf("%w (run bench in the folder of the module, or name the archive with --tree)", err)
	}
	dir, err := os.MkdirTemp("", "odg-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &findingsBench{findingsFlags: c, bench: bench{flags: flags{Server: c.Server, Setting: c.Setting}, dir: dir, progress: stderr}}
	if err := b.setUp(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.database.Close()) }()
	if err := b.fill(ctx); err != nil {
		return err
	}
	for _, part := range []func(context.Context) error{b.ask, b.ingest} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return c.finish(&b.report, stdout)
}

// ask asks a server that sits behind a counter of statements.
func (b *findingsBench) ask(ctx context.Context) (err error) {
	sent, url, err := newCounter(b.url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sent.Close()) }()
	s, err := b.serveWith(ctx, url, findingsConfig, "--ocm-repository="+b.Tree, "--local-user=bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if err := b.takeOver(ctx); err != nil {
		return err
	}
	for _, part := range []func(context.Context, *server, *counter) error{b.summaries, b.proposals, b.pagesByDate, b.globalDecision} {
		if err := part(ctx, s, sent); err != nil {
			return err
		}
	}
	b.report.below("memory of the server after these", mebibytes(s.peak()), 0, "MiB", "largest resident set")
	return nil
}

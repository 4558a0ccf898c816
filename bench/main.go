package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/opendeliverygear/odg/internal/cli"
	"github.com/opendeliverygear/odg/internal/pgtest"
)

// commandLine is what can be measured.
type commandLine struct {
	Core     flags         `cmd:"" default:"withargs" help:"Measure odg-core against bare PostgreSQL (the default)."`
	OCM      ocmFlags      `cmd:"" name:"ocm" help:"Measure how fast component versions are resolved from registries."`
	Kube     kubeFlags     `cmd:"" name:"kube" help:"Measure the backlog in a cluster against its API server."`
	Findings findingsFlags `cmd:"" name:"findings" help:"Measure what people ask about a million findings."`
	Walk     walkFlags     `cmd:"" hidden:"" help:"Resolve the tree once, and say how much memory that took."`
}

// reportFlags say what becomes of the measurements.
type reportFlags struct {
	Output string `enum:"table,json" default:"table" help:"table or json."`
	Check  bool   `help:"End with exit code 1 if an aim is missed."`
}

// finish prints a report, and holds it against the aims.
func (c reportFlags) finish(r *report, stdout io.Writer) error {
	if err := r.write(stdout, c.Output); err != nil {
		return err
	}
	if missed := r.missed(); c.Check && len(missed) > 0 {
		return fmt.Errorf("%w: %v", errMissed, missed)
	}
	return nil
}

// flags is the command line for odg-core.
type flags struct {
	Rows     int      `default:"100000" help:"Rows of the large table, of which half are one answer. Full size: 1000000."`
	Versions int      `default:"10" help:"Versions of one artefact, of 5,000 findings each, that are there before the comparisons."`
	Repeat   int      `default:"5" help:"How often each comparison is made; medians count."`
	Searches int      `default:"600" help:"How many pages are searched in the large table."`
	Server   string   `type:"existingfile" placeholder:"FILE" help:"Measure this odg-core instead of building one."`
	Setting  []string `placeholder:"NAME=VALUE" help:"Settings of PostgreSQL that differ from those of a fresh installation."`
	reportFlags
}

var errMissed = errors.New("aims are missed")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (code int) {
	defer cli.Catch(&code)
	var c commandLine
	parser, err := kong.New(&c, kong.Name("bench"), kong.Description("Measures ODG against physical limits, in one run."),
		kong.Writers(stdout, stderr), cli.Exit())
	if err != nil {
		panic("command line: " + err.Error()) // the tags of flags are wrong
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return 2
	}
	switch strings.Fields(parsed.Command())[0] {
	case "ocm":
		err = c.OCM.measure(ctx, stdout, stderr)
	case "kube":
		err = c.Kube.measure(ctx, stdout, stderr)
	case "findings":
		err = c.Findings.measure(ctx, stdout, stderr)
	case walkCommand:
		err = c.Walk.run(ctx, stdout)
	default:
		err = c.Core.measure(ctx, stdout, stderr)
	}
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return 1
	}
	return 0
}

// measure makes all measurements, and prints what there is also if one fails.
func (c flags) measure(ctx context.Context, stdout, stderr io.Writer) (err error) {
	if c.Rows < 2*batch || c.Versions < 2 || c.Repeat < 1 || c.Searches < 1 {
		return fmt.Errorf("--rows must be at least %d, --versions 2, --repeat and --searches 1", 2*batch)
	}
	dir, err := os.MkdirTemp("", "odg-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &bench{flags: c, dir: dir, progress: stderr}
	if err := b.setUp(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.database.Close()) }()
	for _, part := range []func(context.Context) error{b.emptyTable, b.filledTable, b.largeTable} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	return c.finish(&b.report, stdout)
}

// bench is one run.
type bench struct {
	flags
	dir      string
	progress io.Writer
	program  string // odg-core
	database *pgtest.Server
	bare     *bare
	report   report
}

func (b *bench) setUp(ctx context.Context) (err error) {
	if b.program = b.Server; b.program == "" {
		b.say("building odg-core")
		b.program = filepath.Join(b.dir, "odg-core")
		if err := build(ctx, b.program); err != nil {
			return err
		}
	}
	b.say("starting PostgreSQL")
	if b.database, err = pgtest.Launch(b.Setting...); err != nil {
		return err
	}
	if b.bare, err = b.newBare(ctx); err != nil {
		return errors.Join(err, b.database.Close())
	}
	return nil
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, format+" …\n", args...)
}

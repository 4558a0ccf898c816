// Command scanner is a scanner of one's own, run from the delivery to findings with
// due dates. It reports resources whose version is a pre-release or 0.x, a type of
// finding that ODG does not know.
//
//	go run ./examples/scanner [ARCHIVE]
//
// What to copy: scanner.go, which is all that a scanner has to say, and the two
// configuration files, which make its type known and give it work. The rest of this
// file puts one process together, with store and backlog in memory.
package main

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"text/tabwriter"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/worker"
)

//go:embed extensions-cfg.yaml findings-cfg.yaml
var config embed.FS

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], time.Now, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "scanner:", err)
		os.Exit(1)
	}
}

// run enumerates the delivery, scans what is due and prints how it stands. now is
// the clock, which must advance, for failed scans wait before they are repeated.
func run(ctx context.Context, args []string, now func() time.Time, stdout io.Writer) error {
	path := "examples/quickstart/delivery.tgz"
	if len(args) > 0 {
		path = args[0]
	}
	archive, err := ctf.Open(path, ctf.Config{})
	if err != nil {
		return err
	}
	defer archive.Close()
	ext, findings, err := load()
	if err != nil {
		return err
	}
	core := odg.New(memory.New(), odg.Config{Findings: findings, Descriptors: archive, Now: now})
	queue := backlog.NewMemory(backlog.MemoryConfig{Now: now})
	extensions := enumerator.Extensions(ext, findings)
	report, err := enumerator.New(core, queue, only(archive), enumerator.Config{
		Components: enumerator.Components(ext), Extensions: extensions, Now: now,
	}).Run(ctx)
	if err != nil {
		return fmt.Errorf("enumerate: %w", err)
	}
	if err := scan(ctx, queue, core, findings, now); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	// An artefact that is wanted and has no scan info is not known to be clean.
	assessment, err := core.Assess(ctx, odg.Scanner{Service: service, Datasource: datasource, Expects: extensions[0].Wants})
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	return show(stdout, report, assessment)
}

func load() (*extcfg.Config, *findingcfg.Config, error) {
	// Local: there is no server, so no section has to name one.
	ext, _, err1 := extcfg.Load(config, "extensions-cfg.yaml", extcfg.Options{Local: true})
	findings, _, err2 := findingcfg.Load(config, "findings-cfg.yaml", findingcfg.Options{})
	return ext, findings, errors.Join(err1, err2)
}

// scan works until the backlog is empty. A scanner that stays would call Run.
func scan(ctx context.Context, queue backlog.Queue, core *odg.Core, findings *findingcfg.Config, now func() time.Time) error {
	scanner, err := newScanner(findings)
	if err != nil {
		return err
	}
	return worker.New(queue, core, scanner, worker.Config{
		Service: service, Datasource: datasource, Types: []metadata.Type{unstable}, Now: now,
	}).RunUntilEmpty(ctx)
}

// only answers with one archive, whichever repository is asked for.
func only(archive *ctf.Archive) enumerator.Repositories {
	return enumerator.RepositoriesFunc(func(context.Context, string) (enumerator.Repository, error) { return archive, nil })
}

func show(stdout io.Writer, report enumerator.Report, a odg.Assessment) error {
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "COMPONENT\tARTEFACT\tSEVERITY\tDISCOVERED\tDUE")
	for _, f := range a.Findings {
		id, local, due := f.Entry.Artefact, f.Entry.Artefact.Local(), cmp.Or(string(f.Due), "-")
		if f.Err != nil {
			due = f.Err.Error()
		}
		fmt.Fprintf(table, "%s:%s\t%s:%s\t%s\t%s\t%s\n", artefact.Text(id.ComponentName), artefact.Text(id.ComponentVersion),
			artefact.Text(local.Name), artefact.Text(local.Version), f.Severity, f.Entry.DiscoveryDate, due)
	}
	fmt.Fprintf(table, "artefacts: %d, scans due: %d, findings: %d\n", a.Artefacts, report.Created, len(a.Findings))
	for _, u := range a.Unscanned {
		fmt.Fprintln(table, "not scanned:", u.Artefact)
	}
	for _, p := range report.Problems {
		fmt.Fprintln(table, "problem:", p)
	}
	return table.Flush()
}

// Command enumerate-in-ci shows in a pipeline what ODG will make of a delivery
// that was just built: which artefacts it finds, and who is going to look at them.
// What does not resolve fails the pipeline now, not the operator next week.
//
//	go run ./examples/enumerate-in-ci [FOLDER [ARCHIVE]]
//
// FOLDER holds extensions-cfg.yaml and findings-cfg.yaml, by default those of the
// quickstart. ARCHIVE is the delivery, by default delivery.tgz in FOLDER. It stands
// for every repository that the configuration names.
//
// Nothing is kept: store and backlog live in memory. The exit code is 0, 2 if
// arguments, configuration or archive are wrong, and 3 if something does not resolve.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/store/memory"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "enumerate-in-ci:", err)
	}
	os.Exit(exitCode(err))
}

var errUnresolved = errors.New("the delivery does not resolve")

func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUnresolved):
		return 3
	}
	return 2
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	folder, path, err := arguments(args)
	if err != nil {
		return err
	}
	extensions, findings, err := load(folder, stdout)
	if err != nil {
		return fmt.Errorf("read configuration in %s: %w", folder, err)
	}
	archive, err := ctf.Open(path, ctf.Config{})
	if err != nil {
		return err
	}
	defer archive.Close()

	core := odg.New(memory.New(), odg.Config{Findings: findings, Descriptors: archive})
	queue := backlog.NewMemory(backlog.MemoryConfig{})
	plan, err := enumerator.New(core, queue, only(archive), enumerator.Config{
		Components: enumerator.Components(extensions),
		Extensions: enumerator.Extensions(extensions, findings),
	}).Plan(ctx) // Run would also carry it out
	if err != nil {
		return err
	}
	if err := show(stdout, plan); err != nil {
		return err
	}
	return problems(plan)
}

func arguments(args []string) (folder, archive string, err error) {
	switch len(args) {
	case 0:
		args = []string{"examples/quickstart"}
		fallthrough
	case 1:
		return args[0], filepath.Join(args[0], "delivery.tgz"), nil
	case 2:
		return args[0], args[1], nil
	}
	return "", "", errors.New("usage: enumerate-in-ci [FOLDER [ARCHIVE]]")
}

func load(folder string, stdout io.Writer) (*extcfg.Config, *findingcfg.Config, error) {
	// Local: there is no server, so no section has to name one.
	extensions, warnings, err1 := extcfg.Load(os.DirFS(folder), "extensions-cfg.yaml", extcfg.Options{Local: true})
	findings, more, err2 := findingcfg.Load(os.DirFS(folder), "findings-cfg.yaml", findingcfg.Options{})
	for _, w := range append(warnings, more...) {
		fmt.Fprintln(stdout, "warning:", w)
	}
	return extensions, findings, errors.Join(err1, err2)
}

// only answers with one archive, whichever repository is asked for.
func only(archive *ctf.Archive) enumerator.Repositories {
	return enumerator.RepositoriesFunc(func(context.Context, string) (enumerator.Repository, error) { return archive, nil })
}

// show prints a line per artefact, with the extensions that will look at it.
func show(stdout io.Writer, plan enumerator.Enumeration) error {
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "COMPONENT\tKIND\tARTEFACT\tWORK")
	for _, write := range plan.Writes {
		id, local := write.Entry.Artefact, write.Entry.Artefact.Local()
		work := []string{}
		for _, item := range write.Items {
			work = append(work, item.Service)
		}
		fmt.Fprintf(table, "%s:%s\t%s\t%s:%s\t%s\n", artefact.Text(id.ComponentName), artefact.Text(id.ComponentVersion),
			id.Kind, artefact.Text(local.Name), artefact.Text(local.Version), cmp.Or(strings.Join(work, ", "), "-"))
	}
	fmt.Fprintf(table, "artefacts: %d, component versions: %d, items of work: %d\n", plan.Active, plan.Components, len(plan.Items()))
	return table.Flush()
}

// problems joins what does not resolve; the rest of the plan stands nevertheless.
func problems(plan enumerator.Enumeration) error {
	var all []error
	for _, p := range plan.Problems {
		all = append(all, p)
	}
	if len(all) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %w", errUnresolved, errors.Join(all...))
}

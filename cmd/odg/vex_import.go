package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/vex"
	"github.com/opendeliverygear/odg/vex/exchange"
)

type vexImportCmd struct {
	place
	File       []string          `arg:"" placeholder:"FILE" help:"OpenVEX 0.2.0 or CycloneDX 1.4 to 1.7 documents, in JSON."`
	DryRun     bool              `name:"dry-run" help:"Print what would be decided, and write nothing."`
	Partial    bool              `help:"Take over what can be, though documents name products that nothing here is."`
	Status     map[string]string `placeholder:"STATUS=CATEGORY" help:"What a status means, repeatable: not_affected=false-positive. Default: not_affected and fixed mean the first category with the value 0 to which people may rescore, affected and under_investigation change nothing."`
	Scope      string            `enum:"single,artefact,component,global" default:"single" help:"For how much the decisions hold: the artefacts that the documents name (single), all versions of them (artefact), all of their components, or everything."`
	ValidUntil string            `name:"valid-until" placeholder:"TIME" help:"When the decisions end, such as 2027-03-31, the last day on which they hold, or 2027-03-31T12:00:00Z. VEX has no words for it."`
	Format     string            `enum:"table,json" default:"table" short:"o" aliases:"output" help:"Output: table or json."`
}

// Help explains what is matched, and the exit codes.
func (c *vexImportCmd) Help() string {
	return `Statements are about vulnerabilities that were found: of images (pkg:oci/NAME?tag=VERSION), of components or artefacts
(NAME:VERSION), or of packages (package URL or NAME@VERSION), as a product or as its subcomponent. A rescoring holds for all versions of
a package, so nothing is decided if an artefact has the package in another version that the documents do not name (uncovered).
The youngest statement about a finding counts; a rescoring that is younger stays as it is (superseded).

Exit codes: 0 done, 2 wrong usage, a document with a fault, or one that names a product that nothing here is (nothing is stored then),
3 something failed.`
}

// imported is what an import prints as JSON.
type imported struct {
	DryRun     bool          `json:"dry_run"`
	Rescorings int           `json:"rescorings"`
	Outcomes   []vex.Outcome `json:"outcomes"`
}

// Run imports.
func (c *vexImportCmd) Run(ctx context.Context, t *terminal) error {
	docs, err := readDocuments(c.File)
	if err != nil {
		return usageError(err)
	}
	site, err := c.openFor(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	o, err := c.options()
	if err != nil {
		return err
	}
	plan, err := site.exchange().Import(ctx, docs, o)
	if err != nil {
		return importError(err)
	}
	return c.write(t, plan)
}

// openFor opens the site of an earlier run, for writing unless nothing is written.
func (c *vexImportCmd) openFor(ctx context.Context, t *terminal) (*site, error) {
	if c.DryRun {
		return c.openReadOnly(ctx, t)
	}
	if _, err := c.existingDatabase(); err != nil {
		return nil, err
	}
	s, err := c.open(ctx, t)
	if errors.Is(err, store.ErrLocked) {
		err = unableError(fmt.Errorf("%w; a server takes documents at POST /components/vex", err))
	}
	return s, err
}

// readDocuments reads all documents, or none.
func readDocuments(files []string) ([]vex.Document, error) {
	var docs []vex.Document
	var all []error
	for _, file := range files {
		doc, err := readVEX(file)
		if err != nil {
			for _, line := range strings.Split(err.Error(), "\n") {
				all = append(all, fmt.Errorf("%s: %s", file, line))
			}
		}
		doc.Name = file
		docs = append(docs, doc)
	}
	return docs, errors.Join(all...)
}

func readVEX(file string) (vex.Document, error) {
	f, err := os.Open(file)
	if err != nil {
		return vex.Document{}, errors.Unwrap(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, vex.MaxBytes+1))
	if err != nil {
		return vex.Document{}, err
	}
	return vex.Parse(data)
}

// options are those of the flags.
func (c *vexImportCmd) options() (exchange.Import, error) {
	o := exchange.Import{Scope: findingcfg.Scope(c.Scope), Partial: c.Partial, DryRun: c.DryRun, Statuses: vex.Mapping{}}
	for status, category := range c.Status {
		o.Statuses[vex.Status(status)] = category
	}
	if c.ValidUntil == "" {
		return o, nil
	}
	var err error
	if o.ValidUntil, err = metadata.ParseExpiry(c.ValidUntil); err != nil {
		return o, usageError(fmt.Errorf("--valid-until=%s is no time; write 2027-03-31 or 2027-03-31T12:00:00Z", c.ValidUntil))
	}
	return o, nil
}

// importError tells wrong use from what can be tried again.
func importError(err error) error {
	var refused *exchange.Refused
	var unmatched *exchange.Unmatched
	switch {
	case !errors.As(err, &refused):
		return err
	case refused.Option != "":
		err = fmt.Errorf("--%s: %w", strings.ReplaceAll(refused.Option, "_", "-"), err)
	case errors.As(err, &unmatched):
		err = errors.Join(err, errors.New("nothing was stored; --partial takes over the rest"))
	case errors.Is(err, exchange.ErrNotConfigured):
		err = fmt.Errorf("%s: %w", findingsFile, err)
	}
	return usageError(err)
}

func (c *vexImportCmd) write(t *terminal, plan vex.Plan) error {
	if c.Format == "json" {
		if plan.Outcomes == nil {
			plan.Outcomes = []vex.Outcome{}
		}
		return writeJSON(t.stdout, imported{c.DryRun, len(plan.Rescorings), plan.Outcomes})
	}
	out := plainTable(t.stdout)
	out.AppendHeader(table.Row{"VULNERABILITY", "STATUS", "RESULT", "SEVERITY", "FINDINGS", "PRODUCT"})
	for _, o := range plan.Outcomes {
		out.AppendRow(table.Row{short(o.Vulnerability), o.Status, o.Result, orDash(o.Severity), o.Findings, short(o.Product)})
	}
	out.Render()
	done := "stored"
	if c.DryRun {
		done = "would be stored"
	}
	_, err := fmt.Fprintf(t.stdout, "%s %s\n", count(len(plan.Rescorings), "rescoring"), done)
	return err
}

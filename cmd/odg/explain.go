package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/explain"
)

type explainCmd struct {
	place
	ID     string `arg:"" help:"Id of the finding, as odg report --format=json prints it."`
	Format string `enum:"table,json" default:"table" short:"o" aliases:"output" help:"Output: table or json."`
}

// Help says by which rule rescorings win.
func (c *explainCmd) Help() string {
	return `Prints every rescoring, rule and piece of configuration that was considered for a finding, what became of it, and why.

A rescoring that is more specific wins: single, artefact, component, global. For the same scope a person's wins over an
extension's, then the newer one. Those whose valid_until has passed count for nothing.

Exit codes: 0 explained, 2 wrong usage or configuration, such as an id that is not stored, 3 something failed.`
}

// Run explains a finding of the last run.
func (c *explainCmd) Run(ctx context.Context, t *terminal) error {
	site, err := c.openReadOnly(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	e, err := site.core.Explain(ctx, c.ID)
	if errors.Is(err, explain.ErrNoFinding) {
		return usageError(fmt.Errorf("%w; odg report --all --format=json prints the ids", err))
	}
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return writeJSON(t.stdout, e.Document())
	}
	writeExplanation(t.stdout, e)
	return nil
}

// writeExplanation prints what holds, then why.
func writeExplanation(w io.Writer, e explain.Explanation) {
	fmt.Fprintf(w, "%s in %s\n", printable(odg.Finding{Entry: *e.Finding}.Subject()), printable(describe(e.Finding.Artefact)))
	fmt.Fprintf(w, "severity %s%s, due %s\n", printable(e.Severity), scanners(e), orDash(string(e.Due)))
	if e.Err != nil {
		fmt.Fprintf(w, "not judged: %s\n", printable(e.Err.Error()))
	}
	section(w, table.Row{"CONFIGURATION", "SAYS"}, e.Steps, func(s explain.Step) table.Row {
		return table.Row{s.Name, printable(s.Says)}
	})
	d := e.Document()
	section(w, table.Row{"RESCORING", "OUTCOME", "SCOPE", "SEVERITY", "BY", "CREATED", "REASON"}, d.Rescorings, rescoringRow)
	section(w, table.Row{"RULE", "OPERATION", "MATCHES", "REASON"}, d.Rules, func(r explain.RuleResult) table.Row {
		return table.Row{printable(r.Name), printable(r.Operation), r.Matches, printable(r.Reason)}
	})
}

// scanners says what the scanner thought, if it is another severity.
func scanners(e explain.Explanation) string {
	if e.Original == e.Severity {
		return ""
	}
	return fmt.Sprintf(" (the scanner's: %s)", printable(e.Original))
}

// section prints a table with a line before it, nothing without rows.
func section[T any](w io.Writer, header table.Row, list []T, row func(T) table.Row) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(w)
	t := plainTable(w)
	t.AppendHeader(header)
	for _, item := range list {
		t.AppendRow(row(item))
	}
	t.Render()
}

func rescoringRow(c explain.Considered) table.Row {
	var given struct {
		Severity string `json:"severity"`
		User     struct {
			Username string `json:"username"`
		} `json:"user"`
	}
	_ = c.Rescoring.Data.Decode(&given) // what cannot be read has an outcome that says so
	return table.Row{c.Rescoring.ID()[:8], c.Outcome, c.Specificity, printable(given.Severity), printable(given.User.Username),
		c.Rescoring.Meta.CreationDate, printable(c.Reason)}
}

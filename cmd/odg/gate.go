package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/search"
)

type gateCmd struct {
	place
	whereFlag
	FailOn []string `name:"fail-on" default:"overdue" sep:"," placeholder:"RULE" help:"What fails the gate, repeatable: overdue, due-within=DURATION (such as 14d), severity=ID. Default: overdue."`
	Format string   `enum:"table,json,csv" default:"table" short:"o" aliases:"output" help:"Output: table, json or csv."`
}

// Help explains the exit codes.
func (c *gateCmd) Help() string {
	return `Judges the findings of the last run. Findings that are solved (their category has the value 0) never fail the gate, nor do those
for which --where does not hold, see odg findings --help. What could not be judged is told whatever --where says.

Exit codes: 0 clean, 1 findings fail the gate (they are listed), 2 wrong usage or configuration,
3 could not judge: an artefact was not scanned, or backlog items are parked.`
}

// verdict is what the gate prints as JSON.
type verdict struct {
	Verdict   string         `json:"verdict"` // clean, failed or unable
	Rules     []string       `json:"fail_on"`
	Where     string         `json:"where,omitempty"`
	Findings  []row          `json:"findings"`
	Unscanned []unscannedRow `json:"unscanned"`
	Unable    []string       `json:"could_not_judge"`
}

// Run judges.
func (c *gateCmd) Run(ctx context.Context, t *terminal) error {
	c.place.access = c.registryFlags.access()
	site, err := c.openReadOnly(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	rules, err := parseRules(c.FailOn, site)
	if err != nil {
		return usageError(err)
	}
	where, err := c.query(ctx, site, search.Request{}, checkSeverities)
	if err != nil {
		return err
	}
	assessment, unable, err := site.assess(ctx)
	if err != nil {
		return err
	}
	v := verdict{Verdict: "clean", Rules: c.FailOn, Where: c.Where, Findings: []row{}, Unscanned: unscannedRows(assessment), Unable: unable}
	for _, f := range assessment.Findings {
		if rules.fail(f, site.present) && where.Matches(itemOf(f)) {
			v.Findings = append(v.Findings, rowOf(f, site.present))
		}
	}
	return v.tell(c.Format, t)
}

// tell decides, prints the verdict, and returns what becomes the exit code.
func (v verdict) tell(format string, t *terminal) error {
	code := exitOK
	switch {
	case len(v.Findings) > 0:
		v.Verdict, code = "failed", exitFailed
	case len(v.Unable) > 0:
		v.Verdict, code = "unable", exitUnable
	}
	if err := v.write(format, t); err != nil {
		return err
	}
	if code != exitOK {
		return &exitError{code: code}
	}
	return nil
}

func (v verdict) write(format string, t *terminal) error {
	switch format {
	case "json":
		return writeJSON(t.stdout, v)
	case "csv":
		return writeCSV(t.stdout, v.Findings)
	}
	writeTable(t.stdout, v.Findings, nil, t.colour)
	for _, reason := range v.Unable {
		fmt.Fprintf(t.stdout, "not judged: %s\n", printable(reason))
	}
	_, err := fmt.Fprintf(t.stdout, "gate: %s (%s%s)\n", v.sentence(), strings.Join(v.Rules, ", "), v.scope())
	return err
}

// scope says which findings were judged.
func (v verdict) scope() string {
	if v.Where == "" {
		return ""
	}
	return "; where " + printable(v.Where)
}

func (v verdict) sentence() string {
	switch v.Verdict {
	case "failed":
		return "failed, " + count(len(v.Findings), "finding")
	case "unable":
		return "could not judge, " + count(len(v.Unable), "reason")
	}
	return v.Verdict
}

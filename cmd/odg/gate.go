package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/findingcfg"
)

type gateCmd struct {
	place
	FailOn []string `name:"fail-on" default:"overdue" sep:"," placeholder:"RULE" help:"What fails the gate, repeatable: overdue, due-within=DURATION (such as 14d), severity=ID. Default: overdue."`
	Format string   `enum:"table,json,csv" default:"table" short:"o" aliases:"output" help:"Output: table, json or csv."`
}

// Help explains the exit codes.
func (c *gateCmd) Help() string {
	return `Judges the findings of the last run. Findings that are solved (their category has the value 0) never fail the gate.

Exit codes: 0 clean, 1 findings fail the gate (they are listed), 2 wrong usage or configuration,
3 could not judge: an artefact was not scanned, or backlog items are parked.`
}

// verdict is what the gate prints as JSON.
type verdict struct {
	Verdict  string   `json:"verdict"` // clean, failed or unable
	Rules    []string `json:"fail_on"`
	Findings []row    `json:"findings"`
	Unable   []string `json:"could_not_judge"`
}

// Run judges.
func (c *gateCmd) Run(ctx context.Context, t *terminal) error {
	site, err := c.openReadOnly(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	rules, err := parseRules(c.FailOn, site)
	if err != nil {
		return usageError(err)
	}
	assessment, unable, err := site.assess(ctx)
	if err != nil {
		return err
	}
	now := site.now()
	failing := []row{}
	for _, f := range assessment.Findings {
		if rules.fail(f, now) {
			failing = append(failing, rowOf(f, now))
		}
	}
	v := verdict{Verdict: "clean", Rules: c.FailOn, Findings: failing, Unable: unable}
	code := exitOK
	switch {
	case len(failing) > 0:
		v.Verdict, code = "failed", exitFailed
	case len(unable) > 0:
		v.Verdict, code = "unable", exitUnable
	}
	if err := v.write(c.Format, t); err != nil {
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
	_, err := fmt.Fprintf(t.stdout, "gate: %s (%s)\n", v.sentence(), strings.Join(v.Rules, ", "))
	return err
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

// rule tells if a finding fails the gate.
type rule func(f odg.Finding, now time.Time) bool

type rules []rule

func (rs rules) fail(f odg.Finding, now time.Time) bool {
	if f.Solved() {
		return false
	}
	for _, r := range rs {
		if r(f, now) {
			return true
		}
	}
	return false
}

func parseRules(texts []string, site *site) (rules, error) {
	var rs rules
	for _, text := range texts {
		r, err := parseRule(text, site)
		if err != nil {
			return nil, err
		}
		rs = append(rs, r)
	}
	return rs, nil
}

func parseRule(text string, site *site) (rule, error) {
	name, value, _ := strings.Cut(text, "=")
	switch name {
	case "overdue":
		return func(f odg.Finding, now time.Time) bool { return f.Overdue(now) }, nil
	case "due-within":
		return dueWithin(value)
	case "severity":
		return severity(value, site.findings)
	}
	return nil, fmt.Errorf("--fail-on=%s is no rule; write overdue, due-within=14d or severity=ID", text)
}

func dueWithin(value string) (rule, error) {
	d, err := findingcfg.ParseDuration(value)
	if err != nil {
		return nil, fmt.Errorf("--fail-on=due-within=%s: %w", value, err)
	}
	return func(f odg.Finding, now time.Time) bool {
		days, ok := f.DaysLeft(now)
		return ok && days <= d.Days()
	}, nil
}

func severity(id string, findings *findingcfg.Config) (rule, error) {
	var known []string
	for i := range findings.Findings {
		for _, c := range findings.Findings[i].Categorisations {
			if c.ID == id {
				return func(f odg.Finding, _ time.Time) bool { return f.Severity == id }, nil
			}
			known = append(known, c.ID)
		}
	}
	return nil, fmt.Errorf("--fail-on=severity=%s: no finding type has that category; there are %s", id, strings.Join(known, ", "))
}

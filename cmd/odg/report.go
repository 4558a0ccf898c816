package main

import (
	"context"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/search"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/metadata"
)

type reportCmd struct {
	place
	whereFlag
	reportFlags
}

// Help says what --where is.
func (c *reportCmd) Help() string {
	return "For the expressions of --where see odg findings --help."
}

// reportFlags say what of the findings is printed, and how.
type reportFlags struct {
	Format  string `enum:"table,json,csv" default:"table" short:"o" aliases:"output" help:"Output: table, json or csv."`
	Overdue bool   `help:"Only findings whose due date has passed."`
	All     bool   `help:"Also findings that are solved (their category has the value 0)."`
}

// Run prints the findings of the last run.
func (c *reportCmd) Run(ctx context.Context, t *terminal) error {
	c.place.access = c.registryFlags.access()
	site, err := c.openReadOnly(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	where, err := c.query(ctx, site, search.Request{})
	if err != nil {
		return err
	}
	assessment, unable, err := site.assess(ctx)
	if err != nil {
		return err
	}
	assessment.Findings = matching(assessment.Findings, where)
	return c.write(t, assessment, unable, site.present)
}

// document is the report as JSON.
type document struct {
	Generated     metadata.Timestamp `json:"generated"`
	Findings      []row              `json:"findings"`
	Totals        []total            `json:"totals"`
	Artefacts     int                `json:"artefacts"`
	Unscanned     []unscannedRow     `json:"unscanned"`
	CouldNotJudge []string           `json:"could_not_judge"`
}

func (f reportFlags) write(t *terminal, a odg.Assessment, unable []string, now time.Time) error {
	rows, solved := f.rows(a, now)
	switch f.Format {
	case "json":
		return writeJSON(t.stdout, document{metadata.TimestampOf(now), rows, totalsOf(rows), a.Artefacts, unscannedRows(a), unable})
	case "csv":
		return writeCSV(t.stdout, rows)
	}
	writeTable(t.stdout, rows, totalsOf(rows), t.colour)
	for _, reason := range unable {
		fmt.Fprintf(t.stdout, "not judged: %s\n", printable(reason))
	}
	_, err := fmt.Fprintln(t.stdout, headline(rows, solved, a.Artefacts))
	return err
}

// rows selects what is printed, and counts the solved findings that are not.
func (f reportFlags) rows(a odg.Assessment, now time.Time) (rows []row, solved int) {
	rows = []row{}
	for _, finding := range a.Findings {
		switch {
		case finding.Solved() && !f.All:
			solved++
		case f.Overdue && !finding.Overdue(now):
		default:
			rows = append(rows, rowOf(finding, now))
		}
	}
	return rows, solved
}

// headline says in a sentence how things are.
func headline(rows []row, solved, artefacts int) string {
	overdue := 0
	for _, r := range rows {
		if r.DaysLeft != nil && *r.DaysLeft < 0 {
			overdue++
		}
	}
	s := fmt.Sprintf("%s in %s, %d overdue", count(len(rows), "finding"), count(artefacts, "artefact"), overdue)
	if solved > 0 {
		s += fmt.Sprintf("; %s with nothing to do (show with --all)", count(solved, "finding"))
	}
	return s
}

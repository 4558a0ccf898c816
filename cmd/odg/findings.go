package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
)

type findingsCmd struct {
	place
	whereFlag
	Sort    []string `enum:"effective.due,effective.severity,meta.creation_date,meta.last_update,ocm.name,ocm.version,type,id" default:"effective.due" sep:"," placeholder:"FIELD" help:"Order, the first field counting most: ${enum}. What lacks a field comes last."`
	Reverse bool     `help:"Sort the other way round."`
	Limit   int      `default:"0" placeholder:"N" help:"At most N findings; 0: all."`
	Format  string   `enum:"table,json,csv" default:"table" short:"o" aliases:"output" help:"Output: table, json or csv."`
}

// Help explains expressions.
func (c *findingsCmd) Help() string {
	return "Prints the findings of the last run for which an expression holds, each as it stands after all\nrescorings. Without one it prints all, also those that are solved.\n\n" +
		"Expressions, also those of gate --where and report --where:\n\n" + search.WhereGrammar + `

In a shell, write expressions in single quotes. Exit codes: 0 done, also if nothing was found, 2 wrong usage or configuration,
3 something failed.`
}

// foundDocument is what was found, as JSON.
type foundDocument struct {
	Generated metadata.Timestamp `json:"generated"`
	Where     string             `json:"where,omitempty"`
	Found     int                `json:"found"` // with those behind the limit
	Findings  []row              `json:"findings"`
}

// Run looks for findings.
func (c *findingsCmd) Run(ctx context.Context, t *terminal) error {
	if c.Limit < 0 {
		return usageError(fmt.Errorf("--limit=%d is out of range; write how many findings, or 0 for all", c.Limit))
	}
	c.place.access = c.registryFlags.access()
	site, err := c.openReadOnly(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	query, err := c.query(ctx, site, search.Request{Sort: c.order()})
	if err != nil {
		return err
	}
	assessment, _, err := site.assess(ctx)
	if err != nil {
		return err
	}
	findings := matching(assessment.Findings, query)
	if !c.asAssessed() {
		slices.SortFunc(findings, func(a, b odg.Finding) int { return query.Compare(itemOf(a), itemOf(b)) })
	}
	return c.write(t, findings, site.present)
}

// asAssessed tells if the order is that of an assessment: by due date, and of one
// day the most severe first.
func (c *findingsCmd) asAssessed() bool {
	return !c.Reverse && len(c.Sort) == 1 && c.Sort[0] == "effective.due"
}

func (c *findingsCmd) order() []search.Sort {
	keys := make([]search.Sort, len(c.Sort))
	for i, field := range c.Sort {
		keys[i] = search.Sort{Field: field, Descending: c.Reverse}
	}
	return keys
}

func (c *findingsCmd) write(t *terminal, findings []odg.Finding, now time.Time) error {
	found := len(findings)
	if c.Limit > 0 {
		findings = findings[:min(c.Limit, found)]
	}
	rows := make([]row, len(findings))
	for i, f := range findings {
		rows[i] = rowOf(f, now)
	}
	switch c.Format {
	case "json":
		return writeJSON(t.stdout, foundDocument{metadata.TimestampOf(now), c.Where, found, rows})
	case "csv":
		return writeCSV(t.stdout, rows)
	}
	writeTable(t.stdout, rows, nil, t.colour)
	more := ""
	if found > len(rows) {
		more = fmt.Sprintf("; %d are shown", len(rows))
	}
	_, err := fmt.Fprintf(t.stdout, "%s%s\n", count(found, "finding"), more)
	return err
}

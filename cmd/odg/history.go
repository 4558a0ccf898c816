package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

type historyCmd struct {
	place
	ID     string `arg:"" help:"Id of the finding, as odg report --format=json prints it."`
	Format string `enum:"table,json" default:"table" short:"o" aliases:"output" help:"Output: table or json."`
}

// Help says what is kept.
func (c *historyCmd) Help() string {
	return `Prints what became of a finding and what was decided about it, the oldest first: when, who did it, and by which command or request.
Also of findings that are not stored any more. Scans that find the same again are not listed.

Exit codes: 0 printed, 2 wrong usage or configuration, such as an id under which nothing was ever stored, 3 something failed.`
}

// Run prints the history of a finding.
func (c *historyCmd) Run(ctx context.Context, t *terminal) error {
	site, err := c.openReadOnly(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	life, err := site.core.History(ctx, c.ID)
	if errors.Is(err, explain.ErrNoFinding) {
		return usageError(fmt.Errorf("%w; odg report --all --format=json prints the ids", err))
	}
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return writeJSON(t.stdout, life.Document())
	}
	return writeLife(t.stdout, life)
}

func writeLife(w io.Writer, life odg.Life) error {
	finding := life.Finding[len(life.Finding)-1].Entry
	fmt.Fprintf(w, "%s in %s\n", printable(odg.Finding{Entry: finding}.Subject()), printable(describe(finding.Artefact)))
	if !life.Began.IsZero() {
		fmt.Fprintf(w, "note: the history begins on %s\n", life.Began.Format(time.DateOnly))
	}
	fmt.Fprintln(w)
	t := plainTable(w)
	t.AppendHeader(table.Row{"WHEN", "WHAT", "WHO", "REQUEST", "DETAILS"})
	for _, e := range events(life) {
		t.AppendRow(table.Row{e.when(), e.what, orDash(printable(e.turn.Who)), orDash(printable(e.turn.Request)), printable(e.details)})
	}
	t.Render()
	if life.Truncated {
		_, err := fmt.Fprintln(w, "there is more than is shown")
		return err
	}
	return nil
}

// lifeEvent is a line of the history.
type lifeEvent struct {
	turn          store.Turn
	what, details string
}

func (e lifeEvent) when() string {
	if e.turn.At.IsZero() {
		return "-"
	}
	return e.turn.At.Format(time.RFC3339)
}

// What happens to findings and to decisions, in words.
var (
	findingWords = map[store.What]string{
		store.Inserted: "found", store.Adopted: "known before", store.Changed: "changed", store.Deleted: "gone",
	}
	decisionWords = map[store.What]string{
		store.Inserted: "decided", store.Adopted: "decided before", store.Changed: "decided anew", store.Deleted: "withdrawn",
	}
)

// events are what happened to a finding and to the decisions about it, the oldest first.
func events(life odg.Life) []lifeEvent {
	var all []lifeEvent
	add := func(versions []store.Version, words map[store.What]string, details func(metadata.Entry) string) {
		for _, v := range versions {
			all = append(all, lifeEvent{v.Began, words[v.Began.What], details(v.Entry)})
			if v.Ended.What == store.Deleted {
				all = append(all, lifeEvent{v.Ended, words[store.Deleted], details(v.Entry)})
			}
		}
	}
	add(life.Finding, findingWords, func(e metadata.Entry) string { return given(e).Severity })
	add(life.Decisions, decisionWords, decided)
	slices.SortStableFunc(all, func(a, b lifeEvent) int { return cmp.Compare(a.turn.At.UnixMicro(), b.turn.At.UnixMicro()) })
	return all
}

// payload is what findings and decisions say of themselves.
type payload struct {
	Severity string  `json:"severity"`
	Comment  *string `json:"comment"`
	User     struct {
		Username string `json:"username"`
	} `json:"user"`
}

func given(e metadata.Entry) (p payload) {
	_ = e.Data.Decode(&p) // nothing is shown of what cannot be read
	return p
}

// decided says what a decision is, for whom it holds, and whose it is.
func decided(e metadata.Entry) string {
	p := given(e)
	s := fmt.Sprintf("%s (%s) by %s", p.Severity, e.Specificity(), orDash(p.User.Username))
	if comment := strings.TrimSpace(artefact.Text(p.Comment)); comment != "" {
		s += ": " + comment
	}
	return s
}

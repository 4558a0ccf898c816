package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
)

type backlogCmd struct {
	List   backlogListCmd   `cmd:"" help:"List the items that wait, are worked on, or are parked, with the last error."`
	Replay backlogReplayCmd `cmd:"" help:"Free parked or waiting items, so that the next run tries them again."`
	Drop   backlogDropCmd   `cmd:"" help:"Remove items."`
}

type backlogListCmd struct {
	place
	Parked bool   `help:"Only parked items."`
	Format string `enum:"table,json" default:"table" short:"o" aliases:"output" help:"Output: table or json."`
}

type backlogReplayCmd struct {
	place
	Name []string `arg:"" help:"Names as in \"odg backlog list\"."`
}

type backlogDropCmd struct {
	place
	Name []string `arg:"" help:"Names as in \"odg backlog list\"."`
}

// Help says what follows.
func (c *backlogDropCmd) Help() string {
	return "A dropped item comes back when its extension is due again for the artefact. Until then the gate cannot judge the artefact if it was never scanned."
}

// itemRow is a backlog item as JSON.
type itemRow struct {
	Name      string      `json:"name"`
	Service   string      `json:"service"`
	State     string      `json:"state"` // free, waiting, claimed or parked
	Priority  string      `json:"priority"`
	Timestamp time.Time   `json:"timestamp"`
	Attempts  int         `json:"attempts"`
	NotBefore *time.Time  `json:"not_before,omitempty"`
	ClaimedBy string      `json:"claimed_by,omitempty"`
	LastError string      `json:"last_error,omitempty"`
	Artefact  artefact.ID `json:"artefact"`
}

// Run lists the backlog.
func (c *backlogListCmd) Run(ctx context.Context, t *terminal) error {
	site, err := c.openReadOnly(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	filter := backlog.Filter{}
	if c.Parked {
		filter.Parked = new(true)
	}
	items, err := site.queue.List(ctx, filter)
	if err != nil {
		return err
	}
	rows := make([]itemRow, len(items))
	for i, item := range items {
		rows[i] = itemRowOf(item, site.now())
	}
	if c.Format == "json" {
		return writeJSON(t.stdout, rows)
	}
	writeItems(t, rows)
	return nil
}

func itemRowOf(item backlog.Item, now time.Time) itemRow {
	r := itemRow{
		Name: item.Name(), Service: item.Service, State: "free", Priority: item.Priority.String(), Timestamp: item.Timestamp.UTC(),
		Attempts: item.Attempts, LastError: item.LastError, Artefact: item.Artefact,
	}
	switch {
	case item.Parked:
		r.State = "parked"
	case item.ClaimedBy != "" && now.Before(item.LeaseEnd):
		r.State, r.ClaimedBy = "claimed", item.ClaimedBy
	case now.Before(item.NotBefore):
		r.State, r.NotBefore = "waiting", new(item.NotBefore.UTC())
	}
	return r
}

func writeItems(t *terminal, rows []itemRow) {
	if len(rows) == 0 {
		fmt.Fprintln(t.stdout, "the backlog is empty")
		return
	}
	out := plainTable(t.stdout)
	out.AppendHeader(table.Row{"NAME", "STATE", "PRIORITY", "ARTEFACT", "ATTEMPTS", "LAST ERROR"})
	for _, r := range rows {
		out.AppendRow(table.Row{r.Name, r.State, r.Priority, printable(describe(r.Artefact)), r.Attempts, printable(orDash(r.LastError))})
	}
	out.Render()
}

// describe names an artefact for people.
func describe(id artefact.ID) string {
	local := id.Local()
	return fmt.Sprintf("%s %s %s", joined(artefact.Text(id.ComponentName), artefact.Text(id.ComponentVersion)),
		id.Kind, withExtraID(joined(artefact.Text(local.Name), artefact.Text(local.Version)), local.ExtraID))
}

// Run frees items.
func (c *backlogReplayCmd) Run(ctx context.Context, t *terminal) error {
	return c.each(ctx, t, c.Name, "replayed", func(q backlog.Queue, name string) error { return q.Replay(ctx, name) })
}

// Run removes items.
func (c *backlogDropCmd) Run(ctx context.Context, t *terminal) error {
	return c.each(ctx, t, c.Name, "dropped", func(q backlog.Queue, name string) error { return q.Drop(ctx, name) })
}

// each does one thing to each named item, and goes on after an error.
func (p place) each(ctx context.Context, t *terminal, names []string, done string, do func(backlog.Queue, string) error) error {
	if _, err := p.existingDatabase(); err != nil {
		return err
	}
	site, err := p.open(ctx, t)
	if err != nil {
		return err
	}
	defer site.Close()
	var all []error
	for _, name := range names {
		switch err := do(site.queue, name); {
		case errors.Is(err, backlog.ErrNotFound):
			all = append(all, fmt.Errorf("%w; \"odg backlog list\" shows the names", err))
		case err != nil:
			all = append(all, err)
		default:
			fmt.Fprintf(t.stdout, "%s %s\n", done, name)
		}
	}
	if err := errors.Join(all...); err != nil {
		return usageError(err)
	}
	return nil
}

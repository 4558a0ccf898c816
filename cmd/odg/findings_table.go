package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/opendeliverygear/odg/artefact"
)

// writeTable prints findings for people: by due date, then the totals.
func writeTable(w io.Writer, rows []row, totals []total, colour bool) {
	if len(rows) > 0 {
		newTable(w, rows, colour).Render()
	}
	for _, t := range totals {
		fmt.Fprintf(w, "%6d %s\n", t.Count, t.Severity)
	}
}

func newTable(w io.Writer, rows []row, colour bool) table.Writer {
	t := plainTable(w)
	t.AppendHeader(table.Row{"COMPONENT", "ARTEFACT", "TYPE", "FINDING", "SEVERITY", "DISCOVERED", "DUE", "DAYS LEFT"})
	t.SetColumnConfigs([]table.ColumnConfig{
		{Name: "DAYS LEFT", Align: text.AlignRight, AlignHeader: text.AlignRight},
	})
	for _, r := range rows {
		cells := table.Row{short(r.component()), short(r.artefact()), r.Type, short(r.Finding), r.Severity, r.Discovered, orDash(r.Due), r.daysLeft()}
		if colour {
			cells[4] = severityColour(r.Value).Sprint(r.Severity)
			cells[7] = daysColour(r.DaysLeft).Sprint(r.daysLeft())
		}
		t.AppendRow(cells)
	}
	return t
}

// plainTable has columns and nothing else, fit for a terminal and for grep.
func plainTable(w io.Writer) table.Writer {
	t := table.NewWriter()
	t.SetOutputMirror(w)
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	t.SuppressTrailingSpaces()
	return t
}

func severityColour(value int) text.Color {
	switch {
	case value >= 8:
		return text.FgHiRed
	case value >= 2:
		return text.FgYellow
	case value < 0:
		return text.FgMagenta
	}
	return text.FgGreen
}

// soon is how many days before its due date a finding is shown as urgent.
const soon = 14

func daysColour(days *int) text.Color {
	switch {
	case days == nil:
		return text.Reset
	case *days < 0:
		return text.FgHiRed
	case *days <= soon:
		return text.FgYellow
	}
	return text.Reset
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (r row) daysLeft() string {
	if r.DaysLeft == nil {
		return "-"
	}
	return strconv.Itoa(*r.DaysLeft)
}

func (r row) component() string { return joined(r.Component, r.ComponentVersion) }
func (r row) artefact() string {
	return withExtraID(joined(r.Artefact, r.ArtefactVersion), r.ExtraID)
}

// withExtraID tells artefacts of one name apart, such as those of two platforms.
func withExtraID(name string, extra map[string]string) string {
	if len(extra) == 0 {
		return name
	}
	return name + " {" + artefact.NormaliseExtraID(extra) + "}"
}

// joined writes name:version, or the name alone.
func joined(name, version string) string {
	if version == "" {
		return orDash(name)
	}
	return name + ":" + version
}

// count writes a number with its noun, such as "1 finding" or "2 entries".
func count(n int, noun string) string {
	if n != 1 {
		if stem, ok := strings.CutSuffix(noun, "y"); ok {
			noun = stem + "ie"
		}
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

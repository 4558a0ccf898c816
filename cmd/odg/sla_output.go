package main

import (
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/opendeliverygear/odg"
)

// how says in a few words what went wrong.
func how(v odg.ViolationDocument) string {
	s := "overdue at the release"
	switch {
	case v.DecidedOn != nil:
		s = fmt.Sprintf("decided too late by %s on %s", orDash(v.DecidedBy), *v.DecidedOn)
		if v.OpenAtRelease {
			s += ", and overdue at the release"
		}
	case !v.OpenAtRelease:
		s = "overdue for some time"
	}
	return s
}

func writeEvidence(t *terminal, d odg.EvidenceDocument, format string) error {
	if format == "json" {
		return writeJSON(t.stdout, d)
	}
	if len(d.Violations) > 0 {
		out := plainTable(t.stdout)
		out.AppendHeader(table.Row{"COMPONENT", "ARTEFACT", "TYPE", "FINDING", "SEVERITY", "DUE", "DAYS LATE", "KNOWN", "WHAT HAPPENED"})
		for _, v := range d.Violations {
			out.AppendRow(table.Row{
				short(joined(v.Component, v.ComponentVersion)), short(joined(v.Artefact, v.ArtefactVersion)), v.Type,
				short(v.Finding), v.Severity, v.Due, v.DaysLate, v.Known, short(how(v)),
			})
		}
		out.Render()
	}
	for _, reason := range d.CouldNotJudge {
		fmt.Fprintf(t.stdout, "not judged: %s\n", printable(reason))
	}
	if d.Since != nil && d.Since.After(d.AsOf) {
		fmt.Fprintf(t.stdout, "note: the history begins on %s; what was deleted or changed before is not known\n", d.Since.Format(time.DateOnly))
	}
	then, since := 0, 0
	for _, v := range d.Violations {
		if v.Known != odg.KnownSince {
			then++
		}
		if v.Known != odg.KnownThen {
			since++
		}
	}
	fmt.Fprintf(t.stdout, "%s, released %s, %s\n", printable(joined(d.Component, d.Version)), d.Released.Format(time.RFC3339), count(d.Components, "component"))
	fmt.Fprintf(t.stdout, "by what was known on %s: %s in %s\n", d.AsOf.Format(time.RFC3339), count(then, "violation"), count(d.FindingsThen, "finding"))
	_, err := fmt.Fprintf(t.stdout, "by what is known today: %s in %s; %d found later\n", count(since, "violation"), count(d.Findings, "finding"), d.FoundLater)
	return err
}

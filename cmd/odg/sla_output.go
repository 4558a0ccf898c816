package main

import (
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/sla"
)

// slaForm is the evidence as JSON. Fields are added, never renamed.
type slaForm struct {
	Component     string             `json:"component"`
	Version       string             `json:"version"`
	AsOf          metadata.Timestamp `json:"as_of"`
	Verdict       string             `json:"verdict"` // clean, failed or unable
	Violations    []violationForm    `json:"violations"`
	Components    int                `json:"components"`
	Findings      int                `json:"findings"`
	FoundLater    int                `json:"found_later"`
	CouldNotJudge []string           `json:"could_not_judge"`
}

// violationForm is a finding that was overdue.
type violationForm struct {
	ID               string         `json:"id"`
	Component        string         `json:"component"`
	ComponentVersion string         `json:"component_version"`
	Artefact         string         `json:"artefact"`
	ArtefactVersion  string         `json:"artefact_version"`
	Type             metadata.Type  `json:"type"`
	Finding          string         `json:"finding"`
	Severity         string         `json:"severity"`
	Discovered       metadata.Date  `json:"discovered"`
	Due              metadata.Date  `json:"due"`
	DaysLate         int            `json:"days_late"`
	OpenAtRelease    bool           `json:"open_at_release"`
	DecidedOn        *metadata.Date `json:"decided_on,omitempty"` // of the decision that came too late
	DecidedBy        string         `json:"decided_by,omitempty"`
}

func violationOf(v sla.Violation) violationForm {
	id := v.Finding.Artefact
	f := violationForm{
		ID: v.Finding.ID(), Component: artefact.Text(id.ComponentName), ComponentVersion: artefact.Text(id.ComponentVersion),
		Artefact: artefact.Text(id.Local().Name), ArtefactVersion: artefact.Text(id.Local().Version),
		Type: v.Finding.Meta.Type, Finding: odg.Finding{Entry: v.Finding}.Subject(), Severity: v.Severity,
		Discovered: v.Finding.DiscoveryDate, Due: v.Due, DaysLate: v.DaysLate(), OpenAtRelease: v.Open,
	}
	if v.Rescoring != nil {
		var by struct {
			User metadata.User `json:"user"`
		}
		_ = v.Rescoring.Data.Decode(&by) // nobody is named then
		f.DecidedOn, f.DecidedBy = new(metadata.DateOf(v.Until)), by.User.Username
	}
	return f
}

// how says in a few words what went wrong.
func (f violationForm) how() string {
	s := "overdue at the release"
	switch {
	case f.DecidedOn != nil:
		s = fmt.Sprintf("decided too late by %s on %s", orDash(f.DecidedBy), *f.DecidedOn)
		if f.OpenAtRelease {
			s += ", and overdue at the release"
		}
	case !f.OpenAtRelease:
		s = "overdue for some time"
	}
	return s
}

func (e *evidence) write(format string, t *terminal) error {
	form := slaForm{
		Component: e.root.Name, Version: e.root.Version, AsOf: metadata.TimestampOf(e.at), Verdict: "clean",
		Violations: []violationForm{}, Components: len(e.parts), Findings: e.report.Findings, FoundLater: e.report.Later,
		CouldNotJudge: append([]string{}, e.unable...),
	}
	for _, v := range e.report.Violations {
		form.Violations = append(form.Violations, violationOf(v))
	}
	switch {
	case len(form.Violations) > 0:
		form.Verdict = "failed"
	case len(e.unable) > 0:
		form.Verdict = "unable"
	}
	if format == "json" {
		return writeJSON(t.stdout, form)
	}
	return form.table(t, e.at)
}

func (f slaForm) table(t *terminal, at time.Time) error {
	if len(f.Violations) > 0 {
		out := plainTable(t.stdout)
		out.AppendHeader(table.Row{"COMPONENT", "ARTEFACT", "TYPE", "FINDING", "SEVERITY", "DUE", "DAYS LATE", "WHAT HAPPENED"})
		for _, v := range f.Violations {
			out.AppendRow(table.Row{
				short(joined(v.Component, v.ComponentVersion)), short(joined(v.Artefact, v.ArtefactVersion)), v.Type,
				short(v.Finding), v.Severity, v.Due, v.DaysLate, short(v.how()),
			})
		}
		out.Render()
	}
	for _, reason := range f.CouldNotJudge {
		fmt.Fprintf(t.stdout, "not judged: %s\n", printable(reason))
	}
	_, err := fmt.Fprintf(t.stdout, "%s as of %s: %s in %s of %s, by what is stored today; %d found later\n", printable(joined(f.Component, f.Version)),
		at.UTC().Format(time.RFC3339), count(len(f.Violations), "violation"), count(f.Findings, "finding"), count(f.Components, "component"), f.FoundLater)
	return err
}

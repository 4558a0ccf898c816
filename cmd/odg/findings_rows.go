package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
)

// row is a finding as the report prints it. The JSON form is for other tools:
// fields are added, never renamed.
type row struct {
	ID               string            `json:"id"`
	Component        string            `json:"component"`
	ComponentVersion string            `json:"component_version"`
	Kind             string            `json:"artefact_kind"`
	Artefact         string            `json:"artefact"`
	ArtefactVersion  string            `json:"artefact_version"`
	ArtefactType     string            `json:"artefact_type"`
	ExtraID          map[string]string `json:"artefact_extra_id,omitempty"`
	Type             string            `json:"type"`
	Datasource       string            `json:"datasource"`
	Finding          string            `json:"finding"`
	Severity         string            `json:"severity"`
	Value            int               `json:"value"`
	Rescored         bool              `json:"rescored"`
	Discovered       string            `json:"discovered"`
	Due              string            `json:"due,omitempty"`
	DaysLeft         *int              `json:"days_left,omitempty"`
	Problem          string            `json:"problem,omitempty"`
}

// total counts the findings of a severity.
type total struct {
	Severity string `json:"severity"`
	Value    int    `json:"value"`
	Count    int    `json:"count"`
}

func rowOf(f odg.Finding, now time.Time) row {
	id := f.Entry.Artefact
	local := id.Local()
	r := row{
		ID: f.Entry.ID(), Component: artefact.Text(id.ComponentName), ComponentVersion: artefact.Text(id.ComponentVersion),
		Kind: string(id.Kind), Artefact: artefact.Text(local.Name), ArtefactVersion: artefact.Text(local.Version),
		ArtefactType: artefact.Text(local.Type), ExtraID: local.ExtraID,
		Type: string(f.Entry.Meta.Type), Datasource: string(f.Entry.Meta.Datasource), Finding: f.Subject(),
		Severity: f.Severity, Value: f.Value(), Rescored: f.Rescoring != nil,
		Discovered: string(f.Entry.DiscoveryDate), Due: string(f.Due),
	}
	if days, ok := f.DaysLeft(now); ok {
		r.DaysLeft = &days
	}
	if f.Err != nil {
		r.Problem = f.Err.Error()
	}
	return r
}

// totalsOf counts by severity, the most severe first.
func totalsOf(rows []row) []total {
	counts := map[string]*total{}
	for _, r := range rows {
		if counts[r.Severity] == nil {
			counts[r.Severity] = &total{Severity: r.Severity, Value: r.Value}
		}
		counts[r.Severity].Count++
	}
	totals := make([]total, 0, len(counts))
	for _, t := range counts {
		totals = append(totals, *t)
	}
	slices.SortFunc(totals, func(a, b total) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Severity, b.Severity))
	})
	return totals
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

var csvHeader = []string{
	"component", "component_version", "artefact_kind", "artefact", "artefact_version", "artefact_type", "type", "datasource",
	"finding", "severity", "value", "rescored", "discovered", "due", "days_left", "problem",
}

func writeCSV(w io.Writer, rows []row) error {
	out := csv.NewWriter(w)
	if err := out.Write(csvHeader); err != nil {
		return err
	}
	for _, r := range rows {
		days := ""
		if r.DaysLeft != nil {
			days = strconv.Itoa(*r.DaysLeft)
		}
		cells := []string{
			r.Component, r.ComponentVersion, r.Kind, r.Artefact, r.ArtefactVersion, r.ArtefactType, r.Type, r.Datasource,
			r.Finding, r.Severity, strconv.Itoa(r.Value), strconv.FormatBool(r.Rescored), r.Discovered, r.Due, "", r.Problem,
		}
		for i, cell := range cells {
			cells[i] = spreadsheetSafe(cell)
		}
		cells[10], cells[14] = strconv.Itoa(r.Value), days // numbers, also negative ones
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

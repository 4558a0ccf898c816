package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// measurement is a line of the report.
type measurement struct {
	Name string `json:"name"`
	// Value is in Unit; Limit, 0 if there is none, too.
	Value float64 `json:"value"`
	Limit float64 `json:"limit,omitempty"`
	Unit  string  `json:"unit"`
	// Ratio is the value in terms of the limit, 0 without one: the part of the
	// limit's rate for what shall be large, the multiple of its time for what shall
	// be short. What shall be faster than the limit has how many times it is.
	Ratio float64 `json:"ratio,omitempty"`
	Aim   string  `json:"aim,omitempty"`
	Met   bool    `json:"met"`
	Note  string  `json:"note,omitempty"`
}

type report struct {
	subject string // what is measured, default odg-core
	lines   []measurement
}

func (r *report) add(m measurement) { r.lines = append(r.lines, m) }

// atLeast adds a rate and holds its part of the limit against an aim.
func (r *report) atLeast(name string, ours, limit, aim float64, note string) {
	ratio := ours / limit
	r.add(measurement{
		Name: name, Value: ours, Limit: limit, Unit: "rows/s", Ratio: ratio,
		Aim: fmt.Sprintf(">= %.0f %%", 100*aim), Met: ratio >= aim, Note: note,
	})
}

// atMost adds a time and holds its multiple of the limit against an aim; none if 0.
func (r *report) atMost(name string, ours, limit time.Duration, aim float64) {
	m := measurement{Name: name, Value: millis(ours), Limit: millis(limit), Unit: "ms", Ratio: float64(ours) / float64(limit), Met: true}
	if aim > 0 {
		m.Aim, m.Met = fmt.Sprintf("<= %.1f x", aim), m.Ratio <= aim
	}
	r.add(m)
}

// faster adds a time and says how many times longer another one is.
func (r *report) faster(name string, ours, other time.Duration, aim float64, note string) {
	ratio := float64(other) / float64(ours)
	r.add(measurement{
		Name: name, Value: millis(ours), Limit: millis(other), Unit: "ms", Ratio: ratio,
		Aim: fmt.Sprintf(">= %.0f x faster", aim), Met: ratio >= aim, Note: note,
	})
}

// below adds a value that has an aim of its own; none if 0.
func (r *report) below(name string, value, aim float64, unit, note string) {
	m := measurement{Name: name, Value: value, Unit: unit, Met: true, Note: note}
	if aim > 0 {
		m.Aim, m.Met = fmt.Sprintf("< %.0f %s", aim, unit), value < aim
	}
	r.add(m)
}

// missed names the lines whose aim is missed.
func (r *report) missed() []string {
	var names []string
	for _, m := range r.lines {
		if !m.Met {
			names = append(names, m.Name)
		}
	}
	return names
}

func (r *report) write(w io.Writer, format string) error {
	if format == "json" {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(map[string]any{"measurements": r.lines})
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "MEASUREMENT\t%s\tLIMIT\tRATIO\tAIM\tMET\tNOTE\n", cmp.Or(r.subject, "ODG-CORE"))
	for _, m := range r.lines {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", m.Name, amount(m.Value, m.Unit), amount(m.Limit, m.Unit), m.ratio(), cmp.Or(m.Aim, "-"), m.met(), m.Note)
	}
	return table.Flush()
}

func (m measurement) ratio() string {
	switch {
	case m.Ratio == 0:
		return "-"
	case m.Unit == "ms":
		return fmt.Sprintf("%.2f x", m.Ratio)
	}
	return fmt.Sprintf("%.0f %%", 100*m.Ratio)
}

func (m measurement) met() string {
	switch {
	case m.Aim == "":
		return "-"
	case m.Met:
		return "yes"
	}
	return "NO"
}

func amount(value float64, unit string) string {
	switch {
	case value == 0:
		return "-"
	case value < 10:
		return strings.TrimSpace(fmt.Sprintf("%.1f %s", value, unit))
	}
	return strings.TrimSpace(fmt.Sprintf("%.0f %s", value, unit))
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// quantile is the smallest of times that part q of them do not exceed.
func quantile(times []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	i := int(q * float64(len(sorted)))
	return sorted[min(i, len(sorted)-1)]
}

func mebibytes(n int64) float64 { return float64(n) / (1 << 20) }

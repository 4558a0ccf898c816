package sla_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/sla"
)

func day(n int) time.Time { return released.AddDate(0, 0, n) }

// decisions are some about CVE-1, made between 200 days before the release and 20 after.
func decisions(t *rapid.T, scopes []artefact.ID, ends []metadata.Expiry) []metadata.Entry {
	var list []metadata.Entry
	for i := range rapid.IntRange(0, 5).Draw(t, "decisions") {
		at := day(rapid.IntRange(-200, 20).Draw(t, "day")).Add(time.Duration(i) * time.Minute)
		r := metadata.CustomRescoring{
			Severity:   rapid.SampledFrom([]string{"NONE", "LOW", "postpone", "forever"}).Draw(t, "severity"),
			ValidUntil: rapid.SampledFrom(ends).Draw(t, "end"),
		}
		switch r.Severity {
		case "LOW":
			r.AllowedProcessingTime = new(fmt.Sprintf("%dd", rapid.IntRange(0, 120).Draw(t, "time")))
		case "postpone":
			r.AllowedProcessingTime = new("input")
			r.DueDate = metadata.DateOf(at.AddDate(0, 0, rapid.IntRange(-5, 60).Draw(t, "due")))
		}
		list = append(list, decided(t, rapid.SampledFrom(scopes).Draw(t, "scope"), metadata.TimestampOf(at), r))
	}
	return list
}

// TestProfiler compares with the rule as the contract words it: walk the decisions in
// the order of time, each replaces the one before.
func TestProfiler(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	rapid.Check(t, func(t *rapid.T) {
		finding := found(t, "CVE-1", metadata.DateOf(day(-rapid.IntRange(0, 200).Draw(t, "discovered"))))
		list := decisions(t, []artefact.ID{image("web")}, []metadata.Expiry{""})
		report := sla.Evaluate(sla.Release{At: released, Findings: []metadata.Entry{finding}, Rescorings: list, Config: cfg})
		if got, want := len(report.Violations) > 0, profiler(finding, list); got != want {
			t.Fatalf("violated %v, want %v", got, want)
		}
	})
}

// profiler is the rule of the contract for findings and decisions with stored times.
func profiler(finding metadata.Entry, list []metadata.Entry) (violated bool) {
	due, _ := finding.DiscoveryDate.AddDays(30)
	for {
		var next *metadata.Entry
		rest := list[:0:0]
		for i := range list {
			if next == nil || list[i].Meta.CreationDate < next.Meta.CreationDate {
				next = &list[i]
			}
		}
		if next == nil {
			break
		}
		for i := range list {
			if &list[i] != next {
				rest = append(rest, list[i])
			}
		}
		at, _ := next.Meta.CreationDate.Time()
		var r metadata.CustomRescoring
		_ = next.Data.Decode(&r)
		list = rest
		if !at.Before(released) {
			continue
		}
		violated = violated || due != "" && metadata.DateOf(at) > due
		switch {
		case r.DueDate != "":
			due = r.DueDate
		case r.AllowedProcessingTime == nil:
			due = ""
		default:
			d, _ := findingcfg.ParseDuration(*r.AllowedProcessingTime)
			due, _ = finding.DiscoveryDate.AddDays(d.Days())
		}
	}
	return violated || due != "" && metadata.DateOf(released) > due
}

// TestProperties: the order of entries does not matter, nor does what comes after the
// release; and what is open at the release is what a report of that day says.
func TestProperties(t *testing.T) {
	t.Parallel()
	cfg := config(t)
	scopes := []artefact.ID{image("web"), {Artefact: &artefact.LocalID{}}, {ComponentName: new("example.org/shop"), Artefact: &artefact.LocalID{}}}
	ends := []metadata.Expiry{"", "2026-05-01", "2026-06-30", "2026-03-01T10:00:00+00:00"}
	rapid.Check(t, func(t *rapid.T) {
		finding := found(t, "CVE-1", metadata.DateOf(day(-rapid.IntRange(0, 200).Draw(t, "discovered"))))
		list := decisions(t, scopes, ends)
		r := sla.Release{At: released, Findings: []metadata.Entry{finding}, Rescorings: list, Config: cfg}
		report := sla.Evaluate(r)

		r.Rescorings = rapid.Permutation(list).Draw(t, "order")
		if diff := cmp.Diff(report.Violations, sla.Evaluate(r).Violations, cmp.Comparer(same)); diff != "" {
			t.Fatal("the order matters:", diff)
		}
		var before []metadata.Entry
		for _, e := range list {
			if at, _ := e.Meta.CreationDate.Time(); at.Before(released) {
				before = append(before, e)
			}
		}
		r.Rescorings = before
		if diff := cmp.Diff(report.Violations, sla.Evaluate(r).Violations, cmp.Comparer(same)); diff != "" {
			t.Fatal("the future matters:", diff)
		}
		open := len(report.Violations) > 0 && report.Violations[0].Open
		if overdue := overdue(t, cfg, finding, before); overdue != open {
			t.Fatalf("open at the release: %v, a report says %v", open, overdue)
		}
	})
}

func same(a, b sla.Violation) bool {
	return a.Finding.ID() == b.Finding.ID() && a.Due == b.Due && a.Until.Equal(b.Until) && a.Open == b.Open
}

// overdue is what a report of the day says of the finding.
func overdue(t *rapid.T, cfg *findingcfg.Config, finding metadata.Entry, list []metadata.Entry) bool {
	f, _ := cfg.For(finding.Meta.Type)
	d := rescore.Decide(finding, rescore.Applicable(finding, list, rescore.Options{}), released)
	category, _ := f.Category(d.Severity)
	if category.Value == 0 {
		return false
	}
	open := findingcfg.Open{Discovered: finding.DiscoveryDate, AllowedProcessingTime: finding.AllowedProcessingTime}
	if d.Rescored() {
		open.Rescoring = &findingcfg.Rescored{DueDate: d.DueDate, AllowedProcessingTime: d.AllowedProcessingTime}
	}
	due, err := category.EffectiveDueDate(open)
	if err != nil {
		t.Fatal(err)
	}
	return due != "" && metadata.DateOf(released) > due
}

package odg_test

import (
	"errors"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/sla"
)

func TestVerdicts(t *testing.T) {
	t.Parallel()
	overdue := sla.Report{Violations: []sla.Violation{{Finding: vulnerability(image("1.0.0")), Due: "2026-12-01", Until: day(12, 15), Open: true}}}
	unable := sla.Report{Unable: []sla.Fault{{Finding: vulnerability(image("1.0.0")), Err: errors.New("no category")}}}
	for name, c := range map[string]struct {
		evidence  odg.Evidence
		unable    []string
		now, then odg.Verdict
		known     odg.Knowledge // of the violation
		reasons   int
	}{
		"clean":                      {odg.Evidence{Scanned: true}, nil, odg.VerdictClean, odg.VerdictClean, "", 0},
		"overdue":                    {odg.Evidence{Scanned: true, Then: overdue, Now: overdue}, nil, odg.VerdictFailed, odg.VerdictFailed, odg.KnownBoth, 0},
		"overdue as is known now":    {odg.Evidence{Scanned: true, Now: overdue}, nil, odg.VerdictFailed, odg.VerdictClean, odg.KnownSince, 0},
		"overdue as was known then":  {odg.Evidence{Scanned: true, Then: overdue}, nil, odg.VerdictFailed, odg.VerdictFailed, odg.KnownThen, 0},
		"nobody has looked":          {odg.Evidence{}, nil, odg.VerdictUnable, odg.VerdictUnable, "", 1},
		"a finding without deadline": {odg.Evidence{Scanned: true, Then: unable, Now: unable}, nil, odg.VerdictUnable, odg.VerdictUnable, "", 1},
		"one that was found later":   {odg.Evidence{Scanned: true, Now: unable}, nil, odg.VerdictUnable, odg.VerdictClean, "", 1},
		"a component is missing":     {odg.Evidence{Scanned: true}, []string{"missing"}, odg.VerdictUnable, odg.VerdictUnable, "", 1},
		"overdue, and one missing":   {odg.Evidence{Scanned: true, Now: overdue}, []string{"missing"}, odg.VerdictFailed, odg.VerdictUnable, odg.KnownSince, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			d := c.evidence.Document(component.ID{Name: "acme.org/shop", Version: "1.0.0"}, 1, c.unable...)
			is.Equal(d.Verdict, c.now)
			is.Equal(d.VerdictThen, c.then)
			is.Equal(len(d.CouldNotJudge), c.reasons)
			if c.known == "" {
				is.Equal(len(d.Violations), 0)
				return
			}
			is.Equal(len(d.Violations), 1)
			is.Equal(d.Violations[0].Known, c.known)
			is.Equal(d.Violations[0].DaysLate, 14)
		})
	}
}

// Violations of both kinds of knowledge are one list, and decisions that came too late
// have an author.
func TestViolationsAreOneList(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	decision := rescoring(t, anyVersion(), "NONE", "ada")
	then := sla.Violation{Finding: vulnerability(image("1.0.0")), Due: "2026-12-01", Until: day(12, 3), Rescoring: &decision}
	now := sla.Violation{Finding: with(t, image("1.0.0"), "CVE-2024-2", "HIGH"), Due: "2026-11-20", Until: day(12, 15), Open: true}
	d := odg.Evidence{
		Scanned: true, Then: sla.Report{Violations: []sla.Violation{then}}, Now: sla.Report{Violations: []sla.Violation{now, then}},
		Began: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Unscanned: []odg.Unscanned{{Artefact: image("1.0.0"), Service: "bdba"}},
	}.Document(component.ID{Name: "acme.org/shop", Version: "1.0.0"}, 1)
	is.Equal(len(d.Violations), 2)
	is.Equal(d.Violations[0].Known, odg.KnownSince)
	is.Equal(d.Violations[0].Due, metadata.Date("2026-11-20")) // by deadline
	is.Equal(d.Violations[0].DecidedBy, "")
	is.Equal(d.Violations[1].Known, odg.KnownBoth)
	is.Equal(d.Violations[1].DecidedBy, "ada")
	is.Equal(*d.Violations[1].DecidedOn, metadata.Date("2026-12-03"))
	is.Equal(d.Since.Year(), 2026)
	is.Equal(len(d.Unscanned), 1)
}

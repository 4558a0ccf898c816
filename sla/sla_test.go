package sla_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/sla"
)

// released is when the version of the tests was released.
var released = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

const findings = `
- type: finding/vulnerability
  filter: [{semantics: exclude, artefact_name: ignored}]
  categorisations:
    - {id: NONE, display_name: None, value: 0, allowed_processing_time: null, rescoring: manual, selector: null}
    - {id: postpone, display_name: Postponed, value: 1, allowed_processing_time: input, rescoring: manual, selector: null}
    - {id: LOW, display_name: Low, value: 1, allowed_processing_time: 120d, rescoring: manual, selector: {cve_score_range: {min: 0, max: 6.9}}}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d, rescoring: manual, selector: {cve_score_range: {min: 7, max: 10}}}
    - {id: forever, display_name: For ever, value: 1, allowed_processing_time: null, rescoring: manual, selector: null}
- type: finding/sast
  categorisations: [{id: missing, display_name: Missing, value: 16, allowed_processing_time: 0, rescoring: manual, selector: {sub_types: ['.*']}}]
`

type fataler interface {
	Helper()
	Fatal(...any)
}

func config(t fataler) *findingcfg.Config {
	t.Helper()
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(findings), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

func image(name string) artefact.ID {
	return artefact.ID{
		ComponentName: new("example.org/shop"), ComponentVersion: new("2.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: &name, Version: new("1"), Type: new("ociImage")},
	}
}

// found is a vulnerability of severity HIGH, stored on the day on which it was discovered.
func found(t fataler, cve string, discovered metadata.Date) metadata.Entry {
	t.Helper()
	e := entry(t, image("web"), metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HIGH", PackageName: "openssl", CVE: cve, CVSSScore: new(metadata.Number(7.5)),
	}, metadata.Timestamp(discovered))
	e.DiscoveryDate, e.AllowedProcessingTime = discovered, new("2592000s")
	return e
}

// decided is a decision about CVE-1.
func decided(t fataler, scope artefact.ID, at metadata.Timestamp, r metadata.CustomRescoring) metadata.Entry {
	t.Helper()
	r.Finding = metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: "CVE-1"})
	r.ReferencedType = metadata.TypeVulnerability
	r.User = metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"})
	return entry(t, scope, metadata.TypeRescoring, r, at)
}

func entry(t fataler, id artefact.ID, typ metadata.Type, value any, at metadata.Timestamp) metadata.Entry {
	t.Helper()
	data, err := metadata.NewPayload(typ, value)
	if err != nil {
		t.Fatal(err)
	}
	return metadata.Entry{Artefact: id, Meta: metadata.Meta{Datasource: "d", Type: typ, CreationDate: at}, Data: data}
}

// violation is what matters of a [sla.Violation].
type violation struct {
	Due   metadata.Date
	Late  int
	Until string // day
	By    bool   // a decision came too late
	Open  bool
}

// TestRule follows one finding, HIGH and due within 30 days, through decisions.
func TestRule(t *testing.T) {
	t.Parallel()
	var (
		web     = image("web")
		product = artefact.ID{ComponentName: new("example.org/shop"), Artefact: &artefact.LocalID{}}
		solved  = metadata.CustomRescoring{Severity: "NONE"}
		low     = metadata.CustomRescoring{Severity: "LOW", AllowedProcessingTime: new("10368000s")}
		lowByID = metadata.CustomRescoring{Severity: "LOW"}
		forever = metadata.CustomRescoring{Severity: "forever"}
	)
	postponed := func(due metadata.Date) metadata.CustomRescoring {
		return metadata.CustomRescoring{Severity: "postpone", AllowedProcessingTime: new("input"), DueDate: due}
	}
	until := func(r metadata.CustomRescoring, end metadata.Expiry) metadata.CustomRescoring {
		r.ValidUntil = end
		return r
	}
	for name, c := range map[string]struct {
		discovered metadata.Date
		decisions  []metadata.Entry
		want       *violation
	}{
		"in time":                       {"2026-05-20", nil, nil},
		"on the last day":               {"2026-05-02", nil, nil},
		"a day late":                    {"2026-05-01", nil, &violation{"2026-05-31", 1, "2026-06-01", false, true}},
		"decided in time":               {"2026-03-01", []metadata.Entry{decided(t, web, "2026-03-20T00:00:00", solved)}, nil},
		"decided on the last day":       {"2026-03-01", []metadata.Entry{decided(t, web, "2026-03-31T23:59:59", solved)}, nil},
		"decided too late":              {"2026-03-01", []metadata.Entry{decided(t, web, "2026-04-01T00:00:00", solved)}, &violation{"2026-03-31", 1, "2026-04-01", true, false}},
		"decided after the release":     {"2026-04-01", []metadata.Entry{decided(t, web, "2026-06-01T12:00:00", solved)}, &violation{"2026-05-01", 31, "2026-06-01", false, true}},
		"decided before it was found":   {"2026-03-01", []metadata.Entry{decided(t, product, "2025-01-01T00:00:00", solved)}, nil},
		"more time":                     {"2026-03-01", []metadata.Entry{decided(t, web, "2026-03-20T00:00:00", low)}, nil},
		"more time, and still too late": {"2026-01-01", []metadata.Entry{decided(t, web, "2026-01-20T00:00:00", low)}, &violation{"2026-05-01", 31, "2026-06-01", false, true}},
		"time of the category":          {"2026-01-01", []metadata.Entry{decided(t, web, "2026-01-20T00:00:00", lowByID)}, &violation{"2026-05-01", 31, "2026-06-01", false, true}},
		"no deadline":                   {"2026-01-01", []metadata.Entry{decided(t, web, "2026-01-20T00:00:00", forever)}, nil},
		"postponed":                     {"2026-01-01", []metadata.Entry{decided(t, web, "2026-01-20T00:00:00", postponed("2026-07-01"))}, nil},
		"postponed, and missed":         {"2026-01-01", []metadata.Entry{decided(t, web, "2026-01-20T00:00:00", postponed("2026-05-30"))}, &violation{"2026-05-30", 2, "2026-06-01", false, true}},
		"postponed into the past":       {"2026-01-01", []metadata.Entry{decided(t, web, "2026-01-20T00:00:00", postponed("2026-01-10"))}, &violation{"2026-01-10", 142, "2026-06-01", false, true}},
		"two decisions, both in time": {"2026-01-01", []metadata.Entry{
			decided(t, web, "2026-04-20T00:00:00", solved), decided(t, web, "2026-01-20T00:00:00", low),
		}, nil},
		"the second too late": {"2026-01-01", []metadata.Entry{
			decided(t, web, "2026-01-20T00:00:00", low), decided(t, web, "2026-05-11T00:00:00", solved),
		}, &violation{"2026-05-01", 10, "2026-05-11", true, false}},
		"only the first is told": {"2025-01-01", []metadata.Entry{
			decided(t, web, "2025-03-01T00:00:00", low), decided(t, web, "2025-08-01T00:00:00", postponed("2025-12-31")),
		}, &violation{"2025-01-31", 29, "2025-03-01", true, true}},
		"a wider decision does not count": {"2026-03-01", []metadata.Entry{
			decided(t, web, "2026-03-10T00:00:00", metadata.CustomRescoring{Severity: "HIGH", AllowedProcessingTime: new("2592000s")}),
			decided(t, product, "2026-03-20T00:00:00", solved),
		}, &violation{"2026-03-31", 62, "2026-06-01", false, true}},
		"valid until later":        {"2026-03-01", []metadata.Entry{decided(t, web, "2026-03-20T00:00:00", until(solved, "2026-12-31"))}, nil},
		"ended, and is due anew":   {"2026-03-01", []metadata.Entry{decided(t, web, "2026-03-20T00:00:00", until(solved, "2026-05-01"))}, &violation{"2026-03-31", 62, "2026-06-01", false, true}},
		"ended before the release": {"2026-05-10", []metadata.Entry{decided(t, web, "2026-05-12T00:00:00", until(solved, "2026-05-20"))}, nil},
		"missed before its end": {"2026-01-01", []metadata.Entry{decided(t, web, "2026-01-20T00:00:00", until(postponed("2026-03-01"), "2026-04-01T00:00:00Z"))},
			&violation{"2026-03-01", 31, "2026-04-01", false, true}},
		"no time":        {"2026-05-01", []metadata.Entry{decided(t, web, "yesterday", solved)}, &violation{"2026-05-31", 1, "2026-06-01", false, true}},
		"with an offset": {"2026-03-01", []metadata.Entry{decided(t, web, "2026-04-01T01:00:00+02:00", solved)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			report := sla.Evaluate(sla.Release{
				At: released, Findings: []metadata.Entry{found(t, "CVE-1", c.discovered)}, Rescorings: c.decisions, Config: config(t),
			})
			is.Equal(report.Findings, 1)
			is.Equal(len(report.Unable), 0)
			var got *violation
			for _, v := range report.Violations {
				is.True(got == nil) // one per finding
				got = &violation{v.Due, v.DaysLate(), v.Until.Format(time.DateOnly), v.Rescoring != nil, v.Open}
			}
			is.Equal(cmp.Diff(c.want, got), "")
		})
	}
}

func TestWhatCounts(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	old := found(t, "CVE-1", "2026-01-01")
	inherited := found(t, "CVE-2", "2026-01-02")
	inherited.Meta.CreationDate = "2026-06-05T00:00:00" // known for long, found in this version after the release
	late := found(t, "CVE-2", "2026-06-02")
	late.Artefact = image("late")
	unscanned := found(t, "CVE-4", "2026-06-02")
	unscanned.DiscoveryDate = ""
	ignored := found(t, "CVE-3", "2026-01-01")
	ignored.Artefact = image("ignored")
	foreign := old
	foreign.Meta.Type = metadata.TypeLicense
	undiscovered := found(t, "CVE-5", "2026-01-01")
	undiscovered.DiscoveryDate = ""
	unknown := entry(t, image("web"), metadata.TypeVulnerability, metadata.VulnerabilityFinding{
		Severity: "HUGE", PackageName: "p", CVE: "CVE-6", CVSSScore: new(metadata.Number(1)),
	}, "2026-01-01")
	source := entry(t, image("src"), metadata.TypeSAST, metadata.SASTFinding{Severity: "missing", SASTStatus: metadata.SASTNoLinter, SubType: metadata.SASTLocalLinting}, "2026-05-30")
	source.DiscoveryDate = "2026-05-30" // due at once

	report := sla.Evaluate(sla.Release{At: released, Config: config(t), Findings: []metadata.Entry{
		source, unknown, undiscovered, unscanned, foreign, ignored, late, inherited, old, old,
	}})
	is.Equal(report.Findings, 5)
	is.Equal(report.Later, 2)
	is.Equal(len(report.Violations), 3)
	is.Equal(report.Violations[0].Finding.ID(), old.ID()) // the earlier deadline
	is.Equal(report.Violations[1].Finding.ID(), inherited.ID())
	is.Equal(report.Violations[2].Finding.ID(), source.ID())
	is.Equal(report.Violations[2].Severity, "missing")
	is.Equal(len(report.Unable), 2)

	is.Equal(sla.Evaluate(sla.Release{At: released, Findings: []metadata.Entry{old}}).Findings, 0) // nothing is configured
	is.Equal(sla.Violation{}.DaysLate(), 0)
}

func TestNeedsInput(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	report := sla.Evaluate(sla.Release{
		At: released, Findings: []metadata.Entry{found(t, "CVE-1", "2026-01-01")}, Config: config(t),
		Rescorings: []metadata.Entry{decided(t, image("web"), "2026-03-01T00:00:00", metadata.CustomRescoring{Severity: "postpone", AllowedProcessingTime: new("input")})},
	})
	is.Equal(len(report.Unable), 1) // nobody named the date
	is.Equal(len(report.Violations), 1)
	is.True(!report.Violations[0].Open) // it was decided too late, and what holds since nobody knows
}

func TestEntry(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	twice := found(t, "CVE-1", "2026-01-01")
	twice.Meta.Datasource = "other"
	source := entry(t, image("src"), metadata.TypeSAST, metadata.SASTFinding{Severity: "missing"}, "2026-01-01")
	source.DiscoveryDate = "2026-01-01"
	report := sla.Evaluate(sla.Release{At: released, Config: config(t), Findings: []metadata.Entry{found(t, "CVE-1", "2026-01-01"), twice, source}})
	is.Equal(len(report.Violations), 3)
	e, err := report.Entry("c", "1", released)
	is.NoErr(err)
	is.Equal(e.ID(), "d89431e0de9c17c49b4bc43b66cdb2ee") // recorded from an existing installation
	var stored metadata.SLAViolations
	is.NoErr(e.Data.Decode(&stored))
	is.Equal(len(stored.SLAViolations), 1) // package and CVE once, other types not at all
	is.Equal(stored.SLAViolations[0].ReferencedType, metadata.TypeVulnerability)
	is.Equal(stored.SLAViolations[0].Artefact.Key(), image("web").Key())
}

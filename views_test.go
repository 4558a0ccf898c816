package odg_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/sla"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/vex"
)

const viewed = `
- type: finding/vulnerability
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: postpone, display_name: Postpone, value: 1, allowed_processing_time: input, rescoring: manual}
    - {id: LOW, display_name: Low, value: 2, allowed_processing_time: 120d, rescoring: manual}
    - {id: HIGH, display_name: High, value: 4, allowed_processing_time: 30d, rescoring: manual}
    - {id: forever, display_name: Forever, value: 8, rescoring: manual}
`

// Whoever looks at a finding is told the same: its severity, when it is due, and who decided
// that, in reports, proposals, explanations, summaries, releases and VEX documents, in any
// world.
func TestAllViewsAgree(t *testing.T) {
	t.Parallel()
	cfg := parsed(t, viewed)
	seen := map[string]int{}
	for seed := range uint64(700) {
		w := newViews(t, cfg, seed)
		for _, f := range w.assessment.Findings {
			w.explained(f)
			w.proposed(f)
			w.released(f)
			w.exported(f)
			seen[f.Severity]++
			if f.Rescoring != nil {
				seen["decided"]++
			}
			if f.Err != nil {
				seen["not judged"]++
			}
			if f.Overdue(noon) {
				seen["overdue"]++
			}
		}
		w.summarised()
	}
	for _, what := range []string{"NONE", "postpone", "LOW", "HIGH", "forever", "gone", "decided", "not judged", "overdue"} {
		if seen[what] < 50 {
			t.Errorf("the worlds have too few findings that are %s: %d", what, seen[what])
		}
	}
}

// views is a world with what it looks like.
type views struct {
	t          *testing.T
	seed       uint64
	core       *odg.Core
	entries    []metadata.Entry
	assessment odg.Assessment
	release    sla.Report
	statements map[string]vex.Statement
	cfg        *findingcfg.Config
}

func newViews(t *testing.T, cfg *findingcfg.Config, seed uint64) *views {
	r := rand.New(rand.NewPCG(seed, 11))
	w := &views{t: t, seed: seed, cfg: cfg}
	w.core = odg.New(memory.New(), odg.Config{Findings: cfg, Now: func() time.Time { return noon }})
	for _, version := range []string{"1", "2"} {
		w.entries = append(w.entries, active(image(version), noon), scanned(t, image(version)))
	}
	for i := range 1 + r.IntN(4) {
		w.entries = append(w.entries, w.finding(r, i))
	}
	for range r.IntN(7) {
		w.entries = append(w.entries, w.decision(r))
	}
	put(t, w.core, w.entries...)
	w.assessment = assess(t, w.core)
	w.release = sla.Evaluate(sla.Release{At: noon, Findings: w.of(metadata.TypeVulnerability), Rescorings: w.of(metadata.TypeRescoring), Config: cfg})
	w.export()
	return w
}

// of returns the stored entries of a type.
func (w *views) of(typ metadata.Type) (list []metadata.Entry) {
	for _, e := range w.entries {
		if e.Meta.Type == typ {
			list = append(list, e)
		}
	}
	return list
}

func choose[T any](r *rand.Rand, values ...T) T { return values[r.IntN(len(values))] }

// daysAgo is a day before noon.
func daysAgo(n int) metadata.Date { return metadata.DateOf(noon.AddDate(0, 0, -n)) }

func (w *views) finding(r *rand.Rand, i int) metadata.Entry {
	e := with(w.t, image(choose(r, "1", "2")), fmt.Sprintf("CVE-%d", i), choose(r, "NONE", "postpone", "LOW", "HIGH", "forever", "gone"))
	e.DiscoveryDate = daysAgo(r.IntN(150))
	e.AllowedProcessingTime = choose(r, nil, nil, new("30d"), new("0s"), new(""))
	if r.IntN(4) == 0 {
		e.Artefact.ComponentVersion = nil // of all versions of the component
	}
	return e
}

// decision is one in any scope, by anybody, that may have ended. None of those that set a
// date or a time is later than the findings, so that nothing was overdue in between.
func (w *views) decision(r *rand.Rand) metadata.Entry {
	c := metadata.CustomRescoring{
		Finding:        metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "openssl", CVE: fmt.Sprintf("CVE-%d", r.IntN(4))}),
		ReferencedType: metadata.TypeVulnerability, Severity: choose(r, "NONE", "postpone", "LOW", "HIGH", "forever", "gone"),
		ValidUntil: choose(r, "", "", metadata.Expiry(daysAgo(1)), metadata.Expiry(daysAgo(0)), "2099-01-01T00:00:00Z"),
		User:       metadata.ObjectOf(choose(r, metadata.User{Username: "ada", Type: "user"}, metadata.User{Username: "x", Type: "sast-extension-user"})),
	}
	if c.Severity == "postpone" || r.IntN(5) == 0 {
		c.DueDate = daysAgo(r.IntN(60) - 30)
	} else {
		c.AllowedProcessingTime = choose(r, nil, nil, new("10d"), new("0s"))
	}
	local := image(choose(r, "1", "2"))
	scope := choose(r, artefact.ID{}, artefact.ID{ComponentName: new("")}, artefact.ID{ComponentName: local.ComponentName}, local)
	switch r.IntN(4) {
	case 0: // all versions of the artefact
		scope = local
		scope.ComponentVersion, scope.Artefact = choose(r, nil, new("")), &artefact.LocalID{Name: new("web"), Version: choose(r, nil, new("")), Type: new("ociImage")}
	case 1: // all versions of the component
		scope = local
		scope.ComponentVersion = choose(r, nil, new(""))
	}
	e := entry(w.t, scope, choose(r, metadata.SourceDashboard, metadata.SourceBDBA), metadata.TypeRescoring, c)
	e.Meta.CreationDate = metadata.Timestamp(daysAgo(160 + r.IntN(5)))
	return e
}

func (w *views) fatal(f odg.Finding, view string, args ...any) {
	w.t.Helper()
	w.t.Fatalf("world %d: %s of %s is %s, due %q (%v); %s: %s", w.seed, f.Subject(), f.Entry.Artefact.Key(), f.Severity, f.Due, f.Err, view, fmt.Sprint(args...))
}

// explained: an explanation says how a finding stands and names who decided.
func (w *views) explained(f odg.Finding) {
	e, err := w.core.Explain(w.t.Context(), f.Entry.ID())
	if err != nil {
		w.t.Fatal(err)
	}
	if e.Severity != f.Severity || !f.Solved() && (e.Due != f.Due || text(e.Err) != text(f.Err)) {
		w.fatal(f, "explained", e.Severity, e.Due, e.Err)
	}
	winner := ""
	for _, c := range e.Considered {
		if c.Outcome == rescore.Won {
			winner += c.Rescoring.ID()
		}
	}
	if winner != deciding(f) {
		w.fatal(f, "explained by", winner, deciding(f))
	}
}

func deciding(f odg.Finding) string {
	if f.Rescoring == nil {
		return ""
	}
	return f.Rescoring.ID()
}

func text(err error) string { return fmt.Sprint(err) }

// proposed: there is one proposal that speaks for a finding. Findings here have CVEs of their own.
func (w *views) proposed(f odg.Finding) {
	id := f.Entry.Artefact
	found := 0
	for p, err := range w.core.Proposals(w.t.Context(), id) {
		if err != nil {
			w.t.Fatal(err)
		}
		if p.Findings[0].ID() != f.Entry.ID() {
			continue
		}
		found++
		if p.Severity != f.Severity || !f.Solved() && (p.Due != f.Due || text(p.Err) != text(f.Err)) {
			w.fatal(f, "proposed", p.Severity, p.Due, p.Err)
		}
		if p.Rescored() != (f.Rescoring != nil) || p.Rescored() && p.Rescorings[0].ID() != deciding(f) {
			w.fatal(f, "proposed by another")
		}
	}
	if found != 1 {
		w.fatal(f, "proposals", found)
	}
}

// released: what is overdue now is overdue at a release of this moment.
func (w *views) released(f odg.Finding) {
	open, unable := false, false
	for _, v := range w.release.Violations {
		open = open || v.Open && v.Finding.ID() == f.Entry.ID()
	}
	for _, v := range w.release.Unable {
		unable = unable || v.Finding.ID() == f.Entry.ID()
	}
	if open != f.Overdue(noon) || f.Err != nil && !unable {
		w.fatal(f, "released: overdue", open, ", not judged: ", unable)
	}
}

// export writes what holds for version 1, and reads it as others would.
func (w *views) export() {
	cfg, _ := w.cfg.For(metadata.TypeVulnerability)
	doc := vex.Export(vex.Holding{
		Component: "acme.org/shop", Version: "1", Findings: w.of(metadata.TypeVulnerability), Rescorings: w.of(metadata.TypeRescoring), Config: cfg, Now: noon,
	})
	w.statements = map[string]vex.Statement{}
	for _, s := range doc.Statements {
		w.statements[s.Vulnerability] = s
	}
}

// exported: a document says what was decided.
func (w *views) exported(f odg.Finding) {
	version := artefact.Text(f.Entry.Artefact.ComponentVersion)
	if version != "1" && version != "" {
		return
	}
	subject := f.Subject()
	cve, _, _ := strings.Cut(subject, " ")
	s, told := w.statements[cve]
	switch {
	case f.Rescoring == nil && f.Solved():
		if told {
			w.fatal(f, "exported", s.Status)
		}
	case !told:
		w.fatal(f, "not exported")
	case f.Rescoring == nil:
		if s.Status != vex.UnderInvestigation {
			w.fatal(f, "exported", s.Status)
		}
	case s.Decision.Severity != f.Severity, (s.Status == vex.NotAffected || s.Status == vex.Fixed) != f.Solved():
		w.fatal(f, "exported", s.Decision.Severity, s.Status)
	}
}

// summarised: a summary tells the worst of what is reported.
func (w *views) summarised() {
	for _, c := range compliance(w.t, w.core, shop("1"), shop("2")) {
		want, value, unclear := odg.Clean, 0, false
		for _, f := range w.assessment.Findings {
			if v := artefact.Text(f.Entry.Artefact.ComponentVersion); v != "" && v != c.ID.Version || artefact.Text(f.Entry.Artefact.Local().Version) != c.ID.Version {
				continue
			}
			unclear = unclear || f.Category == nil
			if f.Value() > value {
				want, value = f.Severity, f.Value()
			}
		}
		if unclear && value == 0 {
			want, value = odg.Unknown, -1
		}
		if s := c.Standings[0]; s.Categorisation != want || s.Value != value {
			w.t.Fatalf("world %d: the summary of %s says %s (%d), the report %s (%d)", w.seed, component.ID(c.ID), s.Categorisation, s.Value, want, value)
		}
	}
}

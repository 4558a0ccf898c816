package sla

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// Release is a component version at the time of its release, with what is known of
// all components that it consists of.
type Release struct {
	// At is when it was released.
	At time.Time
	// Findings are those of all of its artefacts. Types that are not configured, and
	// artefacts that the configuration leaves out, are passed over.
	Findings []metadata.Entry
	// Rescorings are decisions about them, in any order; those that are about
	// something else do not matter.
	Rescorings []metadata.Entry
	// Config says which categories there are; nil means that nothing is judged.
	Config *findingcfg.Config
	// Options say which rescorings apply.
	Options rescore.Options
}

// Violation is a finding whose deadline had passed.
type Violation struct {
	Finding metadata.Entry
	// Due is the deadline, the first that was missed: the last day on which the
	// finding might have been open. Severity is the id of the category that set it.
	Due      metadata.Date
	Severity string
	// Until is when that ended: the decision that came too late, the end of the one
	// that held, or the release. Rescoring is that decision, nil if there was none.
	Until     time.Time
	Rescoring *metadata.Entry
	// Open tells that a deadline had passed at the release, too.
	Open bool
}

// DaysLate is the number of days from the deadline to what ended it.
func (v Violation) DaysLate() int {
	due, err := v.Due.Time()
	if err != nil {
		return 0
	}
	return int(v.Until.UTC().Truncate(24*time.Hour).Sub(due) / (24 * time.Hour))
}

// Fault is a finding that cannot be judged.
type Fault struct {
	Finding metadata.Entry
	Err     error
}

// Report is what [Evaluate] found.
type Report struct {
	// Violations are one per finding, ordered by deadline, then by key.
	Violations []Violation
	// Unable are findings without a due date that can be worked out. They may be
	// among the violations, too, for another deadline. They are ordered by key.
	Unable []Fault
	// Findings is how many were judged, Later how many were discovered after the
	// release and do not count.
	Findings, Later int
}

// Evaluate tells which findings were overdue at the release, or before a decision
// that was made before it. Findings count that were discovered until then, in
// whichever version of the artefact: one that is known for long, and comes with a
// new version, is as late as it was. (ODG's profiler counts those that were stored
// until then for this very version.) Days are those of UTC, and the day of a
// deadline is still in time. Two entries with one key count once.
func Evaluate(r Release) Report {
	var report Report
	if r.Config == nil {
		return report
	}
	index := rescore.NewIndex(r.Rescorings, r.Options)
	seen := map[string]bool{}
	for _, e := range r.Findings {
		cfg, ok := r.Config.For(e.Meta.Type)
		key := e.Key()
		if !ok || !cfg.Matches(e.Artefact) || seen[key] {
			continue
		}
		seen[key] = true
		report.add(r.At, course{finding: e, cfg: cfg, rescorings: index.For(e)})
	}
	slices.SortFunc(report.Violations, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), strings.Compare(a.Finding.Key(), b.Finding.Key()))
	})
	slices.SortFunc(report.Unable, func(a, b Fault) int { return strings.Compare(a.Finding.Key(), b.Finding.Key()) })
	return report
}

// add judges one finding.
func (r *Report) add(release time.Time, c course) {
	if !c.known(release) {
		r.Later++
		return
	}
	r.Findings++
	violation, err := c.follow(release)
	if err != nil {
		r.Unable = append(r.Unable, Fault{c.finding, err})
	}
	if violation != nil {
		r.Violations = append(r.Violations, *violation)
	}
}

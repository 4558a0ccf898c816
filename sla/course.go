package sla

import (
	"fmt"
	"slices"
	"time"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
)

// course is what became of a finding.
type course struct {
	finding    metadata.Entry
	cfg        *findingcfg.Finding
	rescorings []*metadata.Entry // that apply, best first
}

// deadline holds from one turn of the course to the next.
type deadline struct {
	due      metadata.Date // empty: none
	severity string
}

// turn is when another deadline may begin: a decision is made, or ends.
type turn struct {
	at        time.Time
	rescoring *metadata.Entry // nil if none is made then
}

// known tells if the finding was discovered until the release. One without a discovery
// date was, unless it was stored later; it has no deadline that can be worked out.
func (c course) known(release time.Time) bool {
	if c.finding.DiscoveryDate != "" {
		return c.finding.DiscoveryDate <= metadata.DateOf(release)
	}
	created, err := c.finding.Meta.CreationDate.Time()
	return err != nil || !created.After(release)
}

// follow returns the first deadline that was missed until the release, nil if there
// is none, and the first reason why a deadline cannot be known.
func (c course) follow(release time.Time) (violation *Violation, fault error) {
	current, fault := c.deadline(time.Time{})
	for _, t := range c.turns(release) {
		violation = current.orMissed(violation, c.finding, t)
		next, err := c.deadline(t.at)
		if fault == nil {
			fault = err
		}
		current = next
	}
	if violation = current.orMissed(violation, c.finding, turn{at: release}); violation != nil {
		violation.Open = current.missed(release)
	}
	return violation, fault
}

// orMissed is the violation of d, unless there is an earlier one, or d was not missed.
func (d deadline) orMissed(earlier *Violation, finding metadata.Entry, ended turn) *Violation {
	if earlier != nil || !d.missed(ended.at) {
		return earlier
	}
	return &Violation{Finding: finding, Due: d.due, Severity: d.severity, Until: ended.at, Rescoring: ended.rescoring}
}

// missed tells if the day of a deadline had passed.
func (d deadline) missed(at time.Time) bool { return d.due != "" && metadata.DateOf(at) > d.due }

// turns are those before the release, in their order, each time once.
func (c course) turns(release time.Time) []turn {
	var list []turn
	for _, r := range c.rescorings {
		if made, err := r.Meta.CreationDate.Time(); err == nil && made.Before(release) {
			list = append(list, turn{made, r})
			if end, ends := endOf(r); ends && end.Before(release) && end.After(made) {
				list = append(list, turn{at: end})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b turn) int { return a.at.Compare(b.at) })
	return slices.CompactFunc(list, func(a, b turn) bool { return a.at.Equal(b.at) && (a.rescoring != nil || b.rescoring == nil) })
}

func endOf(r *metadata.Entry) (time.Time, bool) {
	var decided metadata.CustomRescoring
	if r.Data.Decode(&decided) != nil || decided.ValidUntil == "" {
		return time.Time{}, false
	}
	end, err := decided.ValidUntil.Time()
	return end, err == nil
}

// deadline is the one that holds from a point in time on, by the decisions that had
// been made until then.
func (c course) deadline(at time.Time) (deadline, error) {
	var made []*metadata.Entry
	for _, r := range c.rescorings {
		if created, err := r.Meta.CreationDate.Time(); err == nil && !created.After(at) {
			made = append(made, r)
		}
	}
	decision := rescore.Decide(c.finding, made, at)
	category, known := c.cfg.Category(decision.Severity)
	if !known {
		return deadline{}, fmt.Errorf("severity %q is no category of %s; add it to the findings configuration", decision.Severity, c.cfg.Type)
	}
	d := deadline{severity: decision.Severity}
	if category.Value == 0 {
		return d, nil // solved
	}
	open := findingcfg.Open{Discovered: c.finding.DiscoveryDate, AllowedProcessingTime: c.finding.AllowedProcessingTime}
	if decision.Rescored() {
		open.Rescoring = &findingcfg.Rescored{DueDate: decision.DueDate, AllowedProcessingTime: decision.AllowedProcessingTime}
	}
	var err error
	d.due, err = category.EffectiveDueDate(open)
	return d, err
}

package odg

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
)

// Scanner is an extension whose results are expected for an assessment.
type Scanner struct {
	// Service is the service id, for people.
	Service string
	// Datasource is under which the scanner stores its scan infos.
	Datasource metadata.Datasource
	// Expects tells if the scanner should have scanned an artefact.
	Expects func(artefact.ID) bool
}

// Unscanned is an artefact for which a scanner has not stored a scan info yet.
type Unscanned struct {
	Artefact artefact.ID
	Service  string
}

// Assessment says how the active artefacts stand.
type Assessment struct {
	// Artefacts is the number of active artefacts.
	Artefacts int
	// Findings are ordered by due date, those without one last, then by falling
	// severity. Solved ones are among them.
	Findings []Finding
	// Unscanned are ordered by artefact, then as the scanners were given.
	Unscanned []Unscanned
}

// Assess tells how all active artefacts stand: every finding of a configured type,
// after the rescorings that apply to it, with its due date, and what the given
// scanners have not scanned yet. Rescorings that have ended count for nothing. A finding that cannot be judged is in the result,
// with its error. Findings of artefacts that are not active are left out.
func (c *Core) Assess(ctx context.Context, scanners ...Scanner) (Assessment, error) {
	active, err := c.activeArtefacts(ctx)
	if err != nil {
		return Assessment{}, fmt.Errorf("read snapshots: %w", err)
	}
	rescorings, err := collect(c.store.Query(ctx, store.Query{Types: []metadata.Type{metadata.TypeRescoring}}))
	if err != nil {
		return Assessment{}, fmt.Errorf("read rescorings: %w", err)
	}
	a := Assessment{Artefacts: len(active.ids)}
	if a.Findings, err = c.findings(ctx, active, rescore.NewIndex(rescorings, rescore.Options{PeerScopes: c.cfg.PeerScopes})); err != nil {
		return Assessment{}, fmt.Errorf("read findings: %w", err)
	}
	if a.Unscanned, err = c.unscanned(ctx, active, scanners); err != nil {
		return Assessment{}, fmt.Errorf("read scan infos: %w", err)
	}
	return a, nil
}

func (c *Core) findings(ctx context.Context, active activeSet, rescorings *rescore.Index) ([]Finding, error) {
	types := c.findingTypes()
	if len(types) == 0 {
		return nil, nil
	}
	now := c.cfg.Now()
	var findings []Finding
	for e, err := range c.store.Query(ctx, store.Query{Types: types}) {
		if err != nil {
			return nil, err
		}
		if active.has(e.Artefact) && c.applies(e) {
			findings = append(findings, c.judge(e, rescorings, now))
		}
	}
	slices.SortFunc(findings, compareFindings)
	return findings, nil
}

func (c *Core) findingTypes() []metadata.Type {
	var types []metadata.Type
	for _, f := range c.cfg.Findings.Findings {
		types = append(types, f.Type)
	}
	return types
}

// judge tells how one finding stands.
func (c *Core) judge(e metadata.Entry, rescorings *rescore.Index, now time.Time) Finding {
	cfg, _ := c.cfg.Findings.For(e.Meta.Type) // findings asks for configured types only
	j := cfg.Judge(e, rescorings.For(e), now)
	f := Finding{Entry: e, Severity: j.Severity, Category: j.Category, Due: j.Due, Err: j.Err}
	if j.Rescored() {
		f.Rescoring = j.Rescorings[0]
	}
	if f.Solved() {
		f.Due, f.Err = "", nil
	}
	return f
}

func (c *Core) unscanned(ctx context.Context, active activeSet, scanners []Scanner) ([]Unscanned, error) {
	var missing []Unscanned
	for _, s := range scanners {
		scanned, err := c.scannedBy(ctx, s.Datasource)
		if err != nil {
			return nil, err
		}
		for _, id := range active.ids {
			if s.Expects(id) && !scanned.has(id) {
				missing = append(missing, Unscanned{Artefact: id, Service: s.Service})
			}
		}
	}
	slices.SortStableFunc(missing, func(a, b Unscanned) int { return compareIDs(a.Artefact, b.Artefact) })
	return missing, nil
}

package odg

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/sla"
	"github.com/opendeliverygear/odg/store"
)

// Release asks whether anything was overdue when a component version was released.
type Release struct {
	// Components are the version and all that it refers to.
	Components []*component.Descriptor
	// Released is when that was.
	Released time.Time
	// AsOf is the moment whose knowledge counts; the zero time means that of the release.
	AsOf time.Time
	// Types are those of the findings; none means all that are configured.
	Types []metadata.Type
}

// Evidence is the answer, twice: by what was known then, and with hindsight.
type Evidence struct {
	Released, AsOf time.Time
	// Then is by the findings and decisions that were stored at AsOf.
	Then sla.Report
	// Now is by what is known today about the release: findings that were stored later
	// count, and those that have gone since, each as it is or was last; so do the
	// decisions that were stored at the release, and those of today. Findings that had
	// gone before the release do not count.
	Now sla.Report
	// Began is since when deletions and changes are known; the zero time if all are. Of
	// a moment before, Then knows only what has not been deleted or changed until Began.
	Began time.Time
	// Unscanned are the artefacts at which the datasource of a type, which is called
	// service here, has not looked until today.
	Unscanned []Unscanned
	// Scanned tells that some datasource has looked at some artefact.
	Scanned bool
}

// Overdue tells that something was overdue, by what was known then or is known now.
func (e Evidence) Overdue() bool { return len(e.Then.Violations) > 0 || len(e.Now.Violations) > 0 }

// Unable tells that nothing was overdue as far as can be judged, and that something
// cannot be: a finding, or everything, since nobody has looked.
func (e Evidence) Unable() bool {
	return !e.Overdue() && (len(e.Then.Unable) > 0 || len(e.Now.Unable) > 0 || !e.Scanned)
}

// SLA judges a release by the rule of package sla, by what was known then and by what is
// known now. Of a store without a history it is an error that wraps [store.ErrNoHistory].
func (c *Core) SLA(ctx context.Context, r Release) (Evidence, error) {
	if r.AsOf.IsZero() {
		r.AsOf = r.Released
	}
	if len(r.Types) == 0 {
		r.Types = c.findingTypes()
	}
	e := Evidence{Released: r.Released, AsOf: r.AsOf}
	if len(r.Types) == 0 {
		return e, nil // no type at all would be every type
	}
	h, err := c.historian()
	if err != nil {
		return e, err
	}
	if e.Began, err = h.HistoryBegan(ctx); err != nil {
		return e, err
	}
	then, now, err := c.foundAt(ctx, h, r)
	if err != nil {
		return e, fmt.Errorf("read findings: %w", err)
	}
	made, known, err := c.decidedAt(ctx, h, r)
	if err != nil {
		return e, fmt.Errorf("read rescorings: %w", err)
	}
	e.Then, e.Now = c.evaluate(r.Released, then, made), c.evaluate(r.Released, now, known)
	if err := c.lookedAt(ctx, r, &e); err != nil {
		return e, fmt.Errorf("read scan infos: %w", err)
	}
	return e, nil
}

func (c *Core) evaluate(released time.Time, findings, rescorings []metadata.Entry) sla.Report {
	return sla.Evaluate(sla.Release{
		At: released, Findings: findings, Rescorings: rescorings,
		Config: c.cfg.Findings, Options: rescore.Options{PeerScopes: c.cfg.PeerScopes},
	})
}

// components at a time: what is read of them is sorted by the store.
const slaComponents = 20

// foundAt reads findings as they were, and as they are or were last.
func (c *Core) foundAt(ctx context.Context, h store.Historian, r Release) (then, now []metadata.Entry, err error) {
	for some := range slices.Chunk(r.Components, slaComponents) {
		q := store.Query{Types: r.Types, Artefacts: selectorsOf(some)}
		known, err := collect(h.AsOf(ctx, q, r.AsOf))
		if err != nil {
			return nil, nil, err
		}
		then = append(then, known...)
		last := map[string]store.Version{}
		for v, err := range h.History(ctx, store.HistoryQuery{Query: q}) {
			if err != nil {
				return nil, nil, err
			}
			if before, ok := last[v.ID]; !ok || before.Point.Ended < v.Point.Ended {
				last[v.ID] = v
			}
		}
		for _, v := range last { // in no order, as all of it is sorted later
			if v.Present() || v.Ended.At.After(r.Released) {
				now = append(now, v.Entry)
			}
		}
	}
	return then, now, nil
}

// decidedAt reads decisions as they were at r.AsOf, and those of the release with those
// of today.
func (c *Core) decidedAt(ctx context.Context, h store.Historian, r Release) (then, now []metadata.Entry, err error) {
	q := store.Query{
		Types: []metadata.Type{metadata.TypeRescoring}, ReferencedTypes: r.Types,
		NullMatches: true, Artefacts: selectorsOf(r.Components),
	}
	if then, err = collect(h.AsOf(ctx, q, r.AsOf)); err != nil {
		return nil, nil, err
	}
	made := then
	if !r.AsOf.Equal(r.Released) {
		if made, err = collect(h.AsOf(ctx, q, r.Released)); err != nil {
			return nil, nil, err
		}
	}
	if now, err = collect(c.store.Query(ctx, q)); err != nil {
		return nil, nil, err
	}
	type decision struct {
		id   string
		made metadata.Timestamp
	}
	today := map[decision]bool{}
	for _, e := range now {
		today[decision{e.ID(), e.Meta.CreationDate}] = true
	}
	for _, e := range made {
		if !today[decision{e.ID(), e.Meta.CreationDate}] {
			now = append(now, e)
		}
	}
	return then, now, nil
}

func selectorsOf(components []*component.Descriptor) []store.Selector {
	all := make([]store.Selector, len(components))
	for i, d := range components {
		all[i].ID = artefact.ID{ComponentName: &d.ID.Name, ComponentVersion: &d.ID.Version}
		for _, a := range d.Artefacts() {
			all[i].Versionless = append(all[i].Versionless, a.ID.Local())
		}
	}
	return all
}

// lookedAt finds out at which artefacts nobody has looked.
func (c *Core) lookedAt(ctx context.Context, r Release, e *Evidence) error {
	known, err := c.cfg.Findings.Types()
	if err != nil {
		return err
	}
	scanned := map[metadata.Datasource]scannedSet{}
	for info, err := range c.store.Query(ctx, store.Query{Types: []metadata.Type{metadata.TypeScanInfo}, Artefacts: selectorsOf(r.Components)}) {
		if err != nil {
			return err
		}
		source := info.Meta.Datasource
		if scanned[source] == nil {
			scanned[source] = scannedSet{}
		}
		scanned[source][info.Artefact.Key()] = true
		e.Scanned = true
	}
	for _, d := range r.Components {
		for _, a := range d.Artefacts() {
			for _, t := range r.Types {
				cfg, configured := c.cfg.Findings.For(t)
				source, found := known.Datasource(t)
				if configured && found && cfg.Matches(a.ID) && !scanned[source].has(a.ID) {
					e.Unscanned = append(e.Unscanned, Unscanned{Artefact: a.ID, Service: string(source)})
				}
			}
		}
	}
	return nil
}

package odg

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
)

// Standing says how an artefact, or a component, stands as to one type of findings.
type Standing struct {
	Type metadata.Type
	// Source is the datasource that finds them.
	Source metadata.Datasource
	// Scanned tells if Source has looked at the artefact, or at any of the component.
	Scanned bool
	// Categorisation is the id of the category with the greatest value among all
	// findings after rescoring, the smallest id of several: CLEAN if there are none, or that value is 0; UNKNOWN if
	// nobody looked, or a finding has a category that is not configured and no other
	// one has a value above 0.
	Categorisation string
	// Value is that of the category, 0 for CLEAN, -1 for UNKNOWN.
	Value int

	found   bool // there are findings, the worst of which Categorisation tells
	unclear bool // there is one whose category is not configured
}

// The categorisations of a [Standing] that are in no configuration.
const (
	Clean   = "CLEAN"
	Unknown = "UNKNOWN"
)

// ArtefactStanding says how an artefact stands.
type ArtefactStanding struct {
	Artefact  artefact.ID
	Standings []Standing // of the types whose configuration matches it, in the order of that
}

// ComponentStanding says how a component version stands.
type ComponentStanding struct {
	ID component.ID
	// Standings are the worst of its artefacts, in the order of the configuration. A
	// type that concerns none of them is missing.
	Standings []Standing
	Artefacts []ArtefactStanding // resources, then sources
}

// Compliance tells how component versions stand as to the given types of findings;
// types that are not configured, or that no datasource finds, are left out. It is always
// as current as the store, which it asks twice, however many components there are, or
// once if it is a [Summariser]. Of artefacts it keeps one standing per type in memory,
// and if it has to judge findings, all rescorings.
func (c *Core) Compliance(ctx context.Context, components []*component.Descriptor, types []metadata.Type) ([]ComponentStanding, error) {
	t, err := c.newTally(components, types)
	if err != nil || len(t.kinds) == 0 {
		return t.result, err
	}
	now := c.cfg.Now()
	if s, ok := c.store.(Summariser); ok {
		err := t.take(s.Standings(ctx, t.standingQuery(components, now)))
		if err == nil {
			return t.sum(), nil
		}
		if !errors.Is(err, store.ErrOutdated) {
			return nil, fmt.Errorf("read how findings stand: %w", err)
		}
		if t, err = c.newTally(components, types); err != nil { // some of it may have come
			return nil, err
		}
	}
	if err := c.judgeAll(ctx, t, now); err != nil {
		return nil, err
	}
	return t.sum(), nil
}

// judgeAll finds out how findings stand one by one.
func (c *Core) judgeAll(ctx context.Context, t *tally, now time.Time) error {
	rescorings, err := collect(c.store.Query(ctx, t.rescorings()))
	if err != nil {
		return fmt.Errorf("read rescorings: %w", err)
	}
	index := rescore.NewIndex(rescorings, rescore.Options{PeerScopes: c.cfg.PeerScopes})
	for e, err := range c.store.Query(ctx, t.findings()) {
		if err != nil {
			return fmt.Errorf("read findings: %w", err)
		}
		places := t.places(e)
		switch {
		case len(places) == 0:
		case e.Meta.Type == metadata.TypeScanInfo:
			t.scanned(places, e.Meta.Datasource)
		default:
			t.found(places, e.Meta.Type, e.Meta.Datasource, rescore.Decide(e, index.For(e), now).Severity)
		}
	}
	return nil
}

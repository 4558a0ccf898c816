package odg

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Summariser is a store that keeps how findings stand, so that a summary does not have
// to judge them anew. It keeps that by the configuration of the [Core].
type Summariser interface {
	// Standings yields how the findings of component versions stand, in no defined
	// order: at least one [store.Standing] for each severity that findings of an
	// artefact, a type and a datasource have, and for each datasource that has looked
	// at the artefact. It is one consistent state, of some moment after the call. An
	// error ends the sequence; it wraps [store.ErrOutdated] if the store does not know
	// how all of these findings stand at that time, so that nothing of it counts.
	Standings(ctx context.Context, q store.StandingQuery) iter.Seq2[store.Standing, error]
}

// standingQuery asks how the components of t stand.
func (t *tally) standingQuery(components []*component.Descriptor, now time.Time) store.StandingQuery {
	q := store.StandingQuery{Now: now, Components: make([]store.ComponentArtefacts, len(components))}
	for _, k := range t.kinds {
		q.Types = append(q.Types, k.Type)
		if !slices.Contains(q.Datasources, k.source) {
			q.Datasources = append(q.Datasources, k.source)
		}
	}
	for i, d := range components {
		q.Components[i] = store.ComponentArtefacts{Name: d.Name, Version: d.Version}
		for _, a := range t.result[i].Artefacts {
			q.Components[i].Artefacts = append(q.Components[i].Artefacts, a.Artefact)
		}
	}
	return q
}

// take notes what a [Summariser] yields.
func (t *tally) take(standings iter.Seq2[store.Standing, error]) error {
	for s, err := range standings {
		if err != nil {
			return err
		}
		at := []place{{component: s.Component, artefact: s.Artefact}}
		if s.Type == metadata.TypeScanInfo {
			t.scanned(at, s.Datasource)
			continue
		}
		t.found(at, s.Type, s.Datasource, s.Severity)
	}
	return nil
}

package odg

import (
	"context"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
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
	// findings after rescoring: CLEAN if there are none, or that value is 0; UNKNOWN if
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
// types that are not configured, or that no datasource finds, are left out. It asks the
// store twice, however many components there are, keeps rescorings and one standing per
// artefact and type in memory, and is always as current as the store.
func (c *Core) Compliance(ctx context.Context, components []*component.Descriptor, types []metadata.Type) ([]ComponentStanding, error) {
	t, err := c.newTally(components, types)
	if err != nil || len(t.kinds) == 0 {
		return t.result, err
	}
	rescorings, err := collect(c.store.Query(ctx, t.rescorings()))
	if err != nil {
		return nil, fmt.Errorf("read rescorings: %w", err)
	}
	index := rescore.NewIndex(rescorings, rescore.Options{PeerScopes: c.cfg.PeerScopes})
	now := c.cfg.Now()
	for e, err := range c.store.Query(ctx, t.findings()) {
		if err != nil {
			return nil, fmt.Errorf("read findings: %w", err)
		}
		if e.Meta.Type == metadata.TypeScanInfo {
			t.scanned(e)
			continue
		}
		if places := t.places(e); len(places) > 0 {
			t.found(places, e, c.judge(e, index, now))
		}
	}
	return t.sum(), nil
}

// kind is a type of findings that is asked for.
type kind struct {
	*findingcfg.Finding
	source metadata.Datasource
}

// tally collects standings.
type tally struct {
	kinds  []kind
	result []ComponentStanding
	// at finds artefacts by component name, kind and local identity. There are several
	// if the component is there in several versions.
	at map[string][]place
	// versionless are the artefacts of each component, for rows that are shared between
	// its versions.
	versionless map[component.ID][]artefact.LocalID
}

// place is where the standings of an artefact are.
type place struct {
	version             string
	component, artefact int
}

func (c *Core) newTally(components []*component.Descriptor, types []metadata.Type) (*tally, error) {
	t := &tally{at: map[string][]place{}, versionless: map[component.ID][]artefact.LocalID{}}
	known, err := c.cfg.Findings.Types()
	if err != nil {
		return t, err
	}
	for i := range c.cfg.Findings.Findings {
		f := &c.cfg.Findings.Findings[i]
		first, _ := c.cfg.Findings.For(f.Type)
		if source, ok := known.Datasource(f.Type); ok && first == f && slices.Contains(types, f.Type) {
			t.kinds = append(t.kinds, kind{f, source})
		}
	}
	for _, d := range components {
		t.add(d)
	}
	return t, nil
}

// add adds a component, as nobody has looked at it.
func (t *tally) add(d *component.Descriptor) {
	standing := ComponentStanding{ID: d.ID}
	for _, a := range d.Artefacts() {
		one := ArtefactStanding{Artefact: a.ID}
		for _, k := range t.kinds {
			if k.Matches(a.ID) {
				one.Standings = append(one.Standings, Standing{Type: k.Type, Source: k.source, Categorisation: Unknown, Value: -1})
			}
		}
		key := placeKey(a.ID)
		t.at[key] = append(t.at[key], place{d.ID.Version, len(t.result), len(standing.Artefacts)})
		t.versionless[d.ID] = append(t.versionless[d.ID], a.ID.Local())
		standing.Artefacts = append(standing.Artefacts, one)
	}
	t.result = append(t.result, standing)
}

// placeKey is an artefact's identity without the version of its component.
func placeKey(id artefact.ID) string {
	id.ComponentVersion, id.References = nil, nil
	return id.Key()
}

// findings asks for all findings and scan infos of the components.
func (t *tally) findings() store.Query {
	q := store.Query{Types: []metadata.Type{metadata.TypeScanInfo}}
	for _, k := range t.kinds {
		q.Types = append(q.Types, k.Type)
		if !slices.Contains(q.Datasources, k.source) {
			q.Datasources = append(q.Datasources, k.source)
		}
	}
	q.Artefacts = t.selectors()
	return q
}

// rescorings asks for those that may apply to them.
func (t *tally) rescorings() store.Query {
	q := store.Query{Types: []metadata.Type{metadata.TypeRescoring}, NullMatches: true, Artefacts: t.selectors()}
	for _, k := range t.kinds {
		q.ReferencedTypes = append(q.ReferencedTypes, k.Type)
	}
	return q
}

func (t *tally) selectors() []store.Selector {
	var all []store.Selector
	for _, s := range t.result {
		all = append(all, store.Selector{
			ID:          artefact.ID{ComponentName: &s.ID.Name, ComponentVersion: &s.ID.Version},
			Versionless: t.versionless[s.ID],
		})
	}
	return all
}

// places are the artefacts that a row is about.
func (t *tally) places(e metadata.Entry) []place {
	all := t.at[placeKey(e.Artefact)]
	version := artefact.Text(e.Artefact.ComponentVersion)
	if version == "" {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(p place) bool { return p.version != version })
}

// standings are those of an artefact that change accepts.
func (t *tally) standings(p place, change func(*Standing)) {
	standings := t.result[p.component].Artefacts[p.artefact].Standings
	for i := range standings {
		change(&standings[i])
	}
}

// scanned notes that a datasource has looked at an artefact.
func (t *tally) scanned(info metadata.Entry) {
	for _, p := range t.places(info) {
		t.standings(p, func(s *Standing) {
			s.Scanned = s.Scanned || s.Source == info.Meta.Datasource
		})
	}
}

// found notes a finding. It counts only if its datasource has looked at the artefact;
// that may turn out later.
func (t *tally) found(places []place, e metadata.Entry, f Finding) {
	for _, p := range places {
		t.standings(p, func(s *Standing) {
			switch {
			case s.Type != e.Meta.Type || s.Source != e.Meta.Datasource:
			case f.Category == nil:
				s.unclear = true
			case !s.found || f.Value() > s.Value:
				s.found, s.Categorisation, s.Value = true, f.Severity, f.Value()
			}
		})
	}
}

// settle tells what is told of an artefact by all that is known of it.
func (s *Standing) settle() {
	switch {
	case !s.Scanned, s.unclear && s.Value <= 0:
		s.Categorisation, s.Value = Unknown, -1
	case !s.found, s.Value == 0:
		s.Categorisation, s.Value = Clean, 0
	}
}

// sum settles artefacts at which nobody has looked, and finds the worst of each
// component.
func (t *tally) sum() []ComponentStanding {
	for i := range t.result {
		for _, k := range t.kinds {
			if worst := t.result[i].worst(k.Type); worst != nil {
				t.result[i].Standings = append(t.result[i].Standings, *worst)
			}
		}
	}
	return t.result
}

// worst settles the standings of a type, and returns the one with the greatest value,
// the first of several; nil if the type concerns no artefact.
func (c *ComponentStanding) worst(t metadata.Type) (worst *Standing) {
	for _, a := range c.Artefacts {
		for i := range a.Standings {
			s := &a.Standings[i]
			if s.Type != t {
				continue
			}
			if s.settle(); worst == nil || s.Value > worst.Value {
				worst = s
			}
		}
	}
	return worst
}

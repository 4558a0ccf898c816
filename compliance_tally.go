package odg

import (
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

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

// rescorings asks for those that may apply to them: those of other versions may, too,
// where a finding is in all of them.
func (t *tally) rescorings() store.Query {
	everywhere := []store.Selector{{}, {ID: artefact.ID{ComponentName: new("")}}}
	q := store.Query{Types: []metadata.Type{metadata.TypeRescoring}, Artefacts: everywhere}
	for _, name := range t.names() {
		q.Artefacts = append(q.Artefacts, store.Selector{ID: artefact.ID{ComponentName: &name}})
	}
	for _, k := range t.kinds {
		q.ReferencedTypes = append(q.ReferencedTypes, k.Type)
	}
	return q
}

// names are those of the components, each once.
func (t *tally) names() []string {
	var all []string
	for _, c := range t.result {
		all = append(all, c.ID.Name)
	}
	slices.Sort(all)
	return slices.Compact(all)
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

// scanned notes that a datasource has looked at artefacts.
func (t *tally) scanned(places []place, source metadata.Datasource) {
	for _, p := range places {
		t.standings(p, func(s *Standing) { s.Scanned = s.Scanned || s.Source == source })
	}
}

// found notes a finding of a severity. It counts only if its datasource has looked at
// the artefact; that may turn out later.
func (t *tally) found(places []place, about metadata.Type, source metadata.Datasource, severity string) {
	category := t.category(about, severity)
	for _, p := range places {
		t.standings(p, func(s *Standing) {
			switch {
			case s.Type != about || s.Source != source:
			case category == nil:
				s.unclear = true
			case !s.found || category.Value > s.Value || category.Value == s.Value && severity < s.Categorisation:
				s.found, s.Categorisation, s.Value = true, severity, category.Value
			}
		})
	}
}

// category is that of findings of a type, nil if it is not configured.
func (t *tally) category(about metadata.Type, severity string) *findingcfg.Categorisation {
	for _, k := range t.kinds {
		if k.Type == about {
			category, _ := k.Category(severity)
			return category
		}
	}
	return nil
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

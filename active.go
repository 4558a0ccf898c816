package odg

import (
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
	"github.com/opendeliverygear/odg/store"
)

// activeSet is a set of artefacts. Rows without a component version, which are
// shared between the versions of a component, belong to all of these.
type activeSet struct {
	ids         []artefact.ID // ordered by key
	keys        map[string]bool
	versionless map[string]bool
}

func newActiveSet(ids []artefact.ID) activeSet {
	s := activeSet{ids: ids, keys: make(map[string]bool, len(ids)), versionless: make(map[string]bool, len(ids))}
	slices.SortFunc(s.ids, compareIDs)
	for _, id := range ids {
		s.keys[id.Key()] = true
		s.versionless[withoutVersion(id).Key()] = true
	}
	return s
}

// has tells if a row of id belongs to the set.
func (s activeSet) has(id artefact.ID) bool {
	if artefact.Text(id.ComponentVersion) == "" {
		return s.versionless[withoutVersion(id).Key()]
	}
	return s.keys[id.Key()]
}

func withoutVersion(id artefact.ID) artefact.ID {
	id.ComponentVersion = nil
	return id
}

func compareIDs(a, b artefact.ID) int { return strings.Compare(a.Key(), b.Key()) }

// activeArtefacts reads which artefacts are part of a delivery at present.
// A snapshot that is malformed counts as not active, as for the enumerator.
func (c *Core) activeArtefacts(ctx context.Context) (activeSet, error) {
	var ids []artefact.ID
	for e, err := range c.store.Query(ctx, store.Query{Types: []metadata.Type{metadata.TypeSnapshot}}) {
		if err != nil {
			return activeSet{}, err
		}
		if s, err := snapshot.Decode(e); err == nil && s.Active() {
			ids = append(ids, e.Artefact)
		}
	}
	return newActiveSet(ids), nil
}

// scannedSet is the set of artefacts with a scan info. A scan info without a
// component version stands for all versions of its component.
type scannedSet map[string]bool

func (s scannedSet) has(id artefact.ID) bool {
	return s[id.Key()] || s[withoutVersion(id).Key()]
}

func (c *Core) scannedBy(ctx context.Context, source metadata.Datasource) (scannedSet, error) {
	counts, err := c.store.CountByArtefact(ctx, store.Query{
		Types:       []metadata.Type{metadata.TypeScanInfo},
		Datasources: []metadata.Datasource{source},
	})
	if err != nil {
		return nil, err
	}
	scanned := make(scannedSet, len(counts))
	for key := range counts {
		scanned[key] = true
	}
	return scanned, nil
}

// collect reads a sequence of entries to its end.
func collect(entries iter.Seq2[metadata.Entry, error]) ([]metadata.Entry, error) {
	var all []metadata.Entry
	for e, err := range entries {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

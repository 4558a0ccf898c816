package odg

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store"
)

// Searcher is a store that answers searches by itself, so that not every entry
// has to be looked at.
type Searcher interface {
	// Search returns the page of the entries that q and applies select, as if they
	// had all been offered to a [search.Page]. It may end before it is full, with
	// [search.Result.Next] saying where to go on; calls that go on there come to
	// the end, and nothing is left out or told twice between them.
	Search(ctx context.Context, q *search.Query, applies func(metadata.Entry) bool) (search.Result, error)
}

// EffectiveSearcher is a [Searcher] that keeps how findings stand, by the configuration
// of the [Core], so that they can be searched for without judging them anew.
type EffectiveSearcher interface {
	Searcher
	// SearchEffective is Search for a query that needs [search.Item.Effective], as of
	// now. Findings of configured types that are not judged are none that applies
	// selects. It wraps [store.ErrOutdated] if the store does not know at present how all
	// findings stand.
	SearchEffective(ctx context.Context, q *search.Query, applies func(metadata.Entry) bool, now time.Time) (search.Result, error)
}

// Search returns a page of the entries that r asks for. As for [Core.QueryMetadata],
// rows of a finding type whose configuration does not apply to their artefact are
// left out. While there is more the page has a [search.Result.Next], full or not.
// What is wrong with r is a [search.Error].
//
// How findings stand after all that was decided, [search.Item.Effective], is worked
// out if r selects, sorts or asks for it, as of now.
//
// Unless the store is a [Searcher], and an [EffectiveSearcher] that is up to date if
// effective values are needed, every entry of the types and components that r
// includes is looked at once per page; the memory needed is that of the page, and of
// the rescorings if effective values are needed.
func (c *Core) Search(ctx context.Context, r search.Request) (search.Result, error) {
	query, scopes, err := c.compile(ctx, r)
	if err != nil {
		return search.Result{}, err
	}
	switch s := c.store.(type) {
	case EffectiveSearcher:
		if !query.Effective() {
			return s.Search(ctx, query, c.applies)
		}
		if result, err := s.SearchEffective(ctx, query, c.applies, c.cfg.Now()); !errors.Is(err, store.ErrOutdated) {
			return result, err
		}
	case Searcher:
		if !query.Effective() {
			return s.Search(ctx, query, c.applies)
		}
	}
	item, err := c.items(ctx, query)
	if err != nil {
		return search.Result{}, err
	}
	page := query.NewPage()
	for e, err := range c.store.Query(ctx, c.narrowed(query, r.Criteria, scopes)) {
		if err != nil {
			return search.Result{}, err
		}
		if c.applies(e) {
			page.Offer(item(e))
		}
	}
	return page.Result(), nil
}

// CompileSearch prepares r for whoever has entries at hand: with the categories that
// are configured, and the component versions that r names. What is wrong with r is a
// [search.Error].
func (c *Core) CompileSearch(ctx context.Context, r search.Request) (*search.Query, error) {
	query, _, err := c.compile(ctx, r)
	return query, err
}

func (c *Core) compile(ctx context.Context, r search.Request) (*search.Query, map[int][]search.Version, error) {
	scopes, err := c.scopes(ctx, r.Criteria)
	if err != nil {
		return nil, nil, err
	}
	query, err := search.Compile(r, search.Env{Categories: c.categories(), Scopes: scopes})
	return query, scopes, err
}

// items returns how an entry is offered to the page of q: with its effective values,
// if q needs them, at one time and after the rescorings that are there now.
func (c *Core) items(ctx context.Context, q *search.Query) (func(metadata.Entry) search.Item, error) {
	if !q.Effective() {
		return func(e metadata.Entry) search.Item { return search.Item{Entry: e} }, nil
	}
	rescorings, err := collect(c.store.Query(ctx, store.Query{Types: []metadata.Type{metadata.TypeRescoring}}))
	if err != nil {
		return nil, fmt.Errorf("read rescorings: %w", err)
	}
	index := rescore.NewIndex(rescorings, rescore.Options{PeerScopes: c.cfg.PeerScopes})
	now := c.cfg.Now()
	return func(e metadata.Entry) search.Item {
		item := search.Item{Entry: e}
		if effective, ok := c.cfg.Findings.Effective(e, index.For(e), now); ok {
			item.Effective = &effective
		}
		return item
	}, nil
}

// categories returns the values of the categories of all finding types.
func (c *Core) categories() map[metadata.Type]map[string]int {
	all := make(map[metadata.Type]map[string]int, len(c.cfg.Findings.Findings))
	for i := range c.cfg.Findings.Findings {
		finding := &c.cfg.Findings.Findings[i]
		if all[finding.Type] != nil {
			continue // the first wins
		}
		values := make(map[string]int, len(finding.Categorisations))
		for _, category := range slices.Backward(finding.Categorisations) {
			values[category.ID] = category.Value
		}
		all[finding.Type] = values
	}
	return all
}

// narrowed restricts what is read to the types and components that are included, and to
// findings if nothing else can match.
func (c *Core) narrowed(query *search.Query, criteria []search.Criterion, scopes map[int][]search.Version) store.Query {
	q := store.Query{Types: includedTypes(criteria), Artefacts: includedComponents(criteria, scopes)}
	for _, condition := range query.Conditions() {
		if _, always := condition.Effective(); always && len(q.Types) == 0 {
			q.Types = c.findingTypes()
		}
	}
	return q
}

// includedTypes is empty if some criterion on the type does not list its values.
func includedTypes(criteria []search.Criterion) []metadata.Type {
	var types []metadata.Type
	for _, criterion := range criteria {
		if criterion.Exclude || criterion.Kind != search.KindAttribute || criterion.Attr != "type" {
			continue
		}
		values := criterion.Values
		if criterion.Op != search.OpIn {
			values = []string{criterion.Value}
			if criterion.Op != "" && criterion.Op != search.OpEqual || strings.Contains(criterion.Value, "*") {
				return nil
			}
		}
		for _, v := range values {
			types = append(types, metadata.Type(v))
		}
	}
	return types
}

func includedComponents(criteria []search.Criterion, scopes map[int][]search.Version) []store.Selector {
	seen := map[string]bool{}
	var selectors []store.Selector
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			selectors = append(selectors, store.Selector{ID: artefact.ID{ComponentName: &name}})
		}
	}
	for i, criterion := range criteria {
		if criterion.Exclude || criterion.Kind != search.KindOCM {
			continue
		}
		name, _ := criterion.Component()
		add(name)
		for _, v := range scopes[i] {
			add(v.Name)
		}
	}
	return selectors
}

// scopes resolves the component versions that criteria name.
func (c *Core) scopes(ctx context.Context, criteria []search.Criterion) (map[int][]search.Version, error) {
	type asked struct {
		id        component.ID
		recursive bool
	}
	scopes, known := map[int][]search.Version{}, map[asked][]search.Version{}
	room := MaxScopes
	for i, criterion := range criteria {
		if criterion.Kind != search.KindOCM {
			continue
		}
		name, version := criterion.Component()
		if version == "" {
			continue // search tells what is wrong if it is recursive
		}
		what := asked{component.ID{Name: name, Version: version}, criterion.Recursive}
		scope, ok := known[what]
		if !ok {
			var err error
			if scope, err = c.scope(ctx, what.id, what.recursive); err != nil {
				return nil, err
			}
			known[what] = scope
		}
		if room -= len(scope); room < 0 {
			return nil, search.Error(fmt.Sprintf("criteria[%d]: this and the criteria before it look in more than %d component versions; send several searches", i, MaxScopes))
		}
		scopes[i] = scope
	}
	return scopes, nil
}

// MaxScopes is in how many component versions the criteria of one search may look, those
// that components refer to included, each as often as criteria name it.
const MaxScopes = 50_000

func (c *Core) scope(ctx context.Context, root component.ID, recursive bool) ([]search.Version, error) {
	if c.cfg.Descriptors == nil {
		return nil, search.Error(fmt.Sprintf("ocm search for %s: no repository of component descriptors is configured", root))
	}
	if !recursive {
		d, err := c.cfg.Descriptors.Descriptor(ctx, root)
		if err != nil {
			return nil, unresolved(root, err)
		}
		return []search.Version{versionOf(d)}, nil
	}
	graph, err := component.Walk(ctx, c.cfg.Descriptors, component.WalkConfig{}, root)
	if err == nil {
		err = graph.Err()
	}
	if err != nil {
		return nil, unresolved(root, err)
	}
	var versions []search.Version
	for d := range graph.Descriptors() {
		versions = append(versions, versionOf(d))
	}
	return versions, nil
}

// unresolved blames the request for component versions that do not exist.
func unresolved(id component.ID, err error) error {
	if errors.Is(err, component.ErrNotFound) || errors.Is(err, component.ErrMalformed) || errors.Is(err, component.ErrLimit) {
		return search.Error(fmt.Sprintf("ocm search for %s: %v", id, err))
	}
	return fmt.Errorf("resolve %s for a search: %w", id, err)
}

func versionOf(d *component.Descriptor) search.Version {
	v := search.Version{Name: d.Name, Version: d.Version}
	for _, a := range d.Artefacts() {
		v.Artefacts = append(v.Artefacts, a.ID)
	}
	return v
}

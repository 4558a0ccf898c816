package odg_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/opendeliverygear/odg/component"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
	"github.com/opendeliverygear/odg/store/memory"
)

// searcher answers searches by itself.
type searcher struct {
	*memory.Store
	query   *search.Query
	applies func(metadata.Entry) bool
}

func (s *searcher) Search(_ context.Context, q *search.Query, applies func(metadata.Entry) bool) (search.Result, error) {
	s.query, s.applies = q, applies
	return search.Result{Next: search.Cursor{}}, nil
}

func TestStoreThatSearches(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	findings := &findingcfg.Config{Findings: []findingcfg.Finding{
		{Type: "acme/check", Categorisations: []findingcfg.Categorisation{{ID: "bad", Value: 4}, {ID: "bad", Value: 1}}},
		{Type: "acme/check", Categorisations: []findingcfg.Categorisation{{ID: "bad", Value: 1}}},
	}}
	s := &searcher{Store: memory.New()}
	core := odg.New(s, odg.Config{Findings: findings})
	result, err := core.Search(t.Context(), search.Request{Limit: 3, Criteria: []search.Criterion{
		{Kind: search.KindAttribute, Attr: "data.severity", Op: search.OpCompare, Cmp: ">=", Value: "4"},
	}})
	is.NoErr(err)
	is.True(result.Next != nil)
	is.Equal(s.query.Limit(), 3)
	bad := []search.Category{{Type: "acme/check", ID: "bad"}}
	is.Equal(s.query.Conditions()[0].Any[0].(search.Severity).Yes, bad) // the first of two counts
	is.True(s.applies(metadata.Entry{Meta: metadata.Meta{Type: "acme/other"}}))

	_, err = core.Search(t.Context(), search.Request{Criteria: []search.Criterion{{Kind: "x"}}})
	is.True(err != nil) // a fault is found before the store is asked
}

// counting is a repository of one component that refers to a thousand others.
type counting struct{ asked atomic.Int64 }

func (c *counting) Descriptor(_ context.Context, id component.ID) (*component.Descriptor, error) {
	c.asked.Add(1)
	d := &component.Descriptor{ID: id}
	for i := range 1000 {
		if id.Name == "acme.org/all" {
			d.References = append(d.References, component.Reference{Element: component.Element{Name: fmt.Sprint(i), Version: "1"}, ComponentName: fmt.Sprintf("acme.org/part%d", i)})
		}
	}
	return d, nil
}

// A component that is named in many criteria is resolved once, and they may not look in
// more component versions than there is room for.
func TestSearchInManyComponents(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var all counting
	core := odg.New(memory.New(), odg.Config{Descriptors: &all})
	everywhere := search.Criterion{Kind: search.KindOCM, Value: "acme.org/all:1", Recursive: true}
	_, err := core.Search(t.Context(), search.Request{Criteria: slices.Repeat([]search.Criterion{everywhere}, 40)})
	is.NoErr(err)
	is.Equal(all.asked.Load(), int64(1001))
	_, err = core.Search(t.Context(), search.Request{Criteria: slices.Repeat([]search.Criterion{everywhere}, 1000)})
	is.Equal(err, search.Error("criteria[49]: this and the criteria before it look in more than 50000 component versions; send several searches"))
}

package store_test

import (
	"encoding/json"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// stored is the identity of a row that has every attribute.
func stored() artefact.ID {
	return artefact.ID{
		ComponentName: new("c"), ComponentVersion: new("1"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("n"), Version: new("v"), Type: new("t"), ExtraID: map[string]string{"a": "1", "b": "2"}},
	}
}

// TestMatches is the table of section 4.3 of the contract of the HTTP interface:
// for each attribute, what a query matches with and without NullMatches.
func TestMatches(t *testing.T) {
	t.Parallel()
	type change = func(*artefact.ID)
	local := func(f func(*artefact.LocalID)) change { return func(id *artefact.ID) { f(id.Artefact) } }
	for _, c := range []struct {
		name                string
		query, row          change
		strict, nullMatches bool
	}{
		{"all equal", nil, nil, true, true},
		{"component name differs", func(q *artefact.ID) { q.ComponentName = new("d") }, nil, false, false},
		{"component name is null in the row", nil, func(r *artefact.ID) { r.ComponentName = nil }, false, true},
		{"component name is null in the query", func(q *artefact.ID) { q.ComponentName = nil }, nil, false, false},
		{"component name is null in both", func(q *artefact.ID) { q.ComponentName = nil }, func(r *artefact.ID) { r.ComponentName = nil }, true, true},
		{"component name is empty in the row", nil, func(r *artefact.ID) { r.ComponentName = new("") }, false, false},

		{"component version differs", func(q *artefact.ID) { q.ComponentVersion = new("2") }, nil, false, false},
		{"component version is null in the query", func(q *artefact.ID) { q.ComponentVersion = nil }, nil, true, true},
		{"component version is null in the row", nil, func(r *artefact.ID) { r.ComponentVersion = nil }, false, true},
		{"component version is empty in the query", func(q *artefact.ID) { q.ComponentVersion = new("") }, nil, false, false},
		{"component version is empty in both", func(q *artefact.ID) { q.ComponentVersion = new("") }, func(r *artefact.ID) { r.ComponentVersion = new("") }, true, true},
		{"component version is empty in the query, null in the row", func(q *artefact.ID) { q.ComponentVersion = new("") }, func(r *artefact.ID) { r.ComponentVersion = nil }, true, true},
		{"component version is empty in the row", nil, func(r *artefact.ID) { r.ComponentVersion = new("") }, false, false},

		{"kind differs", func(q *artefact.ID) { q.Kind = artefact.KindSource }, nil, false, false},
		{"kind is null in the query", func(q *artefact.ID) { q.Kind = "" }, nil, true, true},
		{"kind is null in the row", nil, func(r *artefact.ID) { r.Kind = "" }, false, false},

		{"artefact is null in the query", func(q *artefact.ID) { q.Artefact = nil }, nil, true, true},
		{"artefact is null in the row", nil, func(r *artefact.ID) { r.Artefact = nil }, false, true},
		{"name differs", local(func(l *artefact.LocalID) { l.Name = new("m") }), nil, false, false},
		{"name is null in the query", local(func(l *artefact.LocalID) { l.Name = nil }), nil, true, true},
		{"name is empty in the query", local(func(l *artefact.LocalID) { l.Name = new("") }), nil, true, true},
		{"name is null in the row", nil, local(func(l *artefact.LocalID) { l.Name = nil }), false, true},
		{"name is empty in the row", nil, local(func(l *artefact.LocalID) { l.Name = new("") }), false, false},
		{"artefact version differs", local(func(l *artefact.LocalID) { l.Version = new("w") }), nil, false, false},
		{"artefact version is null in the query", local(func(l *artefact.LocalID) { l.Version = nil }), nil, true, true},
		{"artefact version is null in the row", nil, local(func(l *artefact.LocalID) { l.Version = nil }), false, true},
		{"artefact type differs", local(func(l *artefact.LocalID) { l.Type = new("u") }), nil, false, false},
		{"artefact type is null in the query", local(func(l *artefact.LocalID) { l.Type = nil }), nil, true, true},
		{"artefact type is null in the row", nil, local(func(l *artefact.LocalID) { l.Type = nil }), false, true},

		{"extra identity differs", local(func(l *artefact.LocalID) { l.ExtraID = map[string]string{"a": "1"} }), nil, false, false},
		{"extra identity is empty in the query", local(func(l *artefact.LocalID) { l.ExtraID = nil }), nil, true, true},
		{"extra identity is empty in the row", nil, local(func(l *artefact.LocalID) { l.ExtraID = nil }), false, true},
		{"extra identities have one normalised form", local(func(l *artefact.LocalID) { l.ExtraID = map[string]string{"a": "1_b:2"} }), nil, true, true},
		{"references are ignored", func(q *artefact.ID) { q.References = []artefact.ID{{}} }, nil, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			is := is.New(t)
			q, row := stored(), stored()
			if c.query != nil {
				c.query(&q)
			}
			if c.row != nil {
				c.row(&row)
			}
			e := metadata.Entry{Artefact: row}
			is.Equal(store.Matches(store.Query{Artefacts: []store.Selector{{ID: q}}}, e), c.strict)
			is.Equal(store.Matches(store.Query{Artefacts: []store.Selector{{ID: q}}, NullMatches: true}, e), c.nullMatches)
		})
	}
}

func TestVersionlessRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*artefact.LocalID)
		want   bool
	}{
		{"the artefact itself", func(*artefact.LocalID) {}, true},
		{"another name", func(l *artefact.LocalID) { l.Name = new("m") }, false},
		{"no name", func(l *artefact.LocalID) { l.Name = nil }, false},
		{"another version", func(l *artefact.LocalID) { l.Version = new("w") }, false},
		{"another type", func(l *artefact.LocalID) { l.Type = new("u") }, false},
		{"another extra identity", func(l *artefact.LocalID) { l.ExtraID = nil }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			is := is.New(t)
			row := stored()
			row.ComponentVersion = nil
			listed := *stored().Artefact
			c.change(&listed)
			s := store.Selector{
				ID:          artefact.ID{ComponentName: new("c"), ComponentVersion: new("1")},
				Versionless: []artefact.LocalID{{Name: new("x")}, listed},
			}
			q := store.Query{Artefacts: []store.Selector{{ID: artefact.ID{ComponentName: new("x")}}, s}}
			is.Equal(store.Matches(q, metadata.Entry{Artefact: row}), c.want)
			row.ComponentVersion = new("2")
			is.True(!store.Matches(q, metadata.Entry{Artefact: row})) // rows with a version do not need the list
		})
	}
	is := is.New(t)
	s := store.Selector{ID: artefact.ID{Artefact: &artefact.LocalID{Name: new("n")}}}
	is.True(s.SelectsLocal(*stored().Artefact))
	is.True(!s.SelectsLocal(artefact.LocalID{}))
}

func TestMatchesWhatIsNotTheArtefact(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	data, err := metadata.NewPayload(metadata.TypeResponsibles, json.RawMessage(`{"referenced_type":"finding/license"}`))
	is.NoErr(err)
	e := metadata.Entry{Meta: metadata.Meta{Type: metadata.TypeResponsibles, Datasource: "x"}, Data: data}
	info := metadata.Entry{Meta: metadata.Meta{Type: metadata.TypeScanInfo, Datasource: "x"}}
	for _, c := range []struct {
		q              store.Query
		entry, forInfo bool
	}{
		{store.Query{}, true, true},
		{store.Query{NullMatches: true}, true, true},
		{store.Query{Types: []metadata.Type{metadata.TypeResponsibles, "y"}}, true, false},
		{store.Query{Datasources: []metadata.Datasource{"y", "x"}}, true, true},
		{store.Query{Datasources: []metadata.Datasource{"y"}}, false, false},
		{store.Query{ReferencedTypes: []metadata.Type{metadata.TypeLicense}}, true, false},
		{store.Query{ReferencedTypes: []metadata.Type{metadata.TypeIP}, NullMatches: true}, false, false},
		{store.Query{ReferencedTypes: []metadata.Type{""}}, false, false},
		{store.Query{Types: []metadata.Type{metadata.TypeResponsibles}, Datasources: []metadata.Datasource{"y"}}, false, false},
	} {
		is.Equal(store.Matches(c.q, e), c.entry)
		is.Equal(store.Matches(c.q, info), c.forInfo)
	}
}

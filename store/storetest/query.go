package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// selecting makes the selector of an identity.
func selecting(id artefact.ID) store.Query {
	return store.Query{Artefacts: []store.Selector{{ID: id}}}
}

// shop selects the entries of a local artefact of the component acme.org/shop.
func shop(l artefact.LocalID) store.Query {
	return selecting(artefact.ID{ComponentName: new("acme.org/shop"), Artefact: &l})
}

var queryCases = []testCase{
	{"types, datasources and referenced types restrict, each by any of its values", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(
			scanInfo(image("info", "1")), from(scanInfo(image("info, bdba", "1")), metadata.SourceBDBA),
			vulnerability(image("cve", "1"), "p", "1", "CVE-1"),
			rescoring(image("rescored", "1"), metadata.TypeVulnerability, "NONE"),
			rescoring(image("rescored licence", "1"), metadata.TypeLicense, "NONE"),
			responsibles(image("responsible", "1"), metadata.TypeVulnerability),
			entry(image("custom", "1"), "acme/custom", `{"referenced_type":"finding/vulnerability"}`),
		)
		for _, c := range []struct {
			name string
			q    store.Query
			want []string
		}{
			{"type", store.Query{Types: []metadata.Type{metadata.TypeScanInfo}}, []string{"info", "info, bdba"}},
			{"types", store.Query{Types: []metadata.Type{metadata.TypeVulnerability, "acme/custom"}}, []string{"custom", "cve"}},
			{"unknown type", store.Query{Types: []metadata.Type{"Finding/Vulnerability", ""}}, []string{}},
			{"datasource", store.Query{Datasources: []metadata.Datasource{metadata.SourceBDBA}}, []string{"cve", "info, bdba"}},
			{"type and datasource", store.Query{
				Types: []metadata.Type{metadata.TypeScanInfo}, Datasources: []metadata.Datasource{metadata.SourceODG, "x"},
			}, []string{"info"}},
			{"referenced type", store.Query{ReferencedTypes: []metadata.Type{metadata.TypeVulnerability}}, []string{"rescored", "responsible"}},
			{"type and referenced types", store.Query{
				Types:           []metadata.Type{metadata.TypeRescoring},
				ReferencedTypes: []metadata.Type{metadata.TypeVulnerability, metadata.TypeLicense},
			}, []string{"rescored", "rescored licence"}},
			{"ids", store.Query{IDs: []string{scanInfo(image("info", "1")).ID(), vulnerability(image("cve", "1"), "p", "1", "CVE-1").ID(), "x"}}, []string{"cve", "info"}},
			{"no id", store.Query{IDs: []string{"", "x", scanInfo(image("info", "1")).ID() + " "}}, []string{}},
			{"id and type", store.Query{IDs: []string{scanInfo(image("info", "1")).ID()}, Types: []metadata.Type{metadata.TypeVulnerability}}, []string{}},
			{"no referenced type", store.Query{ReferencedTypes: []metadata.Type{""}}, []string{}},
		} {
			is.Equal(cmp.Diff(c.want, b.names(c.q)), "")
		}
	}},
	{"each attribute of an artefact restricts unless it is empty", func(t *testing.T, b *bench) {
		is := is.New(t)
		web, other := image("web", "1"), image("other component", "1")
		source := artefact.ID{
			ComponentName: new("acme.org/shop"), ComponentVersion: new("2"), Kind: artefact.KindSource,
			Artefact: &artefact.LocalID{Name: new("source"), Version: new("v2"), Type: new("git"), ExtraID: map[string]string{"a": "1", "b": "2"}},
		}
		other.ComponentName = new("acme.org/other")
		b.put(scanInfo(web), scanInfo(source), scanInfo(other))
		for _, c := range []struct {
			name string
			q    store.Query
			want []string
		}{
			{"component", selecting(artefact.ID{ComponentName: new("acme.org/shop")}), []string{"source", "web"}},
			{"no artefact attributes", shop(artefact.LocalID{}), []string{"source", "web"}},
			{"empty attributes", shop(artefact.LocalID{Name: new(""), Version: new(""), Type: new(""), ExtraID: map[string]string{}}), []string{"source", "web"}},
			{"version", selecting(artefact.ID{ComponentName: new("acme.org/shop"), ComponentVersion: new("2")}), []string{"source"}},
			{"kind", selecting(artefact.ID{ComponentName: new("acme.org/shop"), Kind: artefact.KindResource}), []string{"web"}},
			{"name", shop(artefact.LocalID{Name: new("web")}), []string{"web"}},
			{"artefact version", shop(artefact.LocalID{Version: new("v2")}), []string{"source"}},
			{"artefact type", shop(artefact.LocalID{Type: new("git")}), []string{"source"}},
			{"extra identity", shop(artefact.LocalID{ExtraID: map[string]string{"b": "2", "a": "1"}}), []string{"source"}},
			{"part of an extra identity", shop(artefact.LocalID{ExtraID: map[string]string{"a": "1"}}), []string{}},
			{"case", shop(artefact.LocalID{Name: new("WEB")}), []string{}},
			{"whole identity", selecting(source), []string{"source"}},
			{"null component", selecting(artefact.ID{}), []string{}},
			{"several", store.Query{Artefacts: []store.Selector{{ID: web}, {ID: other}, {ID: web}, {ID: artefact.ID{ComponentName: web.ComponentName}}}},
				[]string{"other component", "source", "web"}},
		} {
			t.Run(c.name, func(t *testing.T) { is.New(t).Equal(cmp.Diff(c.want, b.names(c.q)), "") })
		}
		is.Equal(len(b.dump()), 3)
	}},
	{"an entry that several selectors match comes once", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(scanInfo(image("web", "1")))
		q := shop(artefact.LocalID{})
		for range 2000 {
			q.Artefacts = append(q.Artefacts, store.Selector{ID: image("web", "1")})
		}
		is.Equal(b.names(q), []string{"web"})
	}},
	{"entries without component version match if the version has their artefact", func(t *testing.T, b *bench) {
		is := is.New(t)
		shared, foreign, versioned := image("shared", "1"), image("foreign", "1"), image("versioned", "9")
		shared.Artefact.ExtraID = map[string]string{"arch": "amd64"}
		shared.ComponentVersion, foreign.ComponentVersion = nil, nil
		b.put(scanInfo(shared), scanInfo(foreign), scanInfo(versioned))
		sel := store.Selector{
			ID:          artefact.ID{ComponentName: new("acme.org/shop"), ComponentVersion: new("1")},
			Versionless: []artefact.LocalID{*shared.Artefact, *versioned.Artefact, {Name: new("foreign")}},
		}
		is.Equal(b.names(store.Query{Artefacts: []store.Selector{sel}}), []string{"shared"})
		sel.Artefact = &artefact.LocalID{Name: new("shared")}
		is.Equal(b.names(store.Query{Artefacts: []store.Selector{sel}}), []string{"shared"})
		sel.Artefact = &artefact.LocalID{Name: new("foreign")}
		is.Equal(b.names(store.Query{Artefacts: []store.Selector{sel}}), []string{})
		sel.Artefact, sel.ComponentVersion = nil, nil
		is.Equal(b.names(store.Query{Artefacts: []store.Selector{sel}}), []string{"foreign", "shared", "versioned"})
		sel.ComponentVersion, sel.Versionless = new(""), nil
		is.Equal(b.names(store.Query{Artefacts: []store.Selector{sel}}), []string{"foreign", "shared"})
	}},
	{"a query may be left early, and a store may be used while it is read", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(scanInfo(image("a", "1")), scanInfo(image("b", "1")), scanInfo(image("c", "1")))
		n := 0
		for e, err := range b.Query(t.Context(), store.Query{}) {
			is.NoErr(err)
			b.put(updated(e, "2026-01-12T00:00:00"), scanInfo(image(*e.Artefact.Artefact.Name, "2")))
			is.Equal(len(b.query(selecting(e.Artefact))), 1)
			if n++; n == 2 {
				break
			}
		}
		is.Equal(len(b.dump()), 5)
	}},
	{"a query whose context ends says so", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.put(scanInfo(image("a", "1")), scanInfo(image("b", "1")), scanInfo(image("c", "1")))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		n := 0
		for _, err := range b.Query(ctx, store.Query{}) {
			cancel()
			last = err
			n++
		}
		is.True(n <= 4)
		is.True(n == 3 && last == nil || errors.Is(last, context.Canceled)) // all was read, or the reader is told
	}},
}

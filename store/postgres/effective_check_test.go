package postgres_test

import (
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store/postgres"
)

// kept is a row of odg_effective.
type kept struct {
	Type, Datasource, Component string
	Version                     *string
	rescore.Effective
}

// expected is what a database should hold.
func (g *game) expected() (rows map[string]kept, subjects map[string][16]byte) {
	all, err := g.s.Rows(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	var rescorings []metadata.Entry
	for _, e := range all {
		if e.Meta.Type == metadata.TypeRescoring {
			rescorings = append(rescorings, e)
		}
	}
	index := rescore.NewIndex(rescorings, g.world.rules.options)
	rows, subjects = map[string]kept{}, map[string][16]byte{}
	for id, e := range all {
		if effective, ok := g.world.rules.findings.Effective(e, index.For(e), g.now); ok {
			rows[id] = kept{
				string(e.Meta.Type), string(e.Meta.Datasource), artefact.Text(e.Artefact.ComponentName), e.Artefact.ComponentVersion, effective,
			}
			subjects[id], _ = postgres.SubjectOf(e)
		}
	}
	return rows, subjects
}

// held is what it holds.
func (g *game) held() map[string]kept {
	rows, err := g.foreign.Query(g.t.Context(), `SELECT id, type, datasource, component_name, component_version, severity, value,
		coalesce(due::text, ''), coalesce(rescoring, ''), coalesce(until, '0001-01-01 00:00+00') FROM odg_effective`)
	if err != nil {
		g.t.Fatal(err)
	}
	all := map[string]kept{}
	var id string
	var k kept
	_, err = pgx.ForEachRow(rows, []any{&id, &k.Type, &k.Datasource, &k.Component, &k.Version, &k.Severity, &k.Value, &k.Due, &k.Rescoring, &k.Until}, func() error {
		k.Until = k.Until.UTC()
		all[id] = k
		return nil
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return all
}

// check holds what is kept against the pure functions, but for what a reader is told to
// judge by itself.
func (g *game) check() {
	g.t.Helper()
	subjects, _, outdated, err := g.s.Stale(g.t.Context(), g.now)
	if err != nil {
		g.t.Fatal(err)
	}
	if outdated {
		return // by another configuration
	}
	want, about := g.expected()
	got := g.held()
	marked := map[[16]byte]bool{}
	for _, subject := range subjects {
		marked[subject] = true
	}
	for id, subject := range about {
		until := got[id].Until
		if marked[subject] || !until.IsZero() && !g.now.Before(until) {
			delete(want, id)
			delete(got, id)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		g.t.Fatalf("%s: kept are (+), should be (-):\n%s\nafter\n%s", g.name, diff, strings.Join(g.tale, "\n"))
	}
}

// settled checks that nothing is left.
func (g *game) settled() {
	g.t.Helper()
	is := is.New(g.t)
	_, err := g.s.Settle(g.t.Context(), g.now)
	is.NoErr(err)
	g.check()
	subjects, expired, outdated, err := g.s.Stale(g.t.Context(), g.now)
	is.NoErr(err)
	is.Equal(len(subjects), 0)
	is.True(!expired)
	is.True(!outdated)
	again, err := g.s.Settle(g.t.Context(), g.now)
	is.NoErr(err)
	is.Equal(again, 0)
}

// clear leaves nothing for the next world.
func (g *game) clear() {
	g.t.Helper()
	if _, err := g.foreign.Exec(g.t.Context(), "DELETE FROM artefact_metadata"); err != nil {
		g.t.Fatal(err)
	}
	g.settled()
	if held := g.held(); len(held) > 0 {
		g.t.Fatalf("%s: %d rows without a finding", g.name, len(held))
	}
}

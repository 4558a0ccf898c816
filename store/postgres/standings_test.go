package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/store/postgres"
)

var _ odg.Summariser = (*postgres.Store)(nil)

// standingConfig has two categories of one value, and one below zero; licences are
// looked for in resources only.
const standingConfig = `
- type: finding/vulnerability
  categorisations:
    - {id: NONE, display_name: None, value: 0, rescoring: manual}
    - {id: later, display_name: Later, value: 1, rescoring: manual}
    - {id: LOW, display_name: Low, value: 1, rescoring: manual}
    - {id: HIGH, display_name: High, value: 4, rescoring: manual}
    - {id: ODD, display_name: Odd, value: -3, rescoring: manual}
- type: finding/license
  filter: [{semantics: include, artefact_kind: [resource]}]
  categorisations: [{id: violation, display_name: Violation, value: 16, rescoring: manual}, {id: NONE, display_name: None, value: 0, rescoring: manual}]
`

func parseFindings(t testing.TB, text string) *findingcfg.Config {
	t.Helper()
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(text), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// summarised compares summaries of a world that two stores hold.
type summarised struct {
	ours, memory *odg.Core
	tree         []*component.Descriptor
}

var standingTypes = []metadata.Type{metadata.TypeVulnerability, metadata.TypeLicense}

func (w summarised) compare(t *testing.T, when string) []odg.ComponentStanding {
	t.Helper()
	got, err := w.ours.Compliance(t.Context(), w.tree, standingTypes)
	if err != nil {
		t.Fatal(when, err)
	}
	want, err := w.memory.Compliance(t.Context(), w.tree, standingTypes)
	if err != nil {
		t.Fatal(when, err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(odg.Standing{})); diff != "" {
		t.Fatalf("%s: another summary:\n%s", when, diff)
	}
	return got
}

// Summaries of random worlds, as they are kept, are those that judge every finding: when
// everything is settled, when it is not, and when decisions have ended.
func TestStandingsAreThoseOfJudging(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	cfg := parseFindings(t, standingConfig)
	kept, seen := 0, map[string]bool{}
	plain := open(t, postgres.Config{})
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 7))
		now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
		core := odg.Config{Findings: cfg, Now: func() time.Time { return now }, PeerScopes: seed%5 == 0}
		db, other := plain.WithRules(cfg, rescore.Options{PeerScopes: core.PeerScopes}), memory.New()
		empty(t, plain)
		tree, entries := randomTree(t, r, seed)
		w := summarised{odg.New(db, core), odg.New(other, core), tree}
		for _, s := range []store.Store{db, other} {
			for _, e := range entries {
				_, err := s.Upsert(t.Context(), []metadata.Entry{e}, store.UpsertOptions{Now: now})
				is.NoErr(err)
			}
		}
		w.compare(t, fmt.Sprintf("seed %d, not settled", seed))
		_, err := db.Settle(t.Context(), now)
		is.NoErr(err)
		if isKept(t, db, now, tree) {
			kept++
		}
		for _, c := range w.compare(t, fmt.Sprintf("seed %d", seed)) {
			for _, a := range c.Artefacts {
				for _, s := range a.Standings {
					seen[s.Categorisation] = true
				}
			}
		}
		now = now.AddDate(0, 0, 2) // some decisions have ended
		w.compare(t, fmt.Sprintf("seed %d, later", seed))
		_, err = db.Settle(t.Context(), now)
		is.NoErr(err)
		w.compare(t, fmt.Sprintf("seed %d, later and settled", seed))
	}
	is.Equal(kept, 60)
	for _, categorisation := range []string{"HIGH", "LOW", "later", "violation", "ODD", odg.Clean, odg.Unknown} {
		if !seen[categorisation] {
			t.Errorf("no world has %s", categorisation)
		}
	}
}

// isKept tells if a store answers by itself.
func isKept(t *testing.T, s *postgres.Store, now time.Time, tree []*component.Descriptor) bool {
	t.Helper()
	for _, err := range s.Standings(t.Context(), standingQuery(now, tree)) {
		if err != nil {
			return false
		}
	}
	return true
}

func standingQuery(now time.Time, tree []*component.Descriptor) store.StandingQuery {
	q := store.StandingQuery{Now: now, Types: standingTypes, Datasources: []metadata.Datasource{metadata.SourceBDBA}}
	for _, d := range tree {
		c := store.ComponentArtefacts{Name: d.Name, Version: d.Version}
		for _, a := range d.Artefacts() {
			c.Artefacts = append(c.Artefacts, a.ID)
		}
		q.Components = append(q.Components, c)
	}
	return q
}

func empty(t *testing.T, s *postgres.Store) {
	t.Helper()
	var ids []string
	for e, err := range s.Query(t.Context(), store.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e.ID())
	}
	if _, err := s.Delete(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
}

// What is not known to be right is not told.
func TestStandingsThatAreOutdated(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	plain := reopen(t, url, postgres.Config{})
	cfg := parseFindings(t, standingConfig)
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	tree, _ := randomTree(t, rand.New(rand.NewPCG(1, 1)), 1)
	is.True(!isKept(t, plain, now, tree)) // there are no rules
	db := plain.WithRules(cfg, rescore.Options{})
	is.True(!isKept(t, db, now, tree)) // nobody has settled
	_, err := db.Settle(t.Context(), now)
	is.NoErr(err)
	is.True(isKept(t, db, now, tree))
	is.True(!isKept(t, plain.WithRules(parseFindings(t, "[]"), rescore.Options{}), now, tree)) // other rules
	decided := fact(t, artefact.ID{}, metadata.SourceDashboard, metadata.TypeRescoring, metadata.CustomRescoring{
		Finding: metadata.ObjectOf(metadata.VulnerabilityRef{PackageName: "p", CVE: "CVE-1"}), ReferencedType: metadata.TypeVulnerability,
		Severity: "NONE", User: metadata.ObjectOf(metadata.User{Username: "ada", Type: "user"}),
	})
	_, err = plain.Upsert(t.Context(), []metadata.Entry{decided}, store.UpsertOptions{Now: now})
	is.NoErr(err)
	is.True(!isKept(t, db, now, tree)) // somebody without rules has decided
	_, err = db.Settle(t.Context(), now)
	is.NoErr(err)
	is.True(isKept(t, db, now, tree))
	odd := standingQuery(now, tree)
	odd.Components[0].Name = "a\x00b"
	for _, err := range db.Standings(t.Context(), odd) {
		is.True(err != nil)
	}
	for range db.Standings(t.Context(), standingQuery(now, tree)) {
		break // may be left early
	}
}

// A summary looks up the components that it is about, however many others there are.
func TestStandingsAreLookedUp(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	s := reopen(t, url, postgres.Config{}).WithRules(parseFindings(t, standingConfig), rescore.Options{})
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	tree, _ := randomTree(t, rand.New(rand.NewPCG(1, 1)), 1)
	var all []metadata.Entry
	for i := range 200 {
		id := tree[0].Artefacts()[0].ID
		id.ComponentName = new(fmt.Sprintf("acme.org/c%d", i))
		all = append(all, fact(t, id, metadata.SourceBDBA, metadata.TypeScanInfo, map[string]any{}))
		for n := range 40 {
			all = append(all, fact(t, id, metadata.SourceBDBA, metadata.TypeVulnerability, metadata.VulnerabilityFinding{
				Severity: "LOW", PackageName: "p", CVE: fmt.Sprintf("CVE-%d", n), CVSSScore: new(metadata.Number(7)),
			}))
		}
	}
	_, err := s.Upsert(t.Context(), all, store.UpsertOptions{Now: now})
	is.NoErr(err)
	conn := connect(t, url)
	_, err = conn.Exec(t.Context(), "VACUUM ANALYZE")
	is.NoErr(err)
	text, args := s.StandingStatement(standingQuery(now, tree))
	plan := explain(t, conn, "EXPLAIN "+text, args)
	for _, table := range []string{"odg_effective", "artefact_metadata"} {
		if strings.Contains(plan, "Seq Scan on "+table) {
			t.Errorf("the whole of %s is read:\n%s", table, plan)
		}
	}
}

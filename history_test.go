package odg_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// era is a core whose clock is set by hand.
type era struct {
	*odg.Core
	t   *testing.T
	now time.Time
}

func newEra(t *testing.T) *era {
	e := &era{t: t}
	e.Core = newCore(t, findingsCfg, func(c *odg.Config) { c.Now = func() time.Time { return e.now } })
	return e
}

// day is a day of the year in which the finding of the example is due on the first of
// December.
func day(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 12, 0, 0, 0, time.UTC)
}

func (e *era) found(at time.Time, entries ...metadata.Entry) {
	e.t.Helper()
	e.now = at
	put(e.t, e.Core, entries...)
}

func (e *era) decided(at time.Time, by string, rescorings ...metadata.Entry) {
	e.t.Helper()
	e.now = at
	if err := e.Rescore(store.By(e.t.Context(), store.Act{Who: by, Request: "r1"}), rescorings); err != nil {
		e.t.Fatal(err)
	}
}

func (e *era) gone(at time.Time, entries ...metadata.Entry) {
	e.t.Helper()
	e.now = at
	if err := e.DeleteMetadata(e.t.Context(), entries); err != nil {
		e.t.Fatal(err)
	}
}

func (e *era) evidence(released, asOf time.Time) odg.Evidence {
	e.t.Helper()
	evidence, err := e.SLA(e.t.Context(), odg.Release{Components: []*component.Descriptor{shop("1.0.0")}, Released: released, AsOf: asOf})
	if err != nil {
		e.t.Fatal(err)
	}
	return evidence
}

// anyVersion is the scope of a decision about all versions of the image.
func anyVersion() artefact.ID {
	scope := image("1.0.0")
	scope.ComponentVersion, scope.Artefact.Version = nil, nil
	return scope
}

func TestWhatWasOverdueAtARelease(t *testing.T) {
	t.Parallel()
	released := day(12, 15)
	finding := vulnerability(image("1.0.0"))
	for name, c := range map[string]struct {
		happened  func(t *testing.T, e *era)
		asOf      time.Time
		then, now int
	}{
		"nothing was known": {func(*testing.T, *era) {}, time.Time{}, 0, 0},
		"it was known": {func(_ *testing.T, e *era) {
			e.found(day(11, 1), finding)
		}, time.Time{}, 1, 1},
		"it was found later": {func(_ *testing.T, e *era) {
			e.found(day(12, 20), finding)
		}, time.Time{}, 0, 1},
		"it was found later, and has gone since": {func(_ *testing.T, e *era) {
			e.found(day(12, 20), finding)
			e.gone(day(12, 24), finding)
		}, time.Time{}, 0, 1},
		"it was known, and has gone since": {func(_ *testing.T, e *era) {
			e.found(day(11, 1), finding)
			e.gone(day(12, 24), finding)
		}, time.Time{}, 1, 1},
		"it had gone before": {func(_ *testing.T, e *era) {
			e.found(day(11, 1), finding)
			e.gone(day(12, 10), finding)
		}, time.Time{}, 0, 0},
		"it was decided in time": {func(t *testing.T, e *era) {
			e.found(day(11, 1), finding)
			e.decided(day(11, 20), "ada", rescoring(t, anyVersion(), "NONE", "ada"))
		}, time.Time{}, 0, 0},
		"it was decided in time, and that was taken back since": {func(t *testing.T, e *era) {
			e.found(day(11, 1), finding)
			e.decided(day(11, 20), "ada", rescoring(t, anyVersion(), "NONE", "ada"))
			e.gone(day(12, 20), rescoring(t, anyVersion(), "NONE", "ada"))
		}, time.Time{}, 0, 0},
		"it was decided in time, and made anew since": {func(t *testing.T, e *era) {
			e.found(day(11, 1), finding)
			e.decided(day(11, 20), "ada", rescoring(t, anyVersion(), "NONE", "ada"))
			e.decided(day(12, 20), "ada", rescoring(t, anyVersion(), "NONE", "ada"))
		}, time.Time{}, 0, 0},
		"it was decided later with an earlier date": {func(t *testing.T, e *era) {
			e.found(day(11, 1), finding)
			backdated := rescoring(t, anyVersion(), "NONE", "ada")
			backdated.Meta.CreationDate = "2026-11-20T12:00:00"
			e.found(day(12, 20), backdated)
		}, time.Time{}, 1, 0},
		"the scanner has thought better of it since": {func(t *testing.T, e *era) {
			e.found(day(11, 1), finding)
			e.found(day(12, 20), with(t, image("1.0.0"), "CVE-2024-1", "NONE"))
		}, time.Time{}, 1, 0},
		"it was known a day later": {func(_ *testing.T, e *era) {
			e.found(day(12, 16), finding)
		}, day(12, 16), 1, 1},
		"it was not known two weeks before": {func(_ *testing.T, e *era) {
			e.found(day(12, 2), finding)
		}, day(12, 1), 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			e := newEra(t)
			e.found(day(1, 1), scanned(t, image("1.0.0")))
			c.happened(t, e)
			evidence := e.evidence(released, c.asOf)
			is.Equal(len(evidence.Then.Violations), c.then)
			is.Equal(len(evidence.Now.Violations), c.now)
			is.Equal(evidence.Overdue(), c.then+c.now > 0)
			is.True(!evidence.Unable())
			is.Equal(evidence.Released, released)
			is.True(evidence.Began.IsZero())
		})
	}
}

func TestEvidenceOfWhatNobodyLookedAt(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	e := newEra(t)
	evidence := e.evidence(day(12, 15), time.Time{})
	is.True(evidence.Unable())
	is.Equal(cmp.Diff(evidence.Unscanned, []odg.Unscanned{{Artefact: image("1.0.0"), Service: "bdba"}}), "")
	e.found(day(12, 20), with(t, image("1.0.0"), "CVE-2024-2", "HUGE"), scanned(t, image("1.0.0")))
	evidence = e.evidence(day(12, 15), time.Time{})
	is.True(evidence.Unable())
	is.Equal(len(evidence.Then.Unable), 0)
	is.Equal(len(evidence.Now.Unable), 1)
	is.Equal(len(evidence.Unscanned), 0)

	none, err := newCore(t, "[]").SLA(t.Context(), odg.Release{})
	is.NoErr(err)
	is.True(none.Unable())
}

func TestHistoryOfAFinding(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	e := newEra(t)
	finding := vulnerability(image("1.0.0"))
	other := rescoring(t, image("2.0.0"), "NONE", "eve") // of another version
	e.found(day(11, 1), finding, with(t, image("1.0.0"), "CVE-2024-2", "HIGH"))
	e.decided(day(11, 20), "ada", rescoring(t, anyVersion(), "NONE", "ada"), other)
	e.gone(day(12, 1), rescoring(t, anyVersion(), "NONE", "ada"))
	e.gone(day(12, 2), finding)

	life, err := e.History(t.Context(), finding.ID())
	is.NoErr(err)
	is.Equal(len(life.Finding), 1)
	is.Equal(len(life.Decisions), 1)
	is.Equal(life.Finding[0].Began, store.Turn{What: store.Inserted, Act: store.Act{At: day(11, 1), Who: "bdba"}})
	is.Equal(life.Finding[0].Ended, store.Turn{What: store.Deleted, Act: store.Act{At: day(12, 2), Who: "bdba"}})
	is.Equal(life.Decisions[0].Began, store.Turn{What: store.Inserted, Act: store.Act{At: day(11, 20), Who: "ada", Request: "r1"}})
	is.Equal(life.Decisions[0].Ended.Who, "delivery-dashboard")
	is.True(!life.Truncated)

	for _, id := range []string{"unknown", other.ID()} {
		_, err = e.History(t.Context(), id)
		is.True(errors.Is(err, explain.ErrNoFinding))
	}
}

func TestAsOf(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	e := newEra(t)
	finding := vulnerability(image("1.0.0"))
	e.found(day(11, 1), finding, scanned(t, image("1.0.0")))
	e.decided(day(11, 20), "ada", rescoring(t, anyVersion(), "NONE", "ada"))
	count := func(q store.Query, at time.Time) (n int) {
		for _, err := range e.AsOf(t.Context(), q, at) {
			is.NoErr(err)
			n++
		}
		return n
	}
	is.Equal(count(store.Query{}, day(11, 19)), 1)
	is.Equal(count(store.Query{}, day(11, 20)), 2)
	of := store.Query{Artefacts: []store.Selector{{ID: image("1.0.0")}}}
	is.Equal(count(of, day(11, 20)), 2) // decisions of a wider scope, too, where no type is asked for
	of.Types = vulnerabilities
	is.Equal(count(of, day(11, 20)), 1)
}

// forgetful is a store without a history.
type forgetful struct{ store.Store }

func TestStoresWithoutAHistory(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	core := odg.New(forgetful{memory.New()}, odg.Config{Findings: configured(t)})
	_, err := core.History(context.Background(), "x")
	is.True(errors.Is(err, store.ErrNoHistory))
	_, err = core.SLA(context.Background(), odg.Release{})
	is.True(errors.Is(err, store.ErrNoHistory))
	for _, err := range core.AsOf(context.Background(), store.Query{}, noon) {
		is.True(errors.Is(err, store.ErrNoHistory))
	}
}

func configured(t *testing.T) *findingcfg.Config {
	t.Helper()
	cfg, _, err := findingcfg.Parse("findings-cfg.yaml", []byte(findingsCfg), findingcfg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

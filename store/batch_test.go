package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

var now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// info makes a scan info of a version, with a discovery date.
func info(version string, discovered metadata.Date) metadata.Entry {
	e := scanInfo(new("acme.org/shop"), &version)
	e.DiscoveryDate = discovered
	return e
}

func TestBatchAsksForWhatItNeeds(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	known, first, second := info("1", ""), info("2", ""), info("3", "")
	other := info("4", "")
	other.Meta.Datasource = "x"
	rule := metadata.Retention{}
	opts := store.UpsertOptions{Now: now, Retention: func(metadata.Type) metadata.Retention { return rule }}
	b, err := store.NewBatch([]metadata.Entry{known, first, second, other, first}, opts)
	is.NoErr(err)
	is.Equal(b.IDs(), []string{known.ID(), first.ID(), second.ID(), other.ID()})

	stored := map[string]metadata.Entry{known.ID(): known}
	want := []store.Wanted{
		{ReuseKey: metadata.ReuseKey(first), Datasource: metadata.SourceOSID}, {ReuseKey: metadata.ReuseKey(first), Datasource: "x"},
	}
	is.Equal(cmp.Diff(want, b.Wanted(stored)), "") // one for all versions, none for what is known
	rule.MaxReuse = time.Hour
	want[0].Since, want[1].Since = now.Add(-time.Hour), now.Add(-time.Hour)
	is.Equal(cmp.Diff(want, b.Wanted(stored)), "")
	rule.Disabled = true
	is.Equal(len(b.Wanted(stored)), 0)
}

func TestBatchRefusesReferences(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	e := info("1", "")
	e.Artefact.References = []artefact.ID{{}}
	_, err := store.NewBatch([]metadata.Entry{info("1", ""), e}, store.UpsertOptions{})
	is.True(errors.Is(err, store.ErrReferences))
	is.True(strings.Contains(err.Error(), "entry 1")) // says which
}

func TestCandidates(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	w := store.Wanted{Datasource: metadata.SourceOSID}
	for _, c := range []struct {
		discovered metadata.Date
		updated    metadata.Timestamp
		since      time.Time
		want       bool
	}{
		{"2025-01-01", "", time.Time{}, true},
		{"", "2026-01-15T12:00:00", time.Time{}, false},
		{"2025-01-01", "2026-01-15T12:00:00", now, true},
		{"2025-01-01", "2026-01-15T14:00:00+02:00", now, true},
		{"2025-01-01", "2026-01-15T11:59:59.999999", now, false},
		{"2025-01-01", "soon", now, false},
	} {
		e := info("1", c.discovered)
		e.Meta.LastUpdate = c.updated
		w.Since = c.since
		got, ok := w.Candidate(e)
		is.Equal(ok, c.want)
		is.Equal(got, metadata.Candidate{LastUpdate: c.updated, DiscoveryDate: c.discovered})
	}
	w.Since = time.Time{}
	other := info("1", "2025-01-01")
	other.Meta.Datasource = "x"
	_, ok := w.Candidate(other)
	is.True(!ok)

	older, newer := metadata.Candidate{LastUpdate: "2025"}, metadata.Candidate{LastUpdate: "2026", DiscoveryDate: "2026-01-01"}
	is.True(store.Prefer(newer, older))
	is.True(!store.Prefer(older, newer))
	early := metadata.Candidate{LastUpdate: "2026", DiscoveryDate: "2025-12-31"}
	is.True(store.Prefer(early, newer))
	is.True(!store.Prefer(newer, newer))
}

func TestPlanOrder(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	stored := info("2", "2025-01-01")
	b, err := store.NewBatch([]metadata.Entry{info("1", "2026-01-01"), info("2", "2026-01-01"), info("1", "2025-06-01"), info("3", "")},
		store.UpsertOptions{Now: now})
	is.NoErr(err)
	known := map[string]metadata.Entry{stored.ID(): stored}
	wanted := b.Wanted(known)
	is.Equal(len(wanted), 1)
	rows, err := b.Plan(known, map[store.Wanted]metadata.Candidate{wanted[0]: {DiscoveryDate: "2024-01-01"}})
	is.NoErr(err)
	got := []string{}
	for _, r := range rows {
		is.Equal(r.ID, r.Entry.ID())
		is.Equal(r.ReuseKey, metadata.ReuseKey(r.Entry))
		got = append(got, *r.Entry.Artefact.ComponentVersion+" "+string(r.Entry.DiscoveryDate))
	}
	is.Equal(got, []string{"1 2024-01-01", "2 2025-01-01", "3 2024-01-01"})
	is.Equal([]bool{rows[0].New, rows[1].New, rows[2].New}, []bool{true, false, true})
}

func TestConflict(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	text, null := scanInfo(new("c"), new("None")), scanInfo(new("c"), nil)
	b, err := store.NewBatch([]metadata.Entry{null}, store.UpsertOptions{Now: now})
	is.NoErr(err)
	_, err = b.Plan(map[string]metadata.Entry{text.ID(): text}, nil)
	is.True(errors.Is(err, store.ErrConflict))
	for _, part := range []string{text.ID(), `stored is {"component_name":"c","component_version":"None"`, `refused is {"component_name":"c","component_version":null`} {
		is.True(strings.Contains(err.Error(), part))
	}
}

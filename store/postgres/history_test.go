package postgres_test

import (
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
)

func history(t *testing.T, s *postgres.Store, ids ...string) (list []store.Version) {
	t.Helper()
	for v, err := range s.History(t.Context(), store.HistoryQuery{Query: store.Query{IDs: ids}}) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	return list
}

func asOf(t *testing.T, s *postgres.Store, at time.Time) map[string]metadata.Entry {
	t.Helper()
	found := map[string]metadata.Entry{}
	for e, err := range s.AsOf(t.Context(), store.Query{}, at) {
		if err != nil {
			t.Fatal(err)
		}
		found[e.ID()] = e
	}
	return found
}

// What an existing installation has stored counts from when it says that it was made,
// and what its servers go on changing has a history, too.
func TestHistoryOfExistingServers(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	conn := connect(t, url)
	exec(t, conn, existingTable)
	old := batch("web", "1", 1)[0]
	exec(t, conn, existingInsert, old.ID(), "1", "2024-05-01", "2025-02-01T00:00:00")
	s := reopen(t, url, postgres.Config{})
	began, err := s.HistoryBegan(t.Context())
	is.NoErr(err)
	is.True(!began.IsZero())
	made := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	is.Equal(len(asOf(t, s, made.Add(-1))), 0)
	is.Equal(len(asOf(t, s, made)), 1)
	is.Equal(history(t, s)[0].Began, store.Turn{What: store.Adopted, Act: store.Act{At: made}})

	// Found again: no version. Changed: one. Made anew, as rescorings are: deleted and inserted.
	exec(t, conn, `UPDATE artefact_metadata SET meta = (replace(meta::text, '2025-02', '2025-03'))::json WHERE id = $1`, old.ID())
	is.Equal(len(history(t, s)), 1)
	const change = `UPDATE artefact_metadata SET data = (replace(data::text, 'HIGH', 'LOW'))::json WHERE id = $1`
	exec(t, conn, change, old.ID())
	exec(t, conn, change, old.ID()) // as it is
	tx, err := conn.Begin(t.Context())
	is.NoErr(err)
	exec(t, conn, "DELETE FROM artefact_metadata WHERE id = $1", old.ID())
	exec(t, conn, existingInsert, old.ID(), "1", "2024-05-01", "2025-04-01T00:00:00")
	is.NoErr(tx.Commit(t.Context()))
	exec(t, conn, "DELETE FROM artefact_metadata WHERE id = $1", old.ID())
	var whats []store.What
	life := history(t, s, old.ID())
	for i, v := range life {
		whats = append(whats, v.Began.What, v.Ended.What)
		is.True(!v.Ended.At.Before(v.Began.At))
		is.Equal(v.Began.Who+v.Ended.Who, "")
		is.True(i == 0 || v.Began.At.Equal(life[i-1].Ended.At))
	}
	is.Equal(whats, []store.What{store.Adopted, store.Changed, store.Changed, store.Changed, store.Changed, store.Deleted})
	is.True(strings.Contains(string(life[0].Entry.Data.Raw()), "HIGH"))
	is.True(strings.Contains(string(life[1].Entry.Data.Raw()), "LOW"))
	is.True(life[1].Began.At.After(began))
	is.Equal(len(asOf(t, s, life[1].Began.At)), 1)
	is.Equal(len(asOf(t, s, time.Now())), 0)
}

// What our servers and others do in turn is one history.
func TestHistoryOfBoth(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	s := reopen(t, url, postgres.Config{Now: func() time.Time { return now.Add(time.Hour) }})
	conn := connect(t, url)
	e := batch("web", "1", 1)[0]
	_, err := s.Upsert(store.By(t.Context(), store.Act{At: now, Who: "ada"}), []metadata.Entry{e}, store.UpsertOptions{Now: now})
	is.NoErr(err)
	exec(t, conn, `UPDATE artefact_metadata SET discovery_date = '2026-01-01' WHERE id = $1`, e.ID())
	_, err = s.Delete(store.By(t.Context(), store.Act{Who: "bob"}), []string{e.ID()})
	is.NoErr(err)
	life := history(t, s)
	is.Equal(len(life), 2)
	is.Equal(life[0].Began, store.Turn{What: store.Inserted, Act: store.Act{At: now, Who: "ada"}})
	is.Equal(life[0].Ended.What, store.Changed)
	is.Equal(life[0].Ended.Who, "")
	is.Equal(life[0].Entry.DiscoveryDate, metadata.Date("2026-01-10"))
	is.Equal(life[1].Entry.DiscoveryDate, metadata.Date("2026-01-01"))
	is.Equal(life[1].Ended.Who, "bob")
	is.Equal(life[1].Ended.At, life[0].Ended.At) // not before the change, whatever the clock says
	began, err := s.HistoryBegan(t.Context())
	is.NoErr(err)
	is.True(began.IsZero()) // nothing was stored before
}

func TestHistoryIsOnlyAddedTo(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	s := reopen(t, url, postgres.Config{})
	conn := connect(t, url)
	e := batch("web", "1", 1)[0]
	put(t, s, e)
	_, err := s.Delete(t.Context(), []string{e.ID()})
	is.NoErr(err)
	for _, statement := range []string{
		"UPDATE odg_history SET data = '{}'", "DELETE FROM odg_history", "TRUNCATE odg_history",
		"UPDATE odg_act SET who = 'eve'", "DELETE FROM odg_act", "TRUNCATE odg_act",
	} {
		_, err := conn.Exec(t.Context(), statement)
		is.True(err != nil && strings.Contains(err.Error(), "only ever added to")) // statement
	}
	is.Equal(len(history(t, s)), 1)
}

// A database of an earlier version is brought up to date with all that it has.
func TestHistoryOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	s := reopen(t, url, postgres.Config{})
	entries := batch("web", "1", 3)
	entries[1].Meta.CreationDate = "no time"
	put(t, s, entries...)
	is.NoErr(s.MigrateTo(t.Context(), 5))
	is.NoErr(s.Close())

	s = reopen(t, url, postgres.Config{})
	made := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)
	is.Equal(len(asOf(t, s, made.Add(-1))), 1) // the one of which nobody knows
	is.Equal(len(asOf(t, s, made)), 3)
	is.Equal(history(t, s)[0].Began, store.Turn{What: store.Adopted})
	began, err := s.HistoryBegan(t.Context())
	is.NoErr(err)
	is.True(!began.IsZero())
}

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
)

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		url  string
		says string
		is   error
	}{
		"no url":         {"postgresql://u:secret@host:notaport/db", "port", nil},
		"nobody listens": {"postgresql+psycopg://u:secret@127.0.0.1:1/db?connect_timeout=2", "database db on 127.0.0.1", store.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, err := postgres.Open(t.Context(), c.url, postgres.Config{RetryFor: -1})
			is.True(err != nil)
			is.True(strings.Contains(err.Error(), c.says))
			is.True(!strings.Contains(err.Error(), "secret")) // no password
			is.True(c.is == nil || errors.Is(err, c.is))
		})
	}
}

func TestBusy(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, postgres.Config{MaxConns: 2, AcquireTimeout: 50 * time.Millisecond})
	put(t, s, batch("web", "1", 2)...)
	for range s.Query(t.Context(), store.Query{}) {
		for range s.Query(t.Context(), store.Query{}) {
			_, err := s.CountByArtefact(t.Context(), store.Query{})
			is.True(errors.Is(err, store.ErrBusy)) // both connections are in use
			break
		}
		break
	}
	_, err := s.CountByArtefact(t.Context(), store.Query{})
	is.NoErr(err) // they are free again
}

// A server that is restarted or killed while it is written to and read from loses
// nothing that was acknowledged, and nobody notices but by waiting.
func TestRestart(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	server := pgtest.Start(t)
	s := reopen(t, server.URL(t), postgres.Config{RetryFor: time.Minute})
	var done sync.WaitGroup
	stop := make(chan struct{})
	acknowledged := make([]int, 4)
	for w := range acknowledged {
		done.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				n := acknowledged[w]
				entries := batch(fmt.Sprint("web-", w), fmt.Sprint(n), 3)
				if _, err := s.Upsert(t.Context(), entries, store.UpsertOptions{Now: now}); err != nil {
					t.Errorf("upsert: %v", err)
					return
				}
				acknowledged[w]++
				if _, err := s.CountByArtefact(t.Context(), store.Query{Artefacts: []store.Selector{{ID: image("web-0", "0")}}}); err != nil {
					t.Errorf("count: %v", err)
					return
				}
			}
		})
	}
	for range 2 {
		server.Restart(t)
		server.Kill(t)
		server.Up(t)
	}
	close(stop)
	done.Wait()
	stored := all(t, s)
	total := 0
	for w, n := range acknowledged {
		total += 3 * n
		for v := range n {
			for _, e := range batch(fmt.Sprint("web-", w), fmt.Sprint(v), 3) {
				if _, ok := stored[e.ID()]; !ok {
					t.Errorf("acknowledged entry of writer %d, batch %d is missing", w, v)
				}
			}
		}
	}
	is.True(total > 0)
	is.Equal(len(stored), total)
}

// Somebody who takes no locks writes and deletes the same rows.
func TestExistingServerInTheWay(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	s := reopen(t, url, postgres.Config{})
	entries := batch("web", "1", 1)
	id := entries[0].ID()
	conn := connect(t, url)
	stop := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			_, err := conn.Exec(t.Context(), existingInsert+" ON CONFLICT DO NOTHING", id, "1", "2025-01-01", "2025-01-01T00:00:00")
			if err == nil {
				_, err = conn.Exec(t.Context(), "DELETE FROM artefact_metadata WHERE id = $1", id)
			}
			if err != nil {
				t.Errorf("existing server: %v", err)
				return
			}
		}
	})
	for i := range 200 {
		entries[0].Meta.LastUpdate = metadata.Timestamp(fmt.Sprintf("2026-01-11T00:00:%02d.%06d", i%60, i))
		if _, err := s.Upsert(t.Context(), entries, store.UpsertOptions{Now: now}); err != nil {
			t.Fatalf("upsert: %v", err)
		}
	}
	close(stop)
	done.Wait()
	put(t, s, entries...)
	is.Equal(len(all(t, s)), 1)
}

func TestStatementTimeout(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	s := reopen(t, url, postgres.Config{StatementTimeout: 100 * time.Millisecond})
	conn := connect(t, url)
	tx, err := conn.Begin(t.Context())
	is.NoErr(err)
	defer func() { _ = tx.Rollback(t.Context()) }()
	exec(t, conn, "LOCK TABLE artefact_metadata IN ACCESS EXCLUSIVE MODE")
	_, err = s.CountByArtefact(t.Context(), store.Query{})
	is.True(err != nil)
	is.True(strings.Contains(err.Error(), "took longer than 100ms"))
}

// What was restored elsewhere goes on counting where it was, under another name.
func TestFeedOfARestoredDatabase(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	s := reopen(t, url, postgres.Config{})
	put(t, s, batch("web", "1", 2)...)
	cursor := lastCursor(t, s, "")
	is.NoErr(s.Close())
	conn := connect(t, url)
	exec(t, conn, "UPDATE artefact_metadata SET change = change + 1000000000") // the other cluster was older
	exec(t, conn, "UPDATE odg_state SET feed = gen_random_uuid()")
	s = reopen(t, url, postgres.Config{})
	for _, err := range s.Changes(t.Context(), cursor, nil) {
		is.True(errors.Is(err, store.ErrCursorGone))
	}
	cursor = lastCursor(t, s, "")
	put(t, s, batch("web", "2", 1)...)
	shown(t, s, cursor, batch("web", "2", 1)[0].ID()) // after the old ones
}

// shown waits until the only change since a cursor is that of an entry.
func shown(t *testing.T, s *postgres.Store, since store.Cursor, id string) {
	t.Helper()
	is := is.New(t)
	deadline := time.Now().Add(20 * time.Second)
	for {
		var ids []string
		for e, err := range s.Changes(t.Context(), since, nil) {
			is.NoErr(err)
			if !e.Mark() {
				ids = append(ids, e.ID)
			}
		}
		if len(ids) > 0 {
			is.Equal(ids, []string{id})
			return
		}
		is.True(time.Now().Before(deadline)) // the change shows
	}
}

func lastCursor(t *testing.T, s *postgres.Store, since store.Cursor) store.Cursor {
	t.Helper()
	for e, err := range s.Changes(t.Context(), since, nil) {
		if err != nil {
			t.Fatal(err)
		}
		since = e.Cursor
	}
	return since
}

// Tables that somebody alters while statements are prepared are read on.
func TestAlteredTable(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	s := reopen(t, url, postgres.Config{MaxConns: 2})
	conn := connect(t, url)
	for range 3 {
		put(t, s, batch("web", "1", 2)...)
		is.Equal(len(all(t, s)), 2)
		exec(t, conn, "ALTER TABLE artefact_metadata ALTER COLUMN artefact_kind TYPE text")
		put(t, s, batch("web", "1", 2)...)
		is.Equal(len(all(t, s)), 2)
		exec(t, conn, "ALTER TABLE artefact_metadata ALTER COLUMN artefact_kind TYPE varchar(32)")
	}
}

// A search that PostgreSQL would need minutes for is given up there too.
func TestCanceledSearchEndsOnTheServer(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	s := reopen(t, url, postgres.Config{})
	conn := connect(t, url)
	tx, err := conn.Begin(t.Context())
	is.NoErr(err)
	defer func() { _ = tx.Rollback(t.Context()) }()
	exec(t, conn, "LOCK TABLE artefact_metadata IN ACCESS EXCLUSIVE MODE")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = s.CountByArtefact(ctx, store.Query{})
	is.True(errors.Is(err, context.DeadlineExceeded))
	deadline := time.Now().Add(20 * time.Second)
	for {
		var active int
		is.NoErr(tx.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'`).Scan(&active))
		if active == 0 {
			return
		}
		is.True(time.Now().Before(deadline)) // the statement ends
	}
}

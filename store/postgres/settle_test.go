package postgres_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
)

// everywhere makes count findings about one CVE in one package, in many components and
// versions.
func everywhere(t testing.TB, count int) []metadata.Entry {
	t.Helper()
	data, err := metadata.NewPayload(metadata.TypeVulnerability, json.RawMessage(fmt.Sprintf(vulnerability, 0, 0, 0)))
	if err != nil {
		t.Fatal(err)
	}
	entries := make([]metadata.Entry, count)
	for i := range entries {
		e := batch(fmt.Sprint("image-", i%10), fmt.Sprint(i/10%20), 1)[0]
		e.Artefact.ComponentName = new(fmt.Sprint("acme.org/component-", i/200))
		e.Data = data
		entries[i] = e
	}
	return entries
}

// Findings that were there before anybody said by which rules they stand are judged, as
// after the first start. One decision about all of them is visible when it is there, and
// settled soon after. 6,000 findings; with ODG_FULL_SIZE=1 100,000, in less than 10 s.
func TestOneDecisionForMany(t *testing.T) {
	is := is.New(t)
	count := 6000
	full := os.Getenv("ODG_FULL_SIZE") != ""
	if full {
		count = 100_000
	}
	url := pgtest.URL(t)
	plain := reopen(t, url, postgres.Config{})
	s := plain.WithRules(rulesets(t)[4].findings, rescore.Options{})
	entries := everywhere(t, count)
	for at := 0; at < count; at += 5000 {
		put(t, plain, entries[at:min(at+5000, count)]...)
	}
	put(t, plain, batch("web", "1", 100)...) // about other things, but for the first
	start := time.Now()
	n, err := s.Settle(t.Context(), now)
	is.NoErr(err)
	is.Equal(n, count+100)
	t.Logf("%d findings: judged for the first time in %.2f s", n, time.Since(start).Seconds())

	start = time.Now()
	put(t, s, decisions(1)...)
	decided := time.Since(start)
	subject, _ := postgres.SubjectOf(entries[0])
	stale, expired, outdated, err := s.Stale(t.Context(), now)
	is.NoErr(err)
	is.Equal(stale, [][16]byte{subject}) // readers judge what is about it
	is.True(!expired && !outdated)

	start = time.Now()
	n, err = s.Settle(t.Context(), now)
	is.NoErr(err)
	settled := time.Since(start)
	is.Equal(n, count+1)
	conn := connect(t, url)
	var changed int
	is.NoErr(conn.QueryRow(t.Context(), "SELECT count(*) FROM odg_effective WHERE severity = 'LOW'").Scan(&changed))
	is.Equal(changed, count+1)
	t.Logf("%d findings: decided in %.2f s, settled in %.2f s", count, decided.Seconds(), settled.Seconds())
	is.True(!full || settled < 10*time.Second)

	// Without it they are as before.
	remove(t, s, decisions(1))
	_, err = s.Settle(t.Context(), now)
	is.NoErr(err)
	is.NoErr(conn.QueryRow(t.Context(), "SELECT count(*) FROM odg_effective WHERE severity = 'LOW'").Scan(&changed))
	is.Equal(changed, 0)
}

// severities counts the findings that are kept by severity.
func severities(t testing.TB, conn *pgx.Conn) map[string]int {
	t.Helper()
	rows, err := conn.Query(t.Context(), "SELECT severity, count(*) FROM odg_effective GROUP BY 1")
	check(t, err)
	counts := map[string]int{}
	var severity string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&severity, &n}, func() error {
		counts[severity] = n
		return nil
	})
	check(t, err)
	return counts
}

// What an existing server has left is judged after it was adopted, and so is what an
// earlier version has, which did not keep what rescorings are about.
func TestAdoptedFindingsAreSettled(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	conn := connect(t, url)
	exec(t, conn, existingTable)
	exec(t, conn, existingInsert, batch("web", "1", 1)[0].ID(), "1", "2025-01-01", "2025-01-01T00:00:00")
	plain := reopen(t, url, postgres.Config{})
	put(t, plain, batch("web", "2", 2)...)
	put(t, plain, decisions(1)...)
	is.Equal(len(severities(t, conn)), 0) // nobody has said by which rules
	is.NoErr(plain.MigrateTo(t.Context(), 5))
	is.NoErr(plain.Close())

	s := reopen(t, url, postgres.Config{}).WithRules(rulesets(t)[4].findings, rescore.Options{})
	n, err := s.Unsettled(t.Context(), now)
	is.NoErr(err)
	is.Equal(n, 0) // nobody has begun
	n, err = s.Settle(t.Context(), now)
	is.NoErr(err)
	is.Equal(n, 3)
	is.Equal(severities(t, conn), map[string]int{"LOW": 2, "HIGH": 1})
}

// Of two programs with other configurations the one that came last is followed. The other
// goes on writing, and does not undo it.
func TestLastConfigurationIsFollowed(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	plain, rules := reopen(t, url, postgres.Config{}), rulesets(t)
	conn := connect(t, url)
	slower, malware := plain.WithRules(rules[1].findings, rescore.Options{}), plain.WithRules(rules[3].findings, rescore.Options{})
	settle := func(s *postgres.Store) int {
		n, err := s.Settle(t.Context(), now)
		is.NoErr(err)
		return n
	}
	put(t, slower, batch("web", "1", 2)...)
	is.Equal(settle(slower), 0)
	is.Equal(severities(t, conn), map[string]int{"HIGH": 2})
	is.Equal(settle(malware), 2)
	is.Equal(len(severities(t, conn)), 0) // it does not judge vulnerabilities
	is.Equal(settle(slower), 0)           // it came first, and leaves that to others
	put(t, slower, batch("web", "2", 1)...)
	is.Equal(settle(slower), 0)
	left, err := malware.Unsettled(t.Context(), now)
	is.NoErr(err)
	is.Equal(left, 1)
	is.Equal(settle(malware), 1)
	is.Equal(len(severities(t, conn)), 0)
	is.Equal(settle(plain.WithRules(rules[1].findings, rescore.Options{})), 3) // it was started anew
	is.Equal(severities(t, conn), map[string]int{"HIGH": 3})
}

// A server that is killed while a decision is settled leaves findings as they were or as
// they will be, and what is left is found again.
func TestSettleGoesOnAfterACrash(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	const count = 600
	server := pgtest.Start(t)
	url := server.URL(t)
	s := reopen(t, url, postgres.Config{RetryFor: -1}).WithRules(rulesets(t)[4].findings, rescore.Options{}).InPortions(10, 7, 2)
	put(t, s, everywhere(t, count)...)
	_, err := s.Settle(t.Context(), now)
	is.NoErr(err)
	put(t, s, decisions(1)...)
	for broken := 0; broken < 3; broken++ {
		conn := connect(t, url)
		before := severities(t, conn)["LOW"]
		failed := make(chan error)
		go func() {
			_, err := s.Settle(t.Context(), now)
			failed <- err
		}()
		for severities(t, conn)["LOW"] == before {
			continue
		}
		server.Kill(t)
		is.True(<-failed != nil)
		server.Up(t)
		conn = connect(t, url)
		got := severities(t, conn)
		is.Equal(got["LOW"]+got["HIGH"], count)
		is.Equal(got["LOW"]%7, 0) // whole portions
		is.True(got["LOW"] > before)
		is.True(got["HIGH"] > 0)
		var marks int
		is.NoErr(conn.QueryRow(t.Context(), "SELECT count(*) FROM odg_stale").Scan(&marks))
		is.Equal(marks, 1)
	}
	_, err = s.Settle(t.Context(), now)
	is.NoErr(err)
	is.Equal(severities(t, connect(t, url)), map[string]int{"LOW": count})
}

// A decision, and what it changes, are stored together or not at all.
func TestDecisionsAreNotHalfTaken(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	server := pgtest.Start(t)
	url := server.URL(t)
	s := reopen(t, url, postgres.Config{RetryFor: -1}).WithRules(rulesets(t)[4].findings, rescore.Options{})
	const count = 300
	put(t, s, everywhere(t, count)...)
	_, err := s.Settle(t.Context(), now)
	is.NoErr(err)
	decision := decisions(1)
	for range 4 {
		failed := make(chan error)
		var taken atomic.Int64
		go func() {
			for {
				_, err := s.Upsert(t.Context(), decision, store.UpsertOptions{Now: now})
				if err == nil {
					taken.Add(1)
					_, err = s.Delete(t.Context(), []string{decision[0].ID()})
				}
				if err != nil {
					failed <- err
					return
				}
			}
		}()
		for taken.Load() < 3 {
			runtime.Gosched()
		}
		server.Kill(t)
		is.True(<-failed != nil)
		server.Up(t)
		conn := connect(t, url)
		want := map[string]int{"HIGH": count}
		var stored bool
		is.NoErr(conn.QueryRow(t.Context(), "SELECT EXISTS (SELECT 1 FROM artefact_metadata WHERE type = 'rescorings')").Scan(&stored))
		if stored {
			want = map[string]int{"LOW": count}
		}
		is.Equal(severities(t, conn), want)
	}
}

// What is left is counted, whatever the reason, and this process is told when it has
// decided something.
func TestUnsettled(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	plain, rules := open(t, postgres.Config{Now: func() time.Time { return now }}), rulesets(t)
	s := plain.WithRules(rules[4].findings, rescore.Options{}).InPortions(1, 2, 2)
	left := func(s *postgres.Store, at time.Time) int {
		n, err := s.Unsettled(t.Context(), at)
		is.NoErr(err)
		return n
	}
	settle := func(s *postgres.Store) {
		_, err := s.Settle(t.Context(), now)
		is.NoErr(err)
		is.Equal(left(s, now), 0)
	}
	settle(s)
	put(t, s, everywhere(t, 3)...)
	is.Equal(left(s, now), 0)
	put(t, plain, batch("web", "1", 1)...)
	is.Equal(left(s, now), 1) // written by somebody without rules
	settle(s)
	select {
	case <-s.Marked():
		t.Fatal("nothing was decided")
	default:
	}
	ends := decisions(1)
	data, err := metadata.NewPayload(metadata.TypeRescoring, json.RawMessage(strings.TrimSuffix(string(ends[0].Data.Raw()), "}")+`,"valid_until":"2026-01-16T00:00:00"}`))
	is.NoErr(err)
	ends[0].Data = data
	put(t, s, ends...)
	<-s.Marked()
	is.Equal(left(s, now), 4) // too many for one transaction of so small portions
	settle(s)
	is.Equal(left(s, now.AddDate(0, 0, 1)), 4) // their decision has ended
	other := plain.WithRules(rules[1].findings, rescore.Options{})
	is.Equal(left(other, now), 4)
	settle(other)
	is.Equal(left(plain, now), 0) // no rules, nothing to do
	n, err := plain.Settle(t.Context(), now)
	is.NoErr(err)
	is.Equal(n, 0)
	is.NoErr(plain.Close())
	_, err = s.Settle(t.Context(), now)
	is.True(errors.Is(err, store.ErrClosed))
	_, err = s.Unsettled(t.Context(), now)
	is.True(errors.Is(err, store.ErrClosed))
}

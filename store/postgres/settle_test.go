package postgres_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
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

// One decision about findings everywhere is visible when it is there, and settled soon
// after. 6,000 findings; with ODG_FULL_SIZE=1 100,000, in less than 10 s.
func TestOneDecisionForMany(t *testing.T) {
	is := is.New(t)
	count := 6000
	full := os.Getenv("ODG_FULL_SIZE") != ""
	if full {
		count = 100_000
	}
	url := pgtest.URL(t)
	s := reopen(t, url, postgres.Config{}).WithRules(rulesets(t)[4].findings, rescore.Options{})
	entries := everywhere(t, count)
	for at := 0; at < count; at += 5000 {
		put(t, s, entries[at:min(at+5000, count)]...)
	}
	put(t, s, batch("web", "1", 100)...) // about other things, but for the first
	_, err := s.Settle(t.Context(), now)
	is.NoErr(err)

	start := time.Now()
	put(t, s, decisions(1)...)
	decided := time.Since(start)
	subject, _ := postgres.SubjectOf(entries[0])
	stale, expired, outdated, err := s.Stale(t.Context(), now)
	is.NoErr(err)
	is.Equal(stale, [][16]byte{subject}) // readers judge what is about it
	is.True(!expired && !outdated)

	start = time.Now()
	n, err := s.Settle(t.Context(), now)
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

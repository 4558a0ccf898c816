package sqlite_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

const (
	kills     = 15
	batchSize = 60
	perRound  = 3 // backlog items
)

// step is what a child has done: it wrote the batch of a round, or it added,
// claimed or finished an item (the number n) of it.
type step struct {
	act   string
	round int
	n     int
}

func (s step) String() string { return fmt.Sprintf("%s %d %d", s.act, s.round, s.n) }

func parseStep(t *testing.T, line string) (s step) {
	t.Helper()
	if _, err := fmt.Sscan(line, &s.act, &s.round, &s.n); err != nil {
		t.Fatalf("child said %q: %v", line, err)
	}
	return s
}

// writeForEver writes batches, each of which replaces the one before, and works
// off a backlog. It says so after every commit.
func writeForEver(ctx context.Context, s *sqlite.Store) error {
	q := s.Queue(time.Now)
	for round := 1; ; round++ {
		if _, err := s.Upsert(ctx, roundBatch(round), store.UpsertOptions{Now: now}); err != nil {
			return err
		}
		fmt.Println(step{"wrote", round, 0})
		if _, err := q.Add(ctx, roundItems(round)...); err != nil {
			return err
		}
		fmt.Println(step{"added", round, 0})
		for n := range perRound {
			c, err := q.Claim(ctx, backlog.ClaimRequest{Holder: "child", Lease: time.Hour})
			if err != nil {
				return err
			}
			fmt.Println(step{"claimed", round, n})
			if err := q.Finish(ctx, c); err != nil {
				return err
			}
			fmt.Println(step{"finished", round, n})
		}
	}
}

func roundBatch(round int) []metadata.Entry {
	entries := batch("web", "1", batchSize)
	for i := range entries {
		entries[i].Meta.LastUpdate = metadata.Timestamp(strconv.Itoa(round))
	}
	// One entry of the batch is new in every round.
	return append(entries, batch("round", strconv.Itoa(round), 1)...)
}

func roundItems(round int) []backlog.Item {
	items := make([]backlog.Item, perRound)
	for n := range items {
		items[n] = item(fmt.Sprint(round, "-", n))
	}
	return items
}

// What was acknowledged is there, what was not is there as a whole or not at all.
func TestKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "odg.db")
	r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	for range kills {
		c := start(t, "write", path)
		last := ""
		for range 1 + r.IntN(40) {
			last = c.next(t)
		}
		last = c.kill(t, last)
		t.Logf("killed after %q", last)
		s := reopen(t, path, sqlite.Config{})
		checkAfterKill(t, s, parseStep(t, last))
		clear(t, s)
		is.New(t).NoErr(s.Close())
	}
}

func checkAfterKill(t *testing.T, s *sqlite.Store, last step) {
	t.Helper()
	is := is.New(t)
	var integrity string
	is.NoErr(s.Row(t.Context(), "PRAGMA integrity_check", &integrity))
	is.Equal(integrity, "ok")
	written := checkRounds(t, s)
	is.True(written == last.round || written == last.round+1 && last.act == "finished" && last.n == perRound-1)

	items, err := s.Queue(time.Now).List(t.Context(), all)
	is.NoErr(err)
	claimed := 0
	for _, it := range items {
		if it.ClaimedBy != "" {
			claimed++
		}
	}
	got := [2]int{len(items), claimed}
	possible := map[string][][2]int{ // before and after the step that was not acknowledged
		"wrote":    {{0, 0}, {perRound, 0}},
		"added":    {{perRound, 0}, {perRound, 1}},
		"claimed":  {{perRound - last.n, 1}, {perRound - last.n - 1, 0}},
		"finished": {{perRound - last.n - 1, 0}, {perRound - last.n - 1, 1}},
	}[last.act]
	is.True(got == possible[0] || got == possible[1])
}

// checkRounds checks that the entries are those of one round, and returns it.
func checkRounds(t *testing.T, s *sqlite.Store) int {
	t.Helper()
	is := is.New(t)
	rounds, perRoundEntry := map[metadata.Timestamp]int{}, 0
	for e, err := range s.Query(t.Context(), store.Query{}) {
		is.NoErr(err)
		if *e.Artefact.Artefact.Name == "round" {
			perRoundEntry++
			continue
		}
		rounds[e.Meta.LastUpdate]++
	}
	is.Equal(len(rounds), 1) // all are of one batch
	for round, n := range rounds {
		is.Equal(n, batchSize)
		number, err := strconv.Atoi(string(round))
		is.NoErr(err)
		is.Equal(perRoundEntry, number) // every batch before it is there, too
		return number
	}
	return 0
}

// clear removes what the killed child left.
func clear(t *testing.T, s *sqlite.Store) {
	t.Helper()
	is := is.New(t)
	is.NoErr(s.Exec(t.Context(), "DELETE FROM artefact_metadata"))
	is.NoErr(s.Exec(t.Context(), "DELETE FROM backlog"))
}

// A second process reads whole batches while the first one writes.
func TestReadWhileAnotherProcessWrites(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := filepath.Join(t.TempDir(), "odg.db")
	writer := start(t, "write", path)
	is.Equal(writer.next(t), step{"wrote", 1, 0}.String())
	reader := reopen(t, path, sqlite.Config{ReadOnly: true})
	last := ""
	seen := map[int]bool{}
	for range 25 {
		seen[checkRounds(t, reader)] = true
		for range 2 * perRound {
			last = writer.next(t)
		}
	}
	is.True(len(seen) > 1)
	both := reopen(t, path, sqlite.Config{})
	put(t, both, roundBatch(0)[:1]...) // and both may write
	writer.kill(t, last)
}

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/internal/sqlmatch"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
)

// lab is a database in which one world after the other is played.
type lab struct {
	base    *postgres.Store // without rules
	foreign *pgxpool.Pool   // an existing server
	rules   []ruleset
	clock   atomic.Pointer[time.Time]
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{rules: rulesets(t)}
	l.clock.Store(&now)
	url := pgtest.URL(t)
	l.base = reopen(t, url, postgres.Config{Now: func() time.Time { return *l.clock.Load() }})
	var err error
	if l.foreign, err = pgxpool.New(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.foreign.Close)
	return l
}

// game is a world under way.
type game struct {
	*lab
	t *testing.T
	world
	s    *postgres.Store // by the present rules
	tale []string        // what has happened
}

func (g *game) tell(format string, args ...any) {
	g.tale = append(g.tale, fmt.Sprintf(format, args...))
}

func (l *lab) game(t *testing.T, number int) *game {
	l.clock.Store(&now)
	g := &game{lab: l, t: t, world: world{rand: rand.New(rand.NewPCG(uint64(number), 6)), name: fmt.Sprint("w", number), now: now}}
	g.follow(number % len(l.rules))
	return g
}

func (g *game) follow(n int) {
	g.world.rules = g.lab.rules[n]
	r := g.world.rules
	g.tell("rules %d", n)
	g.s = g.base.WithTypes(r.types).WithRules(r.findings, r.options).InPortions(g.rand.IntN(4), 1+g.rand.IntN(4), 1+g.rand.IntN(3))
}

// writer is the store, or that of another program, which has no rules or others, and the
// types that it knows.
func (g *game) writer() (*postgres.Store, *metadata.Types) {
	switch n := g.rand.IntN(10 * len(g.lab.rules)); {
	case n == 0:
		g.tell("without rules:")
		return g.base.WithTypes(g.world.rules.types), g.world.rules.types
	case n < len(g.lab.rules):
		g.tell("by rules %d:", n)
		r := g.lab.rules[n]
		return g.base.WithTypes(r.types).WithRules(r.findings, r.options), r.types
	}
	return g.s, g.world.rules.types
}

// act is what one writer does.
type act func(ctx context.Context) error

func (g *game) put(renew bool, entries ...metadata.Entry) act {
	s, types := g.writer()
	opts := store.UpsertOptions{Now: g.now, Renew: renew}
	for i, e := range entries {
		entries[i].Data = payloadOf(types, e.Meta.Type, e.Data.Raw())
		g.tell("put %v %s", e.Artefact, e.Data.Raw())
	}
	return func(ctx context.Context) error {
		_, err := s.Upsert(ctx, entries, opts)
		if errors.Is(err, store.ErrConflict) {
			return nil // a key of another configuration
		}
		return err
	}
}

// draw draws what somebody does.
func (g *game) draw() act {
	old, some := g.again()
	switch n := g.rand.IntN(10); {
	case n < 3 || !some:
		return g.put(false, g.finding(), g.finding(), g.finding())
	case n < 5:
		return g.put(n == 3, g.rescoring())
	case n == 5:
		return g.put(g.rand.IntN(2) == 0, g.rescoring(), g.finding(), old, g.rescoring())
	case n == 6:
		s, _ := g.writer()
		ids := []string{old.ID(), oneOf(&g.world, g.made...).ID()}
		g.tell("delete %v", ids)
		return func(ctx context.Context) error {
			_, err := s.Delete(ctx, ids)
			return err
		}
	case n == 7:
		return g.existing(g.finding())
	case n == 8:
		return g.existing(g.rescoring())
	}
	g.tell("existing delete %v", old.ID())
	return func(ctx context.Context) error {
		_, err := g.foreign.Exec(ctx, "DELETE FROM artefact_metadata WHERE id = $1", old.ID())
		return err
	}
}

// existing writes an entry as an existing server does.
func (g *game) existing(e metadata.Entry) act {
	local := e.Artefact.Local()
	g.tell("existing put %v %s", e.Artefact, e.Data.Raw())
	return func(ctx context.Context) error {
		_, err := g.foreign.Exec(ctx, `INSERT INTO artefact_metadata (id, type, component_name, component_version, artefact_kind,
				artefact_name, artefact_version, artefact_type, artefact_extra_id_normalised, artefact_extra_id, meta, data, data_key,
				datasource, referenced_type, discovery_date, allowed_processing_time)
			VALUES ($1, $2, $3, $4, nullif($5, ''), $6, $7, $8, '', '{}', $9, $10, $11, $12, nullif($13, ''), nullif($14, '')::date, $15)
			ON CONFLICT (id) DO UPDATE SET data = excluded.data, meta = excluded.meta`,
			e.ID(), string(e.Meta.Type), e.Artefact.ComponentName, e.Artefact.ComponentVersion, string(e.Artefact.Kind),
			local.Name, local.Version, local.Type, sqlmatch.MetaText(e.Meta), string(e.Data.Raw()), e.DataKeyDigest(),
			string(e.Meta.Datasource), string(e.ReferencedType()), string(e.DiscoveryDate), e.AllowedProcessingTime)
		return err
	}
}

// step is what happens next, and tells if it was too much to hold everything against it.
func (g *game) step() (busy bool) {
	is := is.New(g.t)
	switch g.rand.IntN(8) {
	case 0:
		g.follow(g.rand.IntN(len(g.lab.rules)))
	case 1:
		later := g.now.Add(time.Duration(g.rand.IntN(48)) * time.Hour)
		g.now = later
		g.clock.Store(&later)
		g.tell("now %s", later)
	case 2:
		g.tell("settle")
		_, err := g.s.Settle(g.t.Context(), g.now)
		is.NoErr(err)
	case 3:
		var at sync.WaitGroup
		settling := g.s
		g.tell("at once, with settle:")
		acts := []act{g.draw(), g.draw(), g.draw(), func(ctx context.Context) error {
			_, err := settling.Settle(ctx, g.now)
			return err
		}}
		for _, do := range acts {
			at.Go(func() {
				if err := do(g.t.Context()); err != nil {
					g.t.Error(err)
				}
			})
		}
		at.Wait()
	default:
		is.NoErr(g.draw()(g.t.Context()))
	}
	return false
}

// Whatever happens, what is kept is what the pure functions say: at once, but for what
// readers are told to judge themselves, and altogether after Settle. 300 worlds; with
// ODG_FULL_SIZE=1 10,000.
func TestEffectiveWorlds(t *testing.T) {
	t.Parallel()
	worlds := 300
	if os.Getenv("ODG_FULL_SIZE") != "" {
		worlds = 10_000
	}
	const labs = 4
	for n := range labs {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			for number := n; number < worlds; number += labs {
				g := l.game(t, number)
				for range 12 {
					g.step()
					g.check()
				}
				g.settled()
				g.clear()
			}
		})
	}
}

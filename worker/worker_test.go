package worker_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/worker"
)

func TestScansUntilEmpty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c, s, j := newQueue("a", "b", "c"), newCore(), finds("x", "y"), &journal{}
		_, err := q.Add(t.Context(), backlog.Item{Service: "lint", Artefact: id("c"), Priority: backlog.PriorityHigh})
		is.NoErr(err)
		_, err = q.Add(t.Context(), backlog.Item{Service: "other", Artefact: id("z"), Priority: backlog.PriorityHigh})
		is.NoErr(err)
		cfg := config()
		cfg.Observer = j.observer()
		began := time.Now()
		is.NoErr(worker.New(q, c, s, cfg).RunUntilEmpty(t.Context()))
		is.Equal(time.Since(began), time.Duration(0)) // no wait where there is work
		is.Equal(s.scanned, []string{"c", "a", "b"})  // by priority, then age
		is.Equal(len(q.items()), 1)                   // that of the other service
		is.Equal(j.lines[:2], []string{"claimed c", "finished c"})
		is.Equal(c.names()[:3], []string{"a finding/lint x", "a finding/lint y", "a meta/artefact_scan_info "})
		is.Equal(len(c.puts), 3) // one write per artefact
		put := c.puts[0]
		is.Equal(put[2].Meta, metadata.Meta{Type: metadata.TypeScanInfo, Datasource: source}) // scan info comes last
		is.Equal(string(put[2].Data.Raw()), "{}")
		is.Equal(put[2].DiscoveryDate, metadata.Date(""))
		is.Equal(put[0].DiscoveryDate, metadata.Date("2000-01-01")) // findings need one for their due date
		is.Equal(put[0].Meta.Datasource, source)
	})
}

func TestScanInfoIsThatOfTheScanner(t *testing.T) {
	is := is.New(t)
	q, c := newQueue("a"), newCore()
	s := &scanner{scan: func(context.Context, string) (worker.Result, error) {
		info := finding("plain")
		info.Meta.Type = infoType
		return worker.Result{Entries: []metadata.Entry{info}, ScanInfo: map[string]string{"report_url": "https://x"}}, nil
	}}
	is.NoErr(worker.New(q, c, s, config()).RunUntilEmpty(t.Context()))
	is.Equal(string(c.puts[0][1].Data.Raw()), `{"report_url":"https://x"}`)
	is.Equal(c.puts[0][0].DiscoveryDate, metadata.Date("")) // no finding, no due date
}

func TestVanishedFindingsAreRemoved(t *testing.T) {
	is := is.New(t)
	foreign := storedFinding("a", "of another scanner")
	foreign.Meta.Datasource = "other"
	undeclared := storedFinding("a", "of another type")
	undeclared.Meta.Type = "finding/other"
	wider := storedFinding("a", "of all versions")
	wider.Artefact.ComponentVersion = nil
	c := newCore(storedFinding("a", "old"), storedFinding("a", "x"), storedFinding("b", "old"), foreign, undeclared, wider)
	is.NoErr(worker.New(newQueue("a"), c, finds("x", "new"), config()).RunUntilEmpty(t.Context()))
	is.Equal(c.names(), []string{
		"a finding/lint new", "a finding/lint of all versions", "a finding/lint of another scanner", "a finding/lint x",
		"a finding/other of another type", "a meta/artefact_scan_info ", "b finding/lint old",
	})
}

func TestNothingIsRemovedWithoutTypes(t *testing.T) {
	is := is.New(t)
	c := newCore(storedFinding("a", "old"))
	cfg := config()
	cfg.Types = nil
	is.NoErr(worker.New(newQueue("a"), c, finds(), cfg).RunUntilEmpty(t.Context()))
	is.Equal(c.names(), []string{"a finding/lint old", "a meta/artefact_scan_info "})
}

func TestFailuresBackOffAndPark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c, j := newQueue("a", "b"), newCore(), &journal{}
		var at []time.Duration
		began := time.Now()
		s := &scanner{scan: func(_ context.Context, name string) (worker.Result, error) {
			if name == "b" {
				return results("x"), nil
			}
			at = append(at, time.Since(began))
			return worker.Result{}, errDown
		}}
		cfg := config()
		cfg.Observer = j.observer()
		is.NoErr(worker.New(q, c, s, cfg).RunUntilEmpty(t.Context()))
		is.Equal(at, []time.Duration{0, time.Minute, 3 * time.Minute}) // a minute, then two
		items := q.items()
		is.Equal(len(items), 1)
		is.True(items[0].Parked)
		is.Equal(items[0].Attempts, 3)
		is.Equal(items[0].LastError, "registry is down")
		is.Equal(j.lines, []string{
			"claimed a", "failed a", "claimed b", "finished b", "claimed a", "failed a", "claimed a", "parked a",
		})
		is.NoErr(worker.New(q, c, s, cfg).RunUntilEmpty(t.Context())) // parked items do not hold it up
		is.NoErr(q.Replay(t.Context(), items[0].Name()))
		s.scan = finds("x").scan
		is.NoErr(worker.New(q, c, s, cfg).RunUntilEmpty(t.Context()))
		is.Equal(len(q.items()), 0)
	})
}

func TestWhatBecomesOfAnError(t *testing.T) {
	const many = 100_000
	tests := []struct {
		name   string
		scan   func(context.Context, string) (worker.Result, error)
		change func(*worker.Config, *core)
		reason string // part of it, "" if the item is finished
	}{
		{"permanent", fails(worker.Permanent(errDown)), nil, "registry is down"},
		{"unsupported", fails(worker.ErrUnsupported), nil, ""},
		{"unsupported, ignored", fails(worker.ErrUnsupported), func(cfg *worker.Config, _ *core) { cfg.OnUnsupported = "ignore" }, ""},
		{"unsupported, to fail", fails(worker.ErrUnsupported), func(cfg *worker.Config, _ *core) { cfg.OnUnsupported = "fail" }, "not supported"},
		{"a panic", func(context.Context, string) (worker.Result, error) { panic("index out of range") }, once, "scanner panicked: index out of range"},
		{"an entry of a type that is not declared", returns(func(e *metadata.Entry) { e.Meta.Type = "finding/other" }), nil, `"finding/other", which is not among its declared types`},
		{"an entry of another datasource", returns(func(e *metadata.Entry) { e.Meta.Datasource = "other" }), nil, "of datasource other"},
		{"two findings with one key", twins, nil, "one would overwrite the other"},
		{"a scan info that is no object", func(context.Context, string) (worker.Result, error) { return worker.Result{ScanInfo: 1}, nil }, nil, "write scan info"},
		{"an id that exists with another identity", finds("x").scan, func(_ *worker.Config, c *core) {
			c.onPut = func(context.Context) error { return &store.ConflictError{} }
		}, "different identity"},
		{"a query that fails", finds("x").scan, func(cfg *worker.Config, c *core) {
			once(cfg, c)
			c.onQuery = func() error { return errDown }
		}, "find vanished findings: registry is down"},
		{"a removal that fails", finds("x").scan, func(cfg *worker.Config, c *core) {
			once(cfg, c)
			old := storedFinding("a", "old")
			c.entries[old.ID()] = old
			c.onDrop = func() error { return errDown }
		}, "remove vanished findings: registry is down"},
		{"a long text that is not Unicode", fails(errors.New("\x00\xff" + strings.Repeat("x", many))), once, "\uFFFD\uFFFDxxx"},
		{"a scan that takes too long", takes(time.Hour).scan, func(cfg *worker.Config, c *core) {
			once(cfg, c)
			cfg.ScanTimeout = time.Minute
		}, "scan took longer than 1m0s"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				is := is.New(t)
				q, c, j := newQueue("a"), newCore(), &journal{}
				cfg := config()
				cfg.Observer = j.observer()
				if test.change != nil {
					test.change(&cfg, c)
				}
				is.NoErr(worker.New(q, c, &scanner{scan: test.scan}, cfg).RunUntilEmpty(t.Context()))
				if test.reason == "" {
					is.Equal(len(q.items()), 0)
					is.Equal(j.lines, []string{"claimed a", "skipped a"})
					is.Equal(len(c.puts), 0)
					return
				}
				is.Equal(j.lines, []string{"claimed a", "parked a"}) // one attempt
				item := q.items()[0]
				is.True(item.Parked)
				is.True(strings.Contains(item.LastError, test.reason))
				is.True(len(item.LastError) < many/10)
			})
		})
	}
}

// once parks items after their first failure.
func once(cfg *worker.Config, _ *core) { cfg.Retry.Attempts = 1 }

func fails(err error) func(context.Context, string) (worker.Result, error) {
	return func(context.Context, string) (worker.Result, error) { return worker.Result{}, err }
}

func returns(change func(*metadata.Entry)) func(context.Context, string) (worker.Result, error) {
	return func(context.Context, string) (worker.Result, error) {
		r := results("x")
		change(&r.Entries[0])
		return r, nil
	}
}

// twins finds two things that a type without key fields cannot tell apart.
func twins(context.Context, string) (worker.Result, error) {
	r := worker.Result{}
	for _, line := range []string{`{"line":1}`, `{"line":2}`} {
		r.Entries = append(r.Entries, metadata.Entry{
			Meta: metadata.Meta{Type: findingType}, Data: metadata.BuiltinTypes().Stored(findingType, json.RawMessage(line)),
		})
	}
	return r, nil
}

func TestPermanentKeepsTheCause(t *testing.T) {
	is := is.New(t)
	err := worker.Permanent(errDown)
	is.True(errors.Is(err, errDown))
	is.True(errors.Is(err, worker.ErrPermanent))
	is.Equal(err.Error(), errDown.Error())
}

func TestParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		var running, most atomic.Int32
		s := &scanner{scan: func(context.Context, string) (worker.Result, error) {
			now := running.Add(1)
			defer running.Add(-1)
			for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
			}
			time.Sleep(time.Second)
			return results("x"), nil
		}}
		cfg := config()
		cfg.Parallel = 4
		began := time.Now()
		q := newQueue("a", "b", "c", "d", "e", "f")
		is.NoErr(worker.New(q, newCore(), s, cfg).RunUntilEmpty(t.Context()))
		is.Equal(most.Load(), int32(4))
		is.Equal(s.times(), 6)                     // none twice
		is.Equal(time.Since(began), 2*time.Second) // slots that are done wait for the others, not for the next poll
	})
}

func TestRunWaitsForWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, s := newQueue(), finds("x")
		var up atomic.Bool
		q.onClaim = func() error {
			if !up.Load() {
				return errDown
			}
			return nil
		}
		w := worker.New(q, newCore(), s, config())
		ended := make(chan error)
		go func() { ended <- w.Run(t.Context()) }()
		time.Sleep(time.Minute)
		up.Store(true)
		q.add("a", time.Now())
		time.Sleep(10 * time.Second)
		synctest.Wait()
		is.Equal(s.scanned, []string{"a"}) // it outlived the queue being down
		w.Stop()
		w.Stop() // twice is fine
		is.NoErr(<-ended)
	})
}

func TestRunUntilEmptyReportsTheQueue(t *testing.T) {
	is := is.New(t)
	q := newQueue()
	q.onClaim = func() error { return errDown }
	err := worker.New(q, newCore(), finds(), config()).RunUntilEmpty(t.Context())
	is.True(errors.Is(err, errDown))
	q.onClaim, q.onList = nil, q.onClaim
	err = worker.New(q, newCore(), finds(), config()).RunUntilEmpty(t.Context())
	is.True(errors.Is(err, errDown))
}

func TestConfigValidate(t *testing.T) {
	is := is.New(t)
	err := worker.Config{Parallel: -1, Lease: -1, OnUnsupported: "x"}.Validate()
	for _, fault := range []string{"service id", "on_unsupported", "datasource", "parallel", "lease"} {
		is.True(strings.Contains(err.Error(), fault))
	}
	is.NoErr(worker.Config{Service: "lint", Datasource: source}.Validate())
	err = worker.New(newQueue(), newCore(), finds(), worker.Config{}).Run(t.Context())
	is.True(err != nil) // a faulty worker does not start
	is.NoErr(worker.New(newQueue("a"), newCore(), finds(), worker.Config{Service: "lint", Datasource: source}).RunUntilEmpty(t.Context()))
}

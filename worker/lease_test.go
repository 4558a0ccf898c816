package worker_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/worker"
)

func TestHeartbeatHoldsASlowScan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c := newQueue("a"), newCore()
		cfg := config()
		slow, idle := takes(10*cfg.Lease), finds("y")
		ended := make(chan error)
		go func() { ended <- worker.New(q, c, slow, cfg).RunUntilEmpty(t.Context()) }()
		synctest.Wait()                                                  // it has claimed the item
		is.NoErr(worker.New(q, c, idle, cfg).RunUntilEmpty(t.Context())) // waits in vain for its lease to end
		is.NoErr(<-ended)
		is.Equal(slow.times(), 1)
		is.Equal(idle.times(), 0)
		is.Equal(len(q.items()), 0)
		is.Equal(c.names(), []string{"a finding/lint x", "a meta/artefact_scan_info "})
	})
}

func TestLostLease(t *testing.T) {
	tests := []struct {
		name string
		lose func(q *queue, down *atomic.Bool) // while the scan runs
	}{
		{"the item is dropped", func(q *queue, _ *atomic.Bool) {
			_ = q.Drop(context.Background(), q.items()[0].Name())
		}},
		{"renewal fails until the lease ends", func(_ *queue, down *atomic.Bool) { down.Store(true) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				is := is.New(t)
				q, c, j := newQueue("a"), newCore(), &journal{}
				var cause error
				var down atomic.Bool
				q.onRenew = func() error {
					if down.Load() {
						return errDown
					}
					return nil
				}
				s := &scanner{scan: func(ctx context.Context, _ string) (worker.Result, error) {
					test.lose(q, &down)
					<-ctx.Done()
					cause = context.Cause(ctx)
					_ = q.Drop(context.Background(), backlog.Name("lint", id("a"))) // somebody else finished it
					return results("x"), nil                                        // a scanner that does not care
				}}
				cfg := config()
				cfg.Observer = j.observer()
				began := time.Now()
				is.NoErr(worker.New(q, c, s, cfg).RunUntilEmpty(t.Context()))
				is.True(errors.Is(cause, backlog.ErrClaimLost))
				is.True(time.Since(began) <= cfg.Lease)
				is.Equal(len(c.puts), 0) // its result is refused
				is.Equal(j.lines, []string{"claimed a", "lost a"})
			})
		})
	}
}

func TestRenewalThatFailsOnceDoesNotLoseTheLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c := newQueue("a"), newCore()
		var renewals atomic.Int32
		q.onRenew = func() error {
			if renewals.Add(1)%2 == 1 {
				return errDown
			}
			return nil
		}
		cfg := config()
		s := takes(10*cfg.Lease + cfg.Lease/2)
		is.NoErr(worker.New(q, c, s, cfg).RunUntilEmpty(t.Context()))
		is.Equal(len(q.items()), 0)
		is.Equal(s.times(), 1)
		is.Equal(c.names(), []string{"a finding/lint x", "a meta/artefact_scan_info "})
	})
}

func TestLeaseThatIsLostJustBeforeTheUpload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c, j := newQueue("a"), newCore(), &journal{}
		s := &scanner{scan: func(context.Context, string) (worker.Result, error) {
			_ = q.Drop(context.Background(), q.items()[0].Name()) // no heartbeat has noticed yet
			return results("x"), nil
		}}
		cfg := config()
		cfg.Observer = j.observer()
		is.NoErr(worker.New(q, c, s, cfg).RunUntilEmpty(t.Context()))
		is.Equal(len(c.puts), 0)
		is.Equal(j.lines, []string{"claimed a", "lost a"})
	})
}

func TestLeaseThatIsLostDuringTheUpload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c := newQueue("a"), newCore()
		c.onPut = func(ctx context.Context) error {
			_ = q.Drop(context.Background(), q.items()[0].Name())
			<-ctx.Done()
			return ctx.Err()
		}
		is.NoErr(worker.New(q, c, finds("x"), config()).RunUntilEmpty(t.Context()))
		is.Equal(len(c.puts), 0)
	})
}

func TestCrashBetweenUploadAndFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c, j := newQueue("a"), newCore(storedFinding("a", "old")), &journal{}
		crashed := false
		q.onFinish = func() error {
			if !crashed {
				crashed = true
				return errDown
			}
			return nil
		}
		s := finds("x", "y")
		cfg := config()
		cfg.Observer = j.observer()
		is.NoErr(worker.New(q, c, s, cfg).RunUntilEmpty(t.Context()))
		is.Equal(s.times(), 2) // done again when the lease ended
		is.Equal(j.lines, []string{"claimed a", "lost a", "claimed a", "finished a"})
		is.Equal(len(q.items()), 0)
		is.Equal(c.names(), []string{"a finding/lint x", "a finding/lint y", "a meta/artefact_scan_info "}) // nothing doubled
	})
}

func TestItemsOfACrashedWorkerAreTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c, s := newQueue("a"), newCore(), finds("x")
		_, err := q.Memory.Claim(t.Context(), backlog.ClaimRequest{Holder: "killed", Lease: 7 * time.Second})
		is.NoErr(err)
		began := time.Now()
		is.NoErr(worker.New(q, c, s, config()).RunUntilEmpty(t.Context()))
		is.Equal(time.Since(began), 7*time.Second) // as soon as its lease ends, not at the next poll
		is.Equal(s.times(), 1)
	})
}

func TestItemThatKillsItsWorkersIsParked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, s, j := newQueue("a"), finds("x"), &journal{}
		for range 3 {
			_, err := q.Memory.Claim(t.Context(), backlog.ClaimRequest{Holder: "killed", Lease: time.Second})
			is.NoErr(err)
			time.Sleep(time.Second)
		}
		cfg := config()
		cfg.Observer = j.observer()
		is.NoErr(worker.New(q, newCore(), s, cfg).RunUntilEmpty(t.Context()))
		is.Equal(s.times(), 0)
		is.Equal(j.lines, []string{"claimed a", "parked a"})
		is.Equal(q.items()[0].LastError, "given up after 3 attempts: lease of killed ended at 2000-01-01T00:00:03Z without a result")
	})
}

func TestFailingUploadIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c, s := newQueue("a"), newCore(), finds("x")
		left := 2
		c.onPut = func(context.Context) error {
			if left--; left >= 0 {
				return errDown
			}
			return nil
		}
		is.NoErr(worker.New(q, c, s, config()).RunUntilEmpty(t.Context()))
		is.Equal(s.times(), 3)
		is.Equal(len(q.items()), 0)
		is.Equal(c.names(), []string{"a finding/lint x", "a meta/artefact_scan_info "})
	})
}

func TestQueueThatCannotBeToldOfAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, j := newQueue("a"), &journal{}
		q.onFail = func() error { return errDown }
		cfg := config()
		cfg.Observer = j.observer()
		cfg.Retry.Attempts = 2
		s := &scanner{scan: fails(errDown)}
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		is.True(worker.New(q, newCore(), s, cfg).RunUntilEmpty(ctx) != nil)
		is.Equal(j.lines, []string{"claimed a", "lost a", "claimed a", "lost a"}) // it comes back when its lease ends
	})
}

func TestStopFinishesTheItemAtHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c, s := newQueue("a", "b"), newCore(), takes(time.Hour)
		w := worker.New(q, c, s, config())
		ended := make(chan error)
		go func() { ended <- w.Run(t.Context()) }()
		time.Sleep(time.Minute)
		w.Stop()
		is.NoErr(<-ended)
		is.Equal(time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)), time.Hour)
		is.Equal(s.scanned, []string{"a"}) // and takes no other
		is.Equal(len(q.items()), 1)
		is.NoErr(w.Run(t.Context())) // it runs once
	})
}

func TestCancelGivesItemsBackAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c, s, j := newQueue("a"), newCore(), takes(time.Hour), &journal{}
		cfg := config()
		cfg.Observer = j.observer()
		cfg.Parallel = 2 // one works, one waits
		quit := errors.New("quit")
		ctx, cancel := context.WithCancelCause(t.Context())
		ended := make(chan error)
		go func() { ended <- worker.New(q, c, s, cfg).Run(ctx) }()
		time.Sleep(time.Minute)
		cancel(quit)
		is.True(errors.Is(<-ended, quit))
		is.Equal(time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)), time.Minute)
		is.Equal(len(c.puts), 0)
		item := q.items()[0]
		is.Equal(item.Attempts, 0) // that was no failure
		is.Equal(item.ClaimedBy, "")
		is.Equal(j.lines, []string{"claimed a", "released a"})
	})
}

func TestCancelWhenTheQueueIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, j := newQueue("a"), &journal{}
		q.onRelease = func() error { return errDown }
		cfg := config()
		cfg.Observer = j.observer()
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- worker.New(q, newCore(), takes(time.Hour), cfg).Run(ctx) }()
		synctest.Wait()
		cancel()
		is.True(errors.Is(<-ended, context.Canceled))
		is.Equal(j.lines, []string{"claimed a", "lost a"})
	})
}

func TestFullDiskEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c, j := newQueue("a", "b"), newCore(), &journal{}
		cfg := config()
		cfg.Observer = j.observer()
		c.onPut = func(context.Context) error { return store.ErrFull }
		err := worker.New(q, c, finds("x"), cfg).RunUntilEmpty(t.Context())
		is.True(errors.Is(err, store.ErrFull))
		is.Equal(q.items()[0].Attempts, 0) // not the fault of the item
		is.Equal(j.lines, []string{"claimed a", "released a"})

		c.onPut = nil
		q.onFinish = func() error { return store.ErrFull }
		err = worker.New(q, c, finds("x"), cfg).Run(t.Context())
		is.True(errors.Is(err, store.ErrFull))
	})
}

// What is uploaded says until when it may be stored, also when renewals move that.
func TestUploadSaysWhenTheLeaseIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		q, c, cfg := newQueue("a"), newCore(), config()
		began, scanned := time.Now(), 10*cfg.Lease
		var at, later time.Time
		c.onPut = func(ctx context.Context) error {
			at, _ = store.Limit(ctx)
			time.Sleep(cfg.Lease / 2) // a slow core; the clock is that of the bubble
			later, _ = store.Limit(ctx)
			return nil
		}
		is.NoErr(worker.New(q, c, takes(scanned), cfg).RunUntilEmpty(t.Context()))
		is.Equal(at, began.Add(scanned+cfg.Lease)) // renewed just before
		is.True(later.After(at))
	})
}

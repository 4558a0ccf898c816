package backlog_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/backlog/backlogtest"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	backlogtest.Run(t, func(_ *testing.T, now func() time.Time) backlog.Queue {
		return backlog.NewMemory(backlog.MemoryConfig{Now: now})
	})
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	queue := backlog.NewMemory(backlog.MemoryConfig{MaxItems: 3})
	items := numbered(4)
	_, err := queue.Add(t.Context(), items...)
	is.True(errors.Is(err, backlog.ErrFull))
	created, err := queue.Add(t.Context(), items[0], items[1], items[0], items[1])
	is.NoErr(err) // only two different ones
	is.Equal(created, 2)
	created, err = queue.Add(t.Context(), items[:3]...)
	is.NoErr(err) // two are there already
	is.Equal(created, 1)
	_, err = queue.Add(t.Context(), items[3])
	is.True(errors.Is(err, backlog.ErrFull))
	list, err := queue.List(t.Context(), backlog.Filter{})
	is.NoErr(err)
	is.Equal(len(list), 3) // nothing of a refused call is kept
}

func TestMemoryTellsWhoLetALeaseEnd(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	at := now
	queue := backlog.NewMemory(backlog.MemoryConfig{Now: func() time.Time { return at }})
	_, err := queue.Add(t.Context(), numbered(1)...)
	is.NoErr(err)
	_, err = queue.Claim(t.Context(), backlog.ClaimRequest{Holder: "pod-a", Lease: time.Minute})
	is.NoErr(err)
	at = at.Add(time.Hour)
	items, err := queue.List(t.Context(), backlog.Filter{})
	is.NoErr(err)
	is.Equal(items[0].LastError, "lease of pod-a ended at 2026-01-15T12:01:00Z without a result")
	is.Equal(items[0].Attempts, 1)
	is.Equal(items[0].ClaimedBy, "") // it is free, and listed as such
}

// numbered returns n items of three services with mixed priorities.
func numbered(n int) []backlog.Item {
	items := make([]backlog.Item, n)
	for i := range items {
		name := strconv.Itoa(i)
		items[i] = backlog.Item{
			Service:   []string{"osid", "bdba", "sast"}[i%3],
			Artefact:  artefact.ID{ComponentName: new("acme.org/shop"), Artefact: &artefact.LocalID{Name: &name}},
			Priority:  backlog.Priority(i * 7 % 5),
			Timestamp: now.Add(time.Duration(i*7919%n) * time.Second),
		}
	}
	return items
}

// BenchmarkMemory measures a whole turn of n items: all are added, then each is
// claimed and finished. ns/item tells if the cost is linear.
func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		items := numbered(n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				queue := backlog.NewMemory(backlog.MemoryConfig{})
				if _, err := queue.Add(b.Context(), items...); err != nil {
					b.Fatal(err)
				}
				work(b, queue, n)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/item")
		})
	}
}

func work(b *testing.B, queue backlog.Queue, n int) {
	for range n {
		claim, err := queue.Claim(b.Context(), backlog.ClaimRequest{Holder: "bench", Lease: time.Minute})
		if err == nil {
			err = queue.Finish(b.Context(), claim)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMemoryBehindWaiting claims while nearly all items wait for a retry.
func BenchmarkMemoryBehindWaiting(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			queue := backlog.NewMemory(backlog.MemoryConfig{})
			if _, err := queue.Add(b.Context(), numbered(n)...); err != nil {
				b.Fatal(err)
			}
			request := backlog.ClaimRequest{Holder: "bench", Lease: time.Hour}
			for range n - 1 {
				claim, err := queue.Claim(b.Context(), request)
				if err == nil {
					err = queue.Fail(b.Context(), claim, backlog.Failure{NotBefore: time.Now().Add(time.Hour)})
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				claim, err := queue.Claim(b.Context(), request)
				if err == nil {
					err = queue.Release(b.Context(), claim)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package scaling_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/scaling"
)

// fleet is a cluster with one Deployment, "osid", in memory.
type fleet struct {
	*scaling.Controller
	scaling.Tally
	replicas int
	missing  bool
	err      error // of every change
	orders   []int
	taken    []string
	told     []string
}

func newFleet(rules scaling.Rules) *fleet {
	f := &fleet{}
	f.Controller = scaling.NewController(&f.Tally, f, scaling.ControllerConfig{
		Rules:  func(string) scaling.Rules { return rules },
		Report: func(r scaling.Report) { f.told = append(f.told, fmt.Sprintf("%s %s: %s", r.Service, r.Reason, r.Text)) },
	})
	return f
}

func (f *fleet) Replicas(service string) (int, error) {
	if f.missing || service != "osid" {
		return 0, fmt.Errorf("%w: there is no Deployment %s", scaling.ErrNoWorkers, service)
	}
	return f.replicas, nil
}

func (f *fleet) Workers(string) (live, ended []string) { return []string{"pod"}, nil }

func (f *fleet) Scale(_ context.Context, _ string, replicas int) error {
	if f.err == nil {
		f.replicas, f.orders = replicas, append(f.orders, replicas)
	}
	return f.err
}

func (f *fleet) Release(_ context.Context, _, item string, _ scaling.Cause) error {
	if f.err == nil {
		f.taken = append(f.taken, item)
	}
	return f.err
}

// sync looks at osid and returns when to look again.
func (f *fleet) sync(t *testing.T) time.Duration {
	t.Helper()
	again, err := f.Sync(t.Context(), "osid")
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// put adds n free items.
func (f *fleet) put(n int) {
	for i := range n {
		f.Put("osid", scaling.Item{Name: fmt.Sprintf("osid-%d", i)})
	}
}

func (f *fleet) drop(n int) {
	for i := range n {
		f.Drop(fmt.Sprintf("osid-%d", i))
	}
}

// diff compares and forgets what was told.
func (f *fleet) diff(want ...string) string {
	defer func() { f.told = nil }()
	return cmp.Diff(want, f.told)
}

var patient = scaling.Rules{Config: scaling.DefaultConfig, Stabilisation: 2 * time.Minute}

func TestControllerIsPatient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		f := newFleet(patient)
		f.put(7)
		is.Equal(f.sync(t), scaling.DefaultResync) // a service with items is never forgotten
		is.Equal(f.orders, []int{3})
		is.Equal(f.diff("osid ScaledUp: scaled from 0 to 3: 7 items (0 claimed) with a worker for 3 each, 0 to 5 workers"), "")
		f.put(100)
		f.sync(t)
		time.Sleep(time.Hour)
		f.drop(100)
		is.Equal(f.sync(t), 2*time.Minute) // without items, time is all that matters
		time.Sleep(2*time.Minute - 1)
		is.Equal(f.sync(t), time.Millisecond)
		is.Equal(f.orders, []int{3, 5})
		time.Sleep(time.Nanosecond)
		is.Equal(f.sync(t), time.Duration(0))
		is.Equal(f.orders, []int{3, 5, 0})
		is.True(strings.Contains(f.told[len(f.told)-1], "ScaledDown: scaled from 5 to 0: 0 items"))
	})
}

func TestControllerBeginsAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		f := newFleet(patient)
		f.replicas = 4 // left by another one, who knows why
		is.Equal(f.sync(t), 2*time.Minute)
		time.Sleep(time.Minute)
		f.Forget()
		is.Equal(f.sync(t), 2*time.Minute)
		time.Sleep(2 * time.Minute)
		f.sync(t)
		is.Equal(f.orders, []int{0})
	})
}

func TestControllerDoesNotQuarrel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		f := newFleet(scaling.Rules{Config: scaling.DefaultConfig})
		f.put(4)
		f.sync(t)
		is.Equal(f.orders, []int{2})
		f.told = nil
		// Somebody insists on none, for an hour.
		var waits []time.Duration
		for end := time.Now().Add(time.Hour); time.Now().Before(end); {
			f.replicas = 0
			held := f.sync(t)
			for f.replicas == 0 {
				waits = append(waits, held)
				time.Sleep(held)
				held = f.sync(t)
			}
		}
		is.True(len(waits) < 70)
		is.Equal(waits[:4], []time.Duration{5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second})
		is.True(strings.HasPrefix(f.told[0], "osid ChangedByOthers: somebody else changed the number of workers from 2 to 0; the backlog asks for 2 (4 items"))
		// After some peace it is done at once again.
		time.Sleep(time.Hour)
		f.sync(t)
		f.replicas = 1
		is.Equal(f.sync(t), 5*time.Second)
	})
}

func TestControllerKeepsBusyWorkers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		f := newFleet(scaling.Rules{Config: scaling.DefaultConfig})
		f.put(12)
		f.sync(t)
		for i := range 3 {
			f.Put("osid", scaling.Item{Name: fmt.Sprintf("osid-%d", i), Label: "True", Claim: scaling.Claim{Holder: "pod"}})
		}
		for i := 3; i < 12; i++ {
			f.Drop(fmt.Sprintf("osid-%d", i))
		}
		f.sync(t)
		is.Equal(f.orders, []int{4, 3})
		f.Drop("osid-0")
		f.sync(t)
		is.Equal(f.orders, []int{4, 3, 2})
	})
}

func TestControllerTakesClaimsBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		f := newFleet(scaling.Rules{Config: scaling.DefaultConfig})
		f.Put("osid", scaling.Item{Name: "leased", Label: "True", Claim: scaling.Claim{LeaseEnd: time.Now().Add(10 * time.Second)}})
		f.Put("osid", scaling.Item{Name: "gone", Label: "True", Claim: scaling.Claim{Holder: "another"}})
		is.Equal(f.sync(t), 10*time.Second) // the timer
		is.Equal(f.taken, []string{"gone"})
		f.Drop("gone")
		time.Sleep(10 * time.Second)
		f.err = scaling.ErrChanged
		f.sync(t) // the worker was faster
		f.err = nil
		is.Equal(f.taken, []string{"gone"})
		f.sync(t)
		is.Equal(f.taken, []string{"gone", "leased"})
		is.Equal(f.diff(
			"osid ScaledUp: scaled from 0 to 1: 2 items (1 claimed) with a worker for 3 each, 0 to 5 workers",
			"osid ClaimReleased: took back the claim of gone: no worker has the name of its holder",
			"osid ClaimReleased: took back the claim of leased: its lease is over"), "")

		f.put(0)
		for i := range 250 {
			f.Put("osid", scaling.Item{Name: fmt.Sprintf("old-%d", i), Label: "True"})
		}
		f.taken = nil
		is.Equal(f.sync(t), time.Millisecond) // others have their turn in between
		is.Equal(len(f.taken), 100)
	})
}

func TestControllerReportsTroubleOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		f := newFleet(patient)
		f.missing = true
		f.sync(t)
		is.Equal(f.diff(), "") // nothing to do, nothing missed
		f.put(1)
		for range 3 {
			is.Equal(f.sync(t), scaling.DefaultResync)
		}
		is.Equal(f.diff("osid WorkersMissing: nobody works on them: 1 item (0 claimed) with a worker for 3 each, 0 to 5 workers"+
			" (nothing runs workers of the service: there is no Deployment osid)"), "")
		f.missing, f.err = false, errors.New("forbidden")
		f.Put("osid", scaling.Item{Name: "stale", Label: "True"})
		for range 3 {
			_, err := f.Sync(t.Context(), "osid")
			is.True(errors.Is(err, f.err))
		}
		is.Equal(f.diff("osid WorkersFound: the workers have been found",
			"osid ScalingFailed: scale from 0 to 1: forbidden", "osid ReleaseFailed: take back stale claims: forbidden"), "")
		f.err = nil
		f.sync(t)
		is.Equal(len(f.told), 2)
		is.True(strings.HasPrefix(f.told[0], "osid ScaledUp:"))
	})
}

func TestControllerStops(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	f := newFleet(patient)
	f.put(1)
	f.err = context.Canceled
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.Sync(ctx, "osid")
	is.True(errors.Is(err, context.Canceled))
	is.Equal(f.diff(), "") // no person needs to know
}

func TestControllerDefaults(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	f := &fleet{}
	c := scaling.NewController(&f.Tally, f, scaling.ControllerConfig{})
	f.Put("osid", scaling.Item{Name: "waits", NotBefore: time.Now().Add(time.Hour)})
	f.Put("osid", scaling.Item{Name: "parked", Parked: true})
	f.put(100)
	again, err := c.Sync(t.Context(), "osid")
	is.NoErr(err)
	is.True(again > 0)
	is.Equal(f.replicas, 5)
	is.Equal(scaling.DefaultRules("blackduck").MaxReplicas, 2)
}

func TestTally(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var tally scaling.Tally
	is.Equal(tally.Drop("none"), "")
	is.Equal(tally.Depth("osid", now), scaling.Depth{})
	is.Equal(tally.Put("osid", scaling.Item{Name: "a", Created: now.Add(-time.Hour)}), "")
	is.Equal(tally.Put("bdba", scaling.Item{Name: "a", Created: now}), "osid") // its label was changed
	for _, item := range []scaling.Item{
		{Name: "b", Label: "True", Created: now.Add(-time.Minute)},
		{Name: "c", NotBefore: now, Created: now},
		{Name: "d", NotBefore: now.Add(1), Created: now},
		{Name: "e", Parked: true, Created: now.Add(-time.Hour)},
		{Name: "f", Label: "False", Created: now},
	} {
		is.Equal(tally.Put("bdba", item), "")
		is.Equal(tally.Put("bdba", item), "bdba")
	}
	is.Equal(tally.Services(), []string{"bdba"})
	is.Equal(tally.Depth("bdba", now), scaling.Depth{
		Counts: scaling.Counts{Ready: 3, Claimed: 1, Waiting: 1, Parked: 1}, Oldest: now.Add(-time.Minute),
	})
	items, ready := tally.Backlog("bdba")
	is.Equal(ready, 2)
	is.Equal(slices.IndexFunc(items, func(i scaling.Item) bool { return i.Name == "e" }), 3)
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		is.Equal(tally.Drop(name), "bdba")
	}
	is.Equal(len(tally.Services()), 0)
}

func BenchmarkSync(b *testing.B) {
	f := newFleet(patient)
	f.put(20_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Sync(b.Context(), "osid"); err != nil {
			b.Fatal(err)
		}
	}
}

package scaling_test

import (
	"context"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/scaling"
)

func ExampleReplicas() {
	cfg := scaling.DefaultConfig.For("bdba", scaling.DefaultMaxima())
	for _, pending := range []int{0, 1, 4, 1000} {
		fmt.Println(pending, "items:", scaling.Replicas(pending, cfg), "workers")
	}
	// Output:
	// 0 items: 0 workers
	// 1 items: 1 workers
	// 4 items: 2 workers
	// 1000 items: 5 workers
}

func ExampleDecide() {
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	decision := scaling.Decide(scaling.State{
		Items: []scaling.Item{
			{Name: "osid-1", Label: "True", Claim: scaling.Claim{Holder: "osid-pod", At: "2026-01-15T11:58:00+00:00"}},
			{Name: "osid-2", Label: "True", Claim: scaling.Claim{Holder: "crashed-pod", At: "2026-01-15T11:58:00+00:00"}},
			{Name: "osid-3"},
		},
		Live:         []string{"osid-pod"},
		Now:          at,
		ClaimTimeout: scaling.DefaultClaimTimeout,
	}, scaling.DefaultConfig)
	fmt.Println(decision.Replicas, decision.Release)
	// Output: 1 [osid-2]
}

func ExampleWindow() {
	var window scaling.Window
	at := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	fmt.Println(window.Allow(at, 5, time.Minute))
	fmt.Println(window.Allow(at.Add(time.Second), 0, time.Minute)) // five were wanted a moment ago
	allowed, _ := window.Allow(at.Add(time.Minute+time.Second), 0, time.Minute)
	fmt.Println(allowed)
	// Output:
	// 5 0001-01-01 00:00:00 +0000 UTC
	// 5 2026-01-15 12:01:01 +0000 UTC
	// 0
}

// machine runs workers of one extension on one machine.
type machine struct{ workers int }

func (m *machine) Replicas(string) (int, error)                                 { return m.workers, nil }
func (m *machine) Workers(string) (live, ended []string)                        { return nil, nil }
func (m *machine) Scale(_ context.Context, _ string, n int) error               { m.workers = n; return nil }
func (m *machine) Release(context.Context, string, string, scaling.Cause) error { return nil }

func ExampleController() {
	var tally scaling.Tally
	controller := scaling.NewController(&tally, &machine{}, scaling.ControllerConfig{
		Report: func(r scaling.Report) { fmt.Println(r.Service, r.Reason, r.Text) },
	})
	for n := range 4 {
		tally.Put("osid", scaling.Item{Name: fmt.Sprintf("osid-%d", n)})
	}
	again, err := controller.Sync(context.Background(), "osid")
	fmt.Println("look again in", again, err)
	// Output:
	// osid ScaledUp scaled from 0 to 2: 4 items (0 claimed) with a worker for 3 each, 0 to 5 workers
	// look again in 1m0s <nil>
}

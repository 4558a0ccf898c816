package backlogtest

import (
	"testing"
	"time"

	"github.com/opendeliverygear/odg/backlog"
)

// Run checks that the queues newQueue makes keep the contract of
// [backlog.Queue]. newQueue is called once per case, returns an empty queue that
// takes the time from now and from nowhere else, and cleans up through t. Cases
// run in parallel; none of them sleeps. Times are whole seconds, in UTC.
func Run(t *testing.T, newQueue func(t *testing.T, now func() time.Time) backlog.Queue) {
	t.Helper()
	for _, group := range [][]testCase{orderCases, claimCases, leaseCases, failureCases, triggerCases, viewCases, raceCases} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				clock := newClock()
				c.run(t, &bench{Queue: newQueue(t, clock.now), clock: clock, t: t})
			})
		}
	}
}

type testCase struct {
	name string
	run  func(t *testing.T, b *bench)
}

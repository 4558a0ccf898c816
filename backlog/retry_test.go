package backlog_test

import (
	"math"
	"testing"
	"time"

	"github.com/matryer/is"
	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/backlog"
)

var now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

func TestRetryPolicy(t *testing.T) {
	t.Parallel()
	plain := backlog.RetryPolicy{Base: time.Second, Max: 10 * time.Second, Attempts: 7, Jitter: -1}
	tests := []struct {
		name     string
		policy   backlog.RetryPolicy
		attempts int
		rand     float64
		wait     time.Duration
		park     bool
	}{
		{"first failure", plain, 1, 0.5, time.Second, false},
		{"doubles", plain, 2, 0.5, 2 * time.Second, false},
		{"doubles again", plain, 4, 0.5, 8 * time.Second, false},
		{"is bounded", plain, 5, 0.5, 10 * time.Second, false},
		{"stays bounded", plain, 6, 0.5, 10 * time.Second, false},
		{"last attempt", plain, 7, 0.5, 0, true},
		{"more than the last attempt", plain, 8, 0.5, 0, true},
		{"no failure counts as the first", plain, 0, 0.5, time.Second, false},
		{"base above max", backlog.RetryPolicy{Base: time.Hour, Max: time.Minute, Jitter: -1}, 1, 0, time.Minute, false},
		{"zero policy is the default", backlog.RetryPolicy{}, 1, 0, 30 * time.Second, false},
		{"zero policy parks like the default", backlog.RetryPolicy{}, 5, 0, 0, true},
		{"jitter shortens", backlog.RetryPolicy{Base: time.Minute, Jitter: 0.5}, 1, 0.5, 45 * time.Second, false},
		{"jitter is at most all", backlog.RetryPolicy{Base: time.Minute, Jitter: 9}, 1, 0.75, 15 * time.Second, false},
		{"does not overflow", backlog.RetryPolicy{Base: 1, Max: math.MaxInt64, Attempts: 1000, Jitter: -1}, 999, 0, math.MaxInt64, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			is := is.New(t)
			notBefore, park := test.policy.Next(test.attempts, now, test.rand)
			is.Equal(park, test.park)
			is.Equal(test.policy.Exhausted(test.attempts), test.park)
			if !park {
				is.Equal(notBefore.Sub(now), test.wait)
			}
		})
	}
}

func TestRetryPolicyStaysWithinItsBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := backlog.RetryPolicy{
			Base:     time.Duration(rapid.Int64Min(1).Draw(t, "base")),
			Max:      time.Duration(rapid.Int64Range(1, 1e15).Draw(t, "max")),
			Attempts: rapid.IntRange(1, 100).Draw(t, "bound"),
			Jitter:   rapid.Float64Range(-1, 2).Draw(t, "jitter"),
		}
		notBefore, park := p.Next(rapid.IntRange(1, 200).Draw(t, "attempts"), now, rapid.Float64Range(0, 0.999).Draw(t, "rand"))
		if wait := notBefore.Sub(now); !park && (wait < 0 || wait > p.Max) {
			t.Fatalf("wait %s, want 0 to %s", wait, p.Max)
		}
	})
}

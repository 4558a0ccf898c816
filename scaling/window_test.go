package scaling_test

import (
	"testing"
	"time"

	"github.com/matryer/is"
	"pgregory.net/rapid"

	"github.com/opendeliverygear/odg/scaling"
)

func TestWindow(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var w scaling.Window
	at := func(seconds int) time.Time { return now.Add(time.Duration(seconds) * time.Second) }
	allowed := func(seconds, wanted int) (int, int) {
		n, next := w.Allow(at(seconds), wanted, time.Minute)
		if next.IsZero() {
			return n, 0
		}
		return n, int(next.Sub(now) / time.Second)
	}
	steps := []struct{ at, wanted, allowed, next int }{
		{0, 1, 1, 0},
		{10, 5, 5, 0},    // up at once
		{100, 2, 5, 160}, // five were wanted until now
		{120, 3, 5, 160},
		{150, 0, 5, 160},
		{160, 0, 3, 210}, // as three were wanted until 150
		{209, 0, 3, 210},
		{210, 0, 0, 0},
		{300, 4, 4, 0},
	}
	for _, s := range steps {
		n, next := allowed(s.at, s.wanted)
		is.Equal(n, s.allowed) // replicas
		is.Equal(next, s.next) // when there may be fewer
	}
	w.Held(at(310), 9) // such as by a person
	n, _ := allowed(310, 1)
	is.Equal(n, 9)
	var none scaling.Window
	none.Held(at(0), 7)
	n, next := none.Allow(at(0), 2, 0)
	is.Equal(n, 2) // a window of no length waits for nothing
	is.True(next.IsZero())
}

// TestWindowHolds compares with all that was ever wanted.
func TestWindowHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var w scaling.Window
		type span struct{ from, until, wanted int }
		var spans []span
		length := rapid.IntRange(1, 20).Draw(t, "length")
		clock := 0
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			clock += rapid.IntRange(0, 8).Draw(t, "later")
			wanted := rapid.IntRange(0, 6).Draw(t, "wanted")
			if len(spans) > 0 {
				spans[len(spans)-1].until = clock
			}
			spans = append(spans, span{clock, clock, wanted})
			most := wanted
			for _, s := range spans[:len(spans)-1] {
				if s.until+length > clock {
					most = max(most, s.wanted)
				}
			}
			got, next := w.Allow(now.Add(time.Duration(clock)), wanted, time.Duration(length))
			if got != most {
				t.Fatalf("%d allowed at %d after %v, want %d", got, clock, spans, most)
			}
			if next.IsZero() != (got == wanted) {
				t.Fatalf("at %d: %d of %d, next %v", clock, got, wanted, next)
			}
		}
	})
}

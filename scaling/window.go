package scaling

import "time"

// DefaultStabilisation is how long fewer workers must have been enough before some
// have to go, in an installation that does not say otherwise.
const DefaultStabilisation = 2 * time.Minute

// Window keeps a number of replicas from following a backlog that comes and goes:
// it allows a rise at once, and a fall only to the greatest number that was wanted
// within its length. What was wanted counts for as long as nothing else was.
//
// The zero Window remembers nothing. It is not safe for concurrent use.
type Window struct {
	// wants have falling numbers, and rising ends. The last one goes on.
	wants []want
}

type want struct {
	replicas int
	until    time.Time // when something else was wanted
}

// Allow notes that at now so many replicas are wanted, and returns how many are
// allowed, and when fewer may be if nothing else is wanted by then (zero if that is
// all that is wanted). now must not go back.
func (w *Window) Allow(now time.Time, replicas int, length time.Duration) (allowed int, next time.Time) {
	w.Held(now, replicas)
	for len(w.wants) > 1 && !now.Before(w.wants[0].until.Add(length)) {
		w.wants = w.wants[1:]
	}
	if first := w.wants[0]; len(w.wants) > 1 {
		return first.replicas, first.until.Add(length)
	}
	return replicas, time.Time{}
}

// Held notes that there were so many replicas up to now, such as those that a
// controller finds when it starts, or that a person has asked for.
func (w *Window) Held(now time.Time, replicas int) {
	if last := len(w.wants) - 1; last >= 0 {
		w.wants[last].until = now
	}
	for last := len(w.wants) - 1; last >= 0 && w.wants[last].replicas <= replicas; last-- {
		w.wants = w.wants[:last]
	}
	w.wants = append(w.wants, want{replicas, now})
}

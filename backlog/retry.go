package backlog

import "time"

// RetryPolicy says when a failed item may be tried again. A zero field means
// that of [DefaultRetryPolicy].
type RetryPolicy struct {
	Base     time.Duration // wait after the first failure, doubled after each further one
	Max      time.Duration // longest wait
	Attempts int           // the item is parked when it failed that often
	// Jitter is the part of a wait that is left to chance, up to 1, so that items
	// that failed together do not come back together. Negative means none.
	Jitter float64
}

// DefaultRetryPolicy tries five times within about eight minutes.
var DefaultRetryPolicy = RetryPolicy{Base: 30 * time.Second, Max: time.Hour, Attempts: 5, Jitter: 0.2}

// Next says what follows the failure number attempts (1 is the first): when the
// next attempt may start, or that there is none and the item is to be parked.
// rand is a random number in [0, 1), by which a wait is shortened by up to
// Jitter of its length.
func (p RetryPolicy) Next(attempts int, now time.Time, rand float64) (notBefore time.Time, park bool) {
	p = p.withDefaults()
	if attempts >= p.Attempts {
		return time.Time{}, true
	}
	wait := p.Base
	for n := 1; n < attempts && wait < p.Max; n++ {
		if wait > p.Max/2 {
			wait = p.Max
			break
		}
		wait *= 2
	}
	wait = min(wait, p.Max)
	wait -= time.Duration(float64(wait) * p.Jitter * rand)
	return now.Add(wait), false
}

// Exhausted tells that an item that failed attempts times is to be parked.
func (p RetryPolicy) Exhausted(attempts int) bool {
	return attempts >= p.withDefaults().Attempts
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	d := DefaultRetryPolicy
	if p.Base > 0 {
		d.Base = p.Base
	}
	if p.Max > 0 {
		d.Max = p.Max
	}
	if p.Attempts > 0 {
		d.Attempts = p.Attempts
	}
	if p.Jitter != 0 {
		d.Jitter = min(max(p.Jitter, 0), 1)
	}
	return d
}

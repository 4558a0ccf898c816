package snapshot

import (
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// Activate returns s as that of an artefact that is part of the delivery at now,
// and tells if it differs from s.
func (s Snapshot) Activate(now time.Time) (Snapshot, bool) {
	if s.Active() {
		return s, false
	}
	return s.change(activity(metadata.StatusActive, now))
}

// Deactivate returns s as that of an artefact that left the delivery, and tells
// if it differs from s. A snapshot without a state of the artefact itself gets
// one, from which its grace period counts.
func (s Snapshot) Deactivate(now time.Time) (Snapshot, bool) {
	if state, ok := s.Current(nil); ok && state.Status != metadata.StatusActive {
		return s, false
	}
	return s.change(activity(metadata.StatusInactive, now))
}

func (s Snapshot) change(state State) (Snapshot, bool) {
	next := s.Update(state)
	return next, !Equal(s, next)
}

// Expired tells if the artefact itself has been in its present state for grace
// or longer. Without such a state it is false.
func (s Snapshot) Expired(grace time.Duration, now time.Time) bool {
	state, ok := s.Current(nil)
	return ok && now.Sub(state.time()) >= grace
}

// Retirement is what becomes of the snapshot of an artefact that was not found.
// Either Delete or Write is set, or nothing is to be done.
type Retirement struct {
	Snapshot Snapshot
	// Left says that the artefact was active until now: whoever reports its findings
	// is to be told.
	Left   bool
	Write  bool // Snapshot differs from what is stored
	Delete bool // the grace period is over
}

// Retire says what becomes of the snapshot of an artefact that was not found at
// now: it goes inactive, and is deleted once it has been so for grace.
func (s Snapshot) Retire(grace time.Duration, now time.Time) Retirement {
	next, changed := s.Deactivate(now)
	expired := next.Expired(grace, now)
	return Retirement{Snapshot: next, Left: s.Active(), Write: changed && !expired, Delete: expired}
}

package snapshot

import (
	"slices"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// State says what was the case for a service at a time.
type State struct {
	Timestamp metadata.Timestamp
	// Status of the artefact itself is "active" or "inactive". Of a service it is
	// null, or the number of scan infos when it was triggered.
	Status metadata.Status
	// Service is a service id such as "osid", or nil for the artefact itself.
	Service *string

	extra string // further members as JSON, each after a comma
}

// Equal tells if a and b say the same. Timestamps are compared as text.
func (a State) Equal(b State) bool {
	return a.Timestamp == b.Timestamp && a.Status == b.Status && a.extra == b.extra && sameService(a.Service, b.Service)
}

func (a State) time() time.Time {
	t, _ := a.Timestamp.Time() // what is no time is older than everything
	return t
}

func sameService(a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// Snapshot is ODG's ComplianceSnapshot. The zero Snapshot knows nothing, and its
// artefact is not active. Methods leave their receiver as it is, so a Snapshot is
// safe for concurrent use as long as nobody changes States.
type Snapshot struct {
	// States in the order in which they were written. Existing data has several of
	// one service; the current one is that of [Snapshot.Current].
	States []State

	extra string // further members of the payload
}

// New returns the snapshot of an artefact that was first seen at now.
func New(now time.Time) Snapshot {
	return Snapshot{States: []State{activity(metadata.StatusActive, now)}}
}

func activity(status metadata.Status, now time.Time) State {
	return State{Timestamp: metadata.TimestampOf(now), Status: status}
}

// Current returns the state of a service with the greatest timestamp, the first
// of several, or false if there is none. A nil service asks for the artefact
// itself and matches nothing else.
func (s Snapshot) Current(service *string) (State, bool) {
	i := s.current(service)
	if i < 0 {
		return State{}, false
	}
	return s.States[i], true
}

func (s Snapshot) current(service *string) int {
	found := -1
	for i, state := range s.States {
		if sameService(state.Service, service) &&
			(found < 0 || state.time().After(s.States[found].time())) {
			found = i
		}
	}
	return found
}

// Active tells if the artefact is part of the delivery. Without a state of its
// own it is not.
func (s Snapshot) Active() bool {
	state, ok := s.Current(nil)
	return ok && state.Status == metadata.StatusActive
}

// Update appends a state and removes all but the current one of its service. A
// state that is not newer than the current one is therefore dropped.
func (s Snapshot) Update(state State) Snapshot {
	grown := make([]State, 0, len(s.States)+1)
	s.States = append(append(grown, s.States...), state)
	s.purge(state.Service)
	return s
}

// Purge removes all but the current state of a service, nil for the artefact
// itself. Of states that say the same it keeps the last.
func (s Snapshot) Purge(service *string) Snapshot {
	s.States = slices.Clone(s.States)
	s.purge(service)
	return s
}

// purge is Purge on states that nobody else has.
func (s *Snapshot) purge(service *string) {
	current, i := s.latest(service), -1
	s.States = slices.DeleteFunc(s.States, func(state State) bool {
		i++
		return i != current && sameService(state.Service, service)
	})
}

// latest is current, but the last of several that say the same: existing
// installations keep that one, and the order shows in what is stored.
func (s Snapshot) latest(service *string) int {
	current := s.current(service)
	for i, state := range s.States {
		if i > current && current >= 0 && state.Equal(s.States[current]) {
			current = i
		}
	}
	return current
}

// Equal tells if a and b say the same, so that one need not be written over the
// other.
func Equal(a, b Snapshot) bool {
	if len(a.States) != len(b.States) || a.extra != b.extra {
		return false
	}
	for i := range a.States {
		if !a.States[i].Equal(b.States[i]) {
			return false
		}
	}
	return true
}

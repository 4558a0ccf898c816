package snapshot

import (
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// Trigger says how urgently an extension must look at an artefact. The values
// are those of backlog priorities, so they convert.
type Trigger int

// The triggers.
const (
	TriggerNone Trigger = 0 // not due
	TriggerLow  Trigger = 1 // its interval has passed
	TriggerHigh Trigger = 4 // never looked at, or something changed
)

// Check asks if an extension is due for an artefact.
type Check struct {
	Service  string        // service id of the extension
	Interval time.Duration // time between two triggers
	// Status is what the extension depends on besides time, such as the number of
	// scan infos; null for nothing.
	Status metadata.Status
	Now    time.Time
}

// Due tells if and how urgently the extension is to be triggered. A status of
// null, 0 or "" never counts as changed, like in existing installations.
func (s Snapshot) Due(c Check) Trigger {
	state, ok := s.Current(&c.Service)
	switch {
	case !ok:
		return TriggerHigh
	case !blank(c.Status) && c.Status != state.Status:
		return TriggerHigh
	case c.Now.Sub(state.time()) >= c.Interval:
		return TriggerLow
	}
	return TriggerNone
}

// Triggered returns s with the note that the extensions were triggered, each at
// the time of its check. Checks of one call are of different services.
func (s Snapshot) Triggered(checks ...Check) Snapshot {
	states := make([]State, 0, len(s.States)+len(checks))
	s.States = append(states, s.States...)
	var at metadata.Timestamp
	for i, c := range checks {
		if i == 0 || !c.Now.Equal(checks[i-1].Now) {
			at = metadata.TimestampOf(c.Now)
		}
		service := new(c.Service)
		s.States = append(s.States, State{Timestamp: at, Status: c.Status, Service: service})
		s.purge(service)
	}
	return s
}

func blank(s metadata.Status) bool {
	text, _ := s.Text()
	count, _ := s.Count()
	return text == "" && count == 0
}

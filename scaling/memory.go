package scaling

import "time"

// How long a controller leaves workers as somebody else has scaled them: longer with
// each time in a row, so that two controllers that disagree do not keep each other
// busy, and that a person has the time to see what is going on.
const (
	firstHold = 5 * time.Second
	maxHold   = 5 * time.Minute
)

// memory is what a controller remembers of one service.
type memory struct {
	window   Window
	known    bool
	replicas int // as they were left or found
	before   int // what they were before somebody else changed them
	missing  bool
	failures map[Reason]string // what was reported last, until it works

	quarrels int
	hold     time.Time // no change before
}

// see notes how many workers there are to be, and tells if somebody else has
// changed that.
func (m *memory) see(now time.Time, current int) (changed bool) {
	changed = m.known && current != m.replicas
	if changed {
		m.quarrel(now)
		m.before = m.replicas
	}
	if changed || !m.known {
		m.window.Held(now, current)
	}
	m.known, m.replicas = true, current
	return changed
}

func (m *memory) quarrel(now time.Time) {
	if now.Sub(m.hold) > maxHold {
		m.quarrels = 0
	}
	m.hold = now.Add(min(firstHold<<min(m.quarrels, 10), maxHold))
	m.quarrels++
}

// scaled notes that the controller has changed the number of workers.
func (m *memory) scaled(to int) {
	m.replicas = to
	m.works(ScalingFailed)
}

// fails notes a failure, and tells if it is another one than before.
func (m *memory) fails(r Reason, text string) bool {
	if m.failures == nil {
		m.failures = map[Reason]string{}
	}
	before := m.failures[r]
	m.failures[r] = text
	return text != before
}

// works notes that what has failed does not any more.
func (m *memory) works(r Reason) { delete(m.failures, r) }

package sprint

import (
	"slices"
	"sort"
	"strings"

	"github.com/opendeliverygear/odg/metadata"
)

// Calendar holds sprints for lookups. The zero Calendar has none. It is safe for
// concurrent use.
type Calendar struct {
	listed []Sprint
	byDue  []Sprint
}

// NewCalendar returns a calendar of sprints, which may be in any order and are not
// to be changed afterwards.
func NewCalendar(sprints []Sprint) *Calendar {
	byDue := slices.Clone(sprints)
	slices.SortStableFunc(byDue, func(a, b Sprint) int { return strings.Compare(string(a.Due()), string(b.Due())) })
	return &Calendar{listed: sprints, byDue: byDue}
}

// Sprints returns all sprints as ODG's API lists them: the newest first if they
// are generated, else in the order of the configuration. It is never nil, and not to
// be changed.
func (c *Calendar) Sprints() []Sprint {
	if c.listed == nil {
		return []Sprint{}
	}
	return c.listed
}

// For returns the sprint for what is due on a day: the first one whose due date is
// not before that day, or the last one if there is none. It then moves by offset
// sprints, to earlier ones if offset is negative, but not beyond the first and the
// last. It returns false only if there are no sprints.
func (c *Calendar) For(day metadata.Date, offset int) (Sprint, bool) {
	last := len(c.byDue) - 1
	if last < 0 {
		return Sprint{}, false
	}
	i := sort.Search(last, func(i int) bool { return c.byDue[i].Due() >= day })
	offset = min(max(offset, -len(c.byDue)), len(c.byDue)) // so that the sum cannot overflow
	return c.byDue[min(max(i+offset, 0), last)], true
}

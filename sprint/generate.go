package sprint

import (
	"slices"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// At returns the sprints as of now, which matters for a rule: its sprints reach
// until the first that ends [Rule.FutureDays] days after now (in UTC) or later.
// Those of the past stay, and so do all names. c must be valid; a nil Config has
// no sprints.
func (c *Config) At(now time.Time) *Calendar {
	if c == nil {
		return &Calendar{}
	}
	if c.Rule != nil {
		sprints := c.Rule.sprints(now, c.Meta)
		slices.Reverse(sprints)
		return NewCalendar(sprints)
	}
	var sprints []Sprint
	for _, s := range c.Listed {
		end, err := s.End.Time()
		if err != nil {
			continue // not valid
		}
		sprints = append(sprints, c.Meta.sprint(s.Name, end))
	}
	return NewCalendar(sprints)
}

// sprints returns the sprints of the rule, the oldest first.
func (r *Rule) sprints(now time.Time, meta Meta) []Sprint {
	ends := r.ends(now)
	var (
		sprints       []Sprint
		number, cycle int
	)
	for i, end := range ends {
		k := i + r.Offset
		if k < 0 || k >= len(ends) {
			continue // the date is there for the names of others only
		}
		if n := r.number(ends[k]); n == number {
			cycle++
		} else {
			number, cycle = n, 0
		}
		sprints = append(sprints, meta.sprint(formatName(r.NamePattern, ends[k], number, cycle), end))
	}
	return sprints
}

// ends returns the days on which sprints end, the first of them Offset sprints
// away from the start.
func (r *Rule) ends(now time.Time) []time.Time {
	start, err := r.Start.Time()
	if err != nil || r.DaysPerSprint < 1 {
		return nil // not valid
	}
	year, month, day := now.UTC().Date()
	until := time.Date(year, month, day+r.FutureDays, 0, 0, 0, 0, time.UTC)
	end := start.AddDate(0, 0, r.Offset*r.DaysPerSprint)
	if !end.Before(until) {
		return nil
	}
	ends := []time.Time{end}
	for end.Before(until) {
		end = end.AddDate(0, 0, r.DaysPerSprint)
		ends = append(ends, end)
	}
	return ends
}

// number returns the number of the sprint in its year.
func (r *Rule) number(day time.Time) int {
	length := max(r.Cycles, 1) * r.DaysPerSprint
	return (day.YearDay() + length - 1) / length
}

// sprint returns a sprint with all its dates.
func (m *Meta) sprint(name string, end time.Time) Sprint {
	s := Sprint{Name: name, DueDateName: m.dueDateName()}
	s.Dates = append(make([]Date, 0, 1+len(m.Offsets)), Date{EndDate, "End Date", metadata.DateOf(end)})
	for _, o := range m.Offsets {
		display := o.DisplayName
		if display == "" {
			display = o.Name
		}
		s.Dates = append(s.Dates, Date{o.Name, display, metadata.DateOf(end.AddDate(0, 0, o.Days))})
	}
	return s
}

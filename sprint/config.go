package sprint

import (
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg/metadata"
)

// Config says which sprints there are. The zero Config has none.
type Config struct {
	// Rule generates the sprints; nil if they are listed.
	Rule *Rule
	// Listed are the sprints without a rule, in any order.
	Listed []Listed
	// Meta says which dates the sprints have besides their end.
	Meta Meta
}

// Listed is a sprint of a list.
type Listed struct {
	Name string        `yaml:"name,required"`
	End  metadata.Date `yaml:"end_date,required"`
}

// Meta says which dates sprints have besides their end. The zero Meta means none.
type Meta struct {
	// Offsets are dates that are counted from the end of a sprint.
	Offsets []Offset `yaml:"offsets,nullable"`
	// DueDateName is the name of the date on which findings are due; empty means
	// [EndDate].
	DueDateName string `yaml:"finding_due_date_offset_name,nullable"`
}

// Offset is a date that is counted from the end of a sprint.
type Offset struct {
	Name string `yaml:"name,required"`
	// DisplayName is what people read; empty means Name.
	DisplayName string `yaml:"display_name,nullable"`
	// Days is how many days after the end of the sprint the date is; it is before
	// the end if negative.
	Days int `yaml:"offset_days,required"`
}

// Rule generates sprints of equal length. The defaults are those of a
// configuration that does not mention a field; [DefaultRule] has them.
type Rule struct {
	// NamePattern makes the names of sprints. It is in the syntax of strftime, with
	// two codes of its own: %S is the number of the sprint in the year as two
	// digits, %C its cycle, a to z.
	NamePattern string `yaml:"sprint_name_pattern,required"`
	// Start is a day on which a sprint ends; all others are counted from it. Leave it
	// alone once it is in use: the names of sprints depend on it.
	Start metadata.Date `yaml:"start_date" default:"2025-01-08"`
	// FutureDays is how far the sprints reach into the future, in days.
	FutureDays int `yaml:"future_threshold_days" default:"365"`
	// DaysPerSprint is the length of a sprint (of one cycle of it) in days.
	DaysPerSprint int `yaml:"days_per_sprint" default:"14"`
	// Cycles is how many sprints share a number and are told apart by a letter;
	// 0 is the same as 1.
	Cycles int `yaml:"cycles" default:"2"`
	// Offset names a sprint after the end of the one that is so many sprints later,
	// earlier if negative: -2 makes the year's first sprint end in February.
	Offset int `yaml:"offset" default:"-2"`
}

// DefaultRule returns the rule of a configuration with nothing but a pattern for
// the names.
func DefaultRule(namePattern string) Rule {
	return Rule{NamePattern: namePattern, Start: "2025-01-08", FutureDays: 365, DaysPerSprint: 14, Cycles: 2, Offset: -2}
}

// The bounds of a [Rule]: they keep a slip of the pen from making millions of
// sprints.
const (
	earliestStart = "1970-01-01"
	latestStart   = "2999-12-31"
	maxDays       = 36_500
	maxCycles     = 366
	maxOffset     = 1000
)

// fault is a value that makes no sense.
type fault struct{ key, problem, remedy string }

// Validate returns an error that names all that makes no sense, nil if all does.
func (c *Config) Validate() error {
	faults := c.Meta.faults()
	if c.Rule != nil {
		faults = append(faults, c.Rule.faults()...)
	}
	for i, s := range c.Listed {
		if _, err := s.End.Time(); err != nil {
			faults = append(faults, fault{fmt.Sprintf("sprints[%d].end_date", i), err.Error(), "write a date"})
		}
	}
	var all []error
	for _, f := range faults {
		all = append(all, fmt.Errorf("%s: %s; %s", f.key, f.problem, f.remedy))
	}
	return errors.Join(all...)
}

func (r *Rule) faults() []fault {
	var all []fault
	add := func(wrong bool, key string, value any, remedy string) {
		if wrong {
			all = append(all, fault{key, fmt.Sprintf("%v is out of range", value), remedy})
		}
	}
	if err := checkPattern(r.NamePattern); err != nil {
		all = append(all, fault{"sprint_name_pattern", err.Error(), "use %y, %Y, %m, %d, %j, %V, %S and %C"})
	}
	if _, err := r.Start.Time(); err != nil {
		all = append(all, fault{"start_date", err.Error(), "write the day on which a sprint ends"})
	} else {
		add(r.Start < earliestStart || r.Start > latestStart, "start_date", r.Start, "write a day from "+earliestStart+" to "+latestStart)
	}
	add(r.FutureDays < 0 || r.FutureDays > maxDays, "future_threshold_days", r.FutureDays, fmt.Sprintf("write a number of days from 0 to %d", maxDays))
	add(r.DaysPerSprint < 1 || r.DaysPerSprint > maxDays, "days_per_sprint", r.DaysPerSprint, fmt.Sprintf("write a number of days from 1 to %d", maxDays))
	add(r.Cycles < 0 || r.Cycles > maxCycles, "cycles", r.Cycles, fmt.Sprintf("write a number from 0 to %d", maxCycles))
	add(r.Offset < -maxOffset || r.Offset > maxOffset, "offset", r.Offset, fmt.Sprintf("write a number from -%d to %d", maxOffset, maxOffset))
	return all
}

func (m *Meta) faults() []fault {
	var all []fault
	names := map[string]bool{EndDate: true}
	for i, o := range m.Offsets {
		at := fmt.Sprintf("offsets[%d]", i)
		switch {
		case o.Name == EndDate:
			all = append(all, fault{at + ".name", "every sprint has an " + EndDate, "rename the date"})
		case names[o.Name]:
			all = append(all, fault{at + ".name", fmt.Sprintf("the date %q is there already", o.Name), "rename one of the two"})
		}
		names[o.Name] = true
		if o.Days < -maxDays || o.Days > maxDays {
			all = append(all, fault{at + ".offset_days", fmt.Sprintf("%d is out of range", o.Days), fmt.Sprintf("write a number of days from -%d to %d", maxDays, maxDays)})
		}
	}
	if name := m.dueDateName(); !names[name] {
		all = append(all, fault{"finding_due_date_offset_name", fmt.Sprintf("sprints have no date %q", name), "name one of the offsets, or " + EndDate})
	}
	return all
}

func (m *Meta) dueDateName() string {
	if m.DueDateName == "" {
		return EndDate
	}
	return m.DueDateName
}

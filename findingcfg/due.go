package findingcfg

import (
	"errors"
	"fmt"

	"github.com/opendeliverygear/odg/metadata"
)

// ErrDueDateNeeded is returned where the allowed processing time is "input", so
// that only a person can name the due date, and nobody has.
var ErrDueDateNeeded = errors.New("a due date must be given, the allowed processing time is input")

// input is how "a person names the due date" is written.
const input = "input"

// ProcessingTime says how long a finding may stay open. The zero ProcessingTime
// means for ever: there is no due date.
type ProcessingTime struct {
	set, input bool
	duration   Duration
}

// Within returns the processing time d. Zero means due at once, not "for ever".
func Within(d Duration) ProcessingTime { return ProcessingTime{set: true, duration: d} }

// ByInput returns the processing time for which a person names the due date.
func ByInput() ProcessingTime { return ProcessingTime{set: true, input: true} }

// Duration returns the time span, and false if there is none or a person names
// the due date.
func (p ProcessingTime) Duration() (Duration, bool) { return p.duration, p.set && !p.input }

// NeedsInput tells if a person must name the due date.
func (p ProcessingTime) NeedsInput() bool { return p.input }

// Raw is what scanners store with a finding: nil, "input", or "<seconds>s".
func (p ProcessingTime) Raw() *string {
	switch {
	case p.input:
		return new(input)
	case p.set:
		return new(p.duration.String())
	}
	return nil
}

// ParseProcessingTime reads the stored form, or anything that [ParseDuration]
// reads. Nil and the empty text mean no due date.
func ParseProcessingTime(text *string) (ProcessingTime, error) {
	switch {
	case text == nil || *text == "":
		return ProcessingTime{}, nil
	case *text == input:
		return ByInput(), nil
	}
	d, err := ParseDuration(*text)
	if err != nil {
		return ProcessingTime{}, err
	}
	return Within(d), nil
}

// DueDate returns the day until which a finding that was discovered on that day
// may stay open. The empty date means no due date. It returns
// [ErrDueDateNeeded] if a person must name it.
func (p ProcessingTime) DueDate(discovered metadata.Date) (metadata.Date, error) {
	switch {
	case p.input:
		return "", ErrDueDateNeeded
	case !p.set:
		return "", nil
	}
	due, err := discovered.AddDays(p.duration.Days())
	if err != nil {
		return "", fmt.Errorf("discovery date: %w", err)
	}
	if len(due) != len("2006-01-02") {
		return "", fmt.Errorf("due date %s: %w: beyond the year 9999", due, ErrDuration)
	}
	return due, nil
}

// DueDate returns the day until which a finding of this category that was
// discovered on that day may stay open, see [ProcessingTime.DueDate]. A nil
// category, one that the configuration does not name any more, has no due date.
func (c *Categorisation) DueDate(discovered metadata.Date) (metadata.Date, error) {
	if c == nil {
		return "", nil
	}
	return c.AllowedProcessingTime.DueDate(discovered)
}

// Open is what is known about an open finding when its due date is asked for.
type Open struct {
	// Discovered is the finding's discovery date.
	Discovered metadata.Date
	// AllowedProcessingTime is the one stored with the finding, or nil.
	AllowedProcessingTime *string
	// Rescoring is the one that applies, or nil.
	Rescoring *Rescored
}

// Rescored is what a rescoring says about the due date.
type Rescored struct {
	// DueDate is the day that a person named, or empty.
	DueDate metadata.Date
	// AllowedProcessingTime is the one stored with the rescoring, or nil.
	AllowedProcessingTime *string
}

// EffectiveDueDate returns the day until which a finding may stay open, given
// the category of its severity after rescoring. The first of these decides: the
// date of the rescoring, the time stored with the rescoring (with the finding,
// if it is not rescored), the category. The empty date means no due date: the
// finding counts as resolved. Errors wrap [ErrDueDateNeeded], [ErrDuration] or
// [metadata.ErrTime].
func (c *Categorisation) EffectiveDueDate(o Open) (metadata.Date, error) {
	stored := o.AllowedProcessingTime
	switch o.basis() {
	case DueByRescoring:
		return o.Rescoring.DueDate, nil
	case DueByCategory:
		return c.DueDate(o.Discovered)
	case DueByRescoringTime:
		stored = o.Rescoring.AllowedProcessingTime
	}
	allowed, err := ParseProcessingTime(stored)
	if err != nil {
		return "", fmt.Errorf("allowed processing time: %w", err)
	}
	return allowed.DueDate(o.Discovered)
}

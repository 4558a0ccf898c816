package sprint

import "github.com/opendeliverygear/odg/metadata"

// Sprint is a span of time that ends on a day. Its JSON is that of ODG's API,
// which clients parse strictly: no key more, no key less.
type Sprint struct {
	// Name is what people call the sprint, such as 2501a.
	Name string `json:"name"`
	// Dates are the end of the sprint and the days that are counted from it, in the
	// order of the configuration; the end is the first.
	Dates []Date `json:"dates"`
	// DueDateName is the name of the date on which the findings of the sprint are due.
	DueDateName string `json:"finding_due_date_offset_name"`
}

// Date is a named day of a sprint.
type Date struct {
	// Name is how programs call it, such as end_date.
	Name string `json:"name"`
	// DisplayName is what people read, such as End Date.
	DisplayName string        `json:"display_name"`
	Value       metadata.Date `json:"value"`
}

// The names of dates that ODG knows.
const (
	// EndDate is the last day of a sprint, which every sprint has.
	EndDate = "end_date"
	// ReleaseDecision is the day that identifies tracking issues, where a sprint
	// has it.
	ReleaseDecision = "release_decision"
)

// On returns the date with this name, and false if the sprint has none.
func (s Sprint) On(name string) (metadata.Date, bool) {
	for _, d := range s.Dates {
		if d.Name == name {
			return d.Value, true
		}
	}
	return "", false
}

// Due returns the day on which the findings of the sprint are due. It is empty
// for the zero Sprint.
func (s Sprint) Due() metadata.Date {
	due, _ := s.On(s.DueDateName)
	return due
}

// IssueDate returns the day that is part of the identity of tracking issues: the
// release decision if the sprint has one, else its due date. See
// [github.com/opendeliverygear/odg/findingcfg.IssueID].
func (s Sprint) IssueDate() metadata.Date {
	if decision, ok := s.On(ReleaseDecision); ok {
		return decision
	}
	return s.Due()
}

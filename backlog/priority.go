package backlog

import (
	"fmt"
	"strconv"
	"strings"
)

// Priority orders items, the greater first. The values are those of ODG's custom
// resources; others occur and are valid unless negative.
type Priority int

// The priorities of ODG.
const (
	PriorityNone     Priority = 0
	PriorityLow      Priority = 1
	PriorityMedium   Priority = 2
	PriorityHigh     Priority = 4
	PriorityCritical Priority = 8
)

var priorityNames = map[Priority]string{
	PriorityNone: "NONE", PriorityLow: "LOW", PriorityMedium: "MEDIUM", PriorityHigh: "HIGH", PriorityCritical: "CRITICAL",
}

// String returns ODG's name of p, such as "HIGH", or the number if it has none.
func (p Priority) String() string {
	if name, ok := priorityNames[p]; ok {
		return name
	}
	return strconv.Itoa(int(p))
}

// Validate returns an error if p is negative.
func (p Priority) Validate() error {
	if p < 0 {
		return fmt.Errorf("backlog priority %d is negative, want 0 or more", int(p))
	}
	return nil
}

// ParsePriority reads what [Priority.String] writes: a name in upper or lower
// case, or a number that is not negative.
func ParsePriority(s string) (Priority, error) {
	for p, name := range priorityNames {
		if strings.EqualFold(s, name) {
			return p, nil
		}
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("backlog priority %q is unknown, want one of none, low, medium, high, critical", s)
	}
	return Priority(n), nil
}

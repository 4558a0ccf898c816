package kube

import (
	"fmt"
	"strings"
)

// Fault is something in a custom resource that cannot be understood.
type Fault struct {
	Path string // such as spec.priority or metadata.labels[…]
	Text string // what is wrong there
}

// String writes the path and what is wrong there.
func (f Fault) String() string { return f.Path + ": " + f.Text }

// MalformedError says why a custom resource cannot be used. Reporting it and going
// on with the next one is right; it does not go away by trying again.
type MalformedError struct {
	Kind   string
	Name   string // of the resource
	Faults []Fault
}

// Error names the resource and all of its faults.
func (e *MalformedError) Error() string {
	texts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		texts[i] = f.String()
	}
	return fmt.Sprintf("%s %s is malformed: %s", e.Kind, e.Name, strings.Join(texts, "; "))
}

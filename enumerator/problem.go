package enumerator

import "fmt"

// Problem is something that an enumeration could not do. The rest of it went on.
type Problem struct {
	// Component is the configured component, or "" for a runtime artefact.
	Component string
	// Position says where the component is configured; may be empty.
	Position string
	Err      error
}

// Error names the component, where it is configured, and the cause.
func (p Problem) Error() string {
	if p.Component == "" {
		return fmt.Sprintf("runtime artefact: %v", p.Err)
	}
	if p.Position == "" {
		return fmt.Sprintf("component %s: %v", p.Component, p.Err)
	}
	return fmt.Sprintf("%s: component %s: %v", p.Position, p.Component, p.Err)
}

// Unwrap returns Err.
func (p Problem) Unwrap() error { return p.Err }

// each takes joined errors apart, so that each becomes a problem of its own.
func each(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
		return nil
	case !ok:
		return []error{err}
	}
	var all []error
	for _, part := range joined.Unwrap() {
		all = append(all, each(part)...)
	}
	return all
}

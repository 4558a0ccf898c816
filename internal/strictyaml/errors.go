package strictyaml

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Error is one mistake in a configuration file.
type Error struct {
	// File is the name that was given to [Parse].
	File string
	// Line and Column count from 1; both are 0 if the file as a whole is meant.
	Line, Column int
	// Path leads to the value, such as $.bdba.mappings[0].group_id, or is empty.
	Path string
	// Problem says what is wrong, Remedy what to do about it. Remedy may be empty.
	Problem, Remedy string
	// Err is the cause for [errors.Is] and [errors.As], or nil.
	Err error
}

// Error writes file:line:column: path: problem; remedy.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(position(e.File, e.Line, e.Column, e.Path))
	b.WriteString(e.Problem)
	if e.Remedy != "" {
		b.WriteString("; ")
		b.WriteString(e.Remedy)
	}
	return b.String()
}

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.Err }

// Warning is something in a configuration file that is read, but hardly meant.
type Warning struct {
	// File, Line, Column and Path are those of [Error].
	File         string
	Line, Column int
	Path         string
	// Problem says what is odd and what comes of it.
	Problem string
}

// String writes file:line:column: path: problem.
func (w Warning) String() string {
	return position(w.File, w.Line, w.Column, w.Path) + w.Problem
}

func position(file string, line, column int, path string) string {
	var b strings.Builder
	b.WriteString(file)
	if line > 0 {
		fmt.Fprintf(&b, ":%d:%d", line, column)
	}
	b.WriteString(": ")
	if path != "" && path != "$" {
		b.WriteString(path + ": ")
	}
	return b.String()
}

// join joins faults as [errors.Join] does, in the order of the file, at most
// [MaxFaults] of them.
func join(faults []error) error {
	slices.SortStableFunc(faults, func(a, b error) int {
		x, y := &Error{}, &Error{} // what is no Error of its own comes first
		errors.As(a, &x)
		errors.As(b, &y)
		return before(x.File, y.File, x.Line, y.Line, x.Column, y.Column)
	})
	if len(faults) > MaxFaults {
		more := fmt.Errorf("%d more faults", len(faults)-MaxFaults)
		faults = append(faults[:MaxFaults:MaxFaults], more)
	}
	return errors.Join(faults...)
}

func before(fileA, fileB string, lineA, lineB, columnA, columnB int) int {
	return cmp.Or(cmp.Compare(fileA, fileB), cmp.Compare(lineA, lineB), cmp.Compare(columnA, columnB))
}

package worker

import (
	"context"
	"errors"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Scanner finds things in artefacts.
type Scanner interface {
	// Scan looks at one artefact. It is called for several at once, and its context
	// ends when its result is no longer wanted. An error that wraps [ErrUnsupported]
	// says that there is nothing to scan, one made by [Permanent] that trying again
	// is pointless; after any other the artefact is scanned again later. A panic
	// counts as an error. zerolog.Ctx(ctx) is the logger of the item.
	Scan(ctx context.Context, id artefact.ID) (Result, error)
}

// ScannerFunc makes a function a [Scanner].
type ScannerFunc func(ctx context.Context, id artefact.ID) (Result, error)

// Scan calls f.
func (f ScannerFunc) Scan(ctx context.Context, id artefact.ID) (Result, error) { return f(ctx, id) }

// Result is all that a scan found in an artefact.
type Result struct {
	// Entries are of the types that [Config] declares. The worker fills in what is
	// missing: the artefact, the datasource, and for findings today as the day of
	// discovery. What was found before and is not among them is removed.
	Entries []metadata.Entry
	// ScanInfo is what is to be remembered of the scan itself, such as the address
	// of a report. It is written as a JSON object; nil means {}.
	ScanInfo any
}

// ErrUnsupported says that a scanner does not scan artefacts of this sort. What
// happens then depends on [Config.OnUnsupported].
var ErrUnsupported = errors.New("artefact is not supported")

// ErrPermanent is wrapped by the errors of [Permanent].
var ErrPermanent = errors.New("not to be tried again")

// Permanent returns err marked as one that another attempt will not cure. The
// item is parked at once. Its text is that of err.
func Permanent(err error) error { return permanentError{err} }

type permanentError struct{ error }

func (e permanentError) Unwrap() []error { return []error{ErrPermanent, e.error} }

package metadata

import (
	"fmt"
	"time"
)

// Expiry is when a decision ends, as text: a day, which is the last one on which it
// holds (in UTC), or an instant, before which it holds. The empty Expiry is null: the
// decision does not end. Instants are written as a [Timestamp] is.
type Expiry string

// ParseExpiry reads a day or an instant in the forms that [ParseTimestamp] reads.
// Errors wrap [ErrTime].
func ParseExpiry(s string) (Expiry, error) {
	at, err := parseISO(s)
	if err != nil {
		return "", fmt.Errorf("end %q: %w, want YYYY-MM-DD or YYYY-MM-DDThh:mm:ss and an optional offset", s, err)
	}
	if dateLength(s) == len(s) {
		return Expiry(at.appendDate(nil)), nil
	}
	return Expiry(at.String()), nil
}

// Time returns the first instant at which the decision does not hold any more, in UTC.
// It fails for texts that are neither a day nor an instant, also for the empty one;
// the error wraps [ErrTime].
func (e Expiry) Time() (time.Time, error) {
	at, err := parseISO(string(e))
	if err != nil {
		return time.Time{}, fmt.Errorf("end %q: %w", string(e), err)
	}
	if dateLength(string(e)) == len(e) {
		return at.time().AddDate(0, 0, 1), nil
	}
	return at.time(), nil
}

// Over tells if a decision that ends then has ended at now. One without an end never
// has; one whose end cannot be read has, since nobody can tell that it still holds.
func (e Expiry) Over(now time.Time) bool {
	if e == "" {
		return false
	}
	end, err := e.Time()
	return err != nil || !now.Before(end)
}

// MarshalJSON writes the empty expiry as null.
func (e Expiry) MarshalJSON() ([]byte, error) { return marshalText(string(e)) }

func normaliseExpiry(s string) (string, error) {
	e, err := ParseExpiry(s)
	return string(e), err
}

package metadata

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Timestamp is an instant in ODG's text form, ISO 8601 as Python's isoformat
// writes it: 2025-01-01T00:00:00, optionally with a fraction and an offset.
// Without an offset it is UTC. The empty Timestamp is null. The text is kept as
// it was given, because it is part of what the database holds; compare with
// [Timestamp.Time], not as text.
type Timestamp string

// Date is a day as YYYY-MM-DD, or empty for null. Dates compare as text.
type Date string

// ErrTime is wrapped by every error about a text that is no timestamp or date.
var ErrTime = errors.New("no ISO 8601 date or time")

// naiveLayout is the text form without an offset; Python omits a zero fraction.
const naiveLayout = "2006-01-02T15:04:05"

// TimestampOf returns t as a naive timestamp in UTC with microseconds, the form
// in which ODG's own processes write.
func TimestampOf(t time.Time) Timestamp {
	t = t.UTC().Truncate(time.Microsecond)
	if t.Nanosecond() == 0 {
		return Timestamp(t.Format(naiveLayout))
	}
	return Timestamp(t.Format(naiveLayout + ".000000"))
}

// ParseTimestamp reads what Python's datetime.fromisoformat reads, and returns
// it as isoformat writes it: 2025-01-01T10:00Z becomes 2025-01-01T10:00:00+00:00.
// Digits behind the microseconds are dropped. Errors wrap [ErrTime].
func ParseTimestamp(s string) (Timestamp, error) {
	at, err := parseISO(s)
	if err != nil {
		return "", fmt.Errorf("timestamp %q: %w, want YYYY-MM-DDThh:mm:ss and an optional offset", s, err)
	}
	return Timestamp(at.String()), nil
}

// Time returns the instant in UTC. A text without an offset is read as UTC.
// It fails for texts that are no timestamp, also for the empty one; the error
// wraps [ErrTime].
func (t Timestamp) Time() (time.Time, error) {
	at, err := parseISO(string(t))
	if err != nil {
		return time.Time{}, fmt.Errorf("timestamp %q: %w", string(t), err)
	}
	return at.time(), nil
}

// DateOf returns the day of t in UTC.
func DateOf(t time.Time) Date { return Date(t.UTC().Format(time.DateOnly)) }

// ParseDate reads a date, or a timestamp, of which it takes the date as written,
// whatever its offset. Errors wrap [ErrTime].
func ParseDate(s string) (Date, error) {
	at, err := parseISO(s)
	if err != nil {
		return "", fmt.Errorf("date %q: %w, want YYYY-MM-DD", s, err)
	}
	return Date(at.appendDate(nil)), nil
}

// Time returns the start of the day in UTC. It fails for texts that are no date.
func (d Date) Time() (time.Time, error) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}, fmt.Errorf("date %q: %w, want YYYY-MM-DD", string(d), ErrTime)
	}
	return t, nil
}

// AddDays returns the date n days later. It fails for texts that are no date.
func (d Date) AddDays(n int) (Date, error) {
	t, err := d.Time()
	if err != nil {
		return "", err
	}
	return DateOf(t.AddDate(0, 0, n)), nil
}

// MarshalJSON writes the empty date as null.
func (d Date) MarshalJSON() ([]byte, error) { return marshalText(string(d)) }

// MarshalJSON writes the empty timestamp as null.
func (t Timestamp) MarshalJSON() ([]byte, error) { return marshalText(string(t)) }

func marshalText(s string) ([]byte, error) {
	if s == "" {
		return []byte("null"), nil
	}
	return json.Marshal(s)
}

func normaliseTimestamp(s string) (string, error) {
	t, err := ParseTimestamp(s)
	return string(t), err
}

func normaliseDate(s string) (string, error) {
	d, err := ParseDate(s)
	return string(d), err
}

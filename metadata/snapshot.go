package metadata

import (
	"encoding/json"
	"strconv"
)

// ComplianceSnapshot is what the enumerator remembers of an artefact: a small
// log with at most one current entry per service. See package snapshot.
type ComplianceSnapshot struct {
	State []SnapshotState `json:"state"`
}

// SnapshotState says when a service was last triggered for an artefact, or, for
// the null service, since when the artefact is active or inactive.
type SnapshotState struct {
	Timestamp Timestamp `json:"timestamp"`
	Status    Status    `json:"status" odg:"is=status,null"`
	Service   *string   `json:"service"`
}

// Status is what a [SnapshotState] says: a text, a whole number, or null, which
// is the zero Status. Statuses compare with ==.
type Status struct {
	kind  byte
	text  string
	count int64
}

const (
	statusText  = 't'
	statusCount = 'n'
)

// The statuses of artefacts.
var (
	StatusActive   = StatusText("active")
	StatusInactive = StatusText("inactive")
)

// StatusText returns the status with that text.
func StatusText(s string) Status { return Status{kind: statusText, text: s} }

// StatusCount returns the status with that number.
func StatusCount(n int64) Status { return Status{kind: statusCount, count: n} }

// Text returns the text of s, false if it is null or a number.
func (s Status) Text() (string, bool) { return s.text, s.kind == statusText }

// Count returns the number of s, false if it is null or a text.
func (s Status) Count() (int64, bool) { return s.count, s.kind == statusCount }

// MarshalJSON writes a string, a number or null.
func (s Status) MarshalJSON() ([]byte, error) {
	switch s.kind {
	case statusText:
		return json.Marshal(s.text)
	case statusCount:
		return strconv.AppendInt(nil, s.count, 10), nil
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads a string, a whole number or null.
func (s *Status) UnmarshalJSON(data []byte) error {
	*s = Status{}
	switch {
	case string(data) == "null":
		return nil
	case len(data) > 0 && data[0] == '"':
		s.kind = statusText
		return json.Unmarshal(data, &s.text)
	}
	s.kind = statusCount
	var n Integer
	err := n.UnmarshalJSON(data)
	s.count = int64(n)
	return err
}

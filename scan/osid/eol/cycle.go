package eol

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// Products maps the name of a product to its cycles, newest first as a rule.
type Products map[string][]Cycle

// Rolling is the name of the only cycle of a product without releases, which is
// always current.
const Rolling = "rolling"

// Cycle is a branch of releases that is supported together.
type Cycle struct {
	Name        string        `json:"cycle"` // such as "12", "24.04" or "3.16"
	Codename    string        `json:"codename,omitempty"`
	ReleaseDate metadata.Date `json:"releaseDate,omitempty"`
	// EOL is the end of the regular support.
	EOL End `json:"eol"`
	// ExtendedSupport is the end of what follows it: LTS, ESM, or a contract.
	ExtendedSupport End `json:"extendedSupport,omitzero"`
	// Latest is the newest release of the branch, empty if there are none or
	// nobody knows.
	Latest            string        `json:"latest,omitempty"`
	LatestReleaseDate metadata.Date `json:"latestReleaseDate,omitempty"`
}

// UnmarshalJSON reads a cycle of the API, version 0, whose names and latest
// releases may be numbers.
func (c *Cycle) UnmarshalJSON(text []byte) error {
	type plain Cycle
	wire := struct {
		*plain
		Name   number `json:"cycle"`
		Latest number `json:"latest"`
	}{plain: (*plain)(c)}
	if err := json.Unmarshal(text, &wire); err != nil {
		return err
	}
	c.Name, c.Latest = string(wire.Name), string(wire.Latest)
	return nil
}

// number is a text that may be written as a number.
type number string

func (n *number) UnmarshalJSON(text []byte) error {
	var value json.Number
	if json.Unmarshal(text, &value) == nil {
		*n = number(value)
		return nil
	}
	return json.Unmarshal(text, (*string)(n))
}

// End is when something ends: a day, or only whether it has ended. The zero End
// has not ended.
type End struct {
	Day   metadata.Date // the last day, empty if unknown
	Ended bool          // counts if there is no Day
}

// Reached tells if the end has come: the day is over in UTC.
func (e End) Reached(now time.Time) bool {
	if e.Day == "" {
		return e.Ended
	}
	return metadata.DateOf(now) > e.Day
}

// String returns the day, "ended" or "open".
func (e End) String() string {
	switch {
	case e.Day != "":
		return string(e.Day)
	case e.Ended:
		return "ended"
	}
	return "open"
}

// MarshalJSON writes the day, or true or false as the API does.
func (e End) MarshalJSON() ([]byte, error) {
	if e.Day != "" {
		return json.Marshal(string(e.Day))
	}
	return json.Marshal(e.Ended)
}

// UnmarshalJSON reads a day, true, false, or null for the zero End.
func (e *End) UnmarshalJSON(text []byte) error {
	*e = End{}
	if string(text) == "null" || json.Unmarshal(text, &e.Ended) == nil {
		return nil
	}
	var day metadata.Date
	if err := json.Unmarshal(text, &day); err != nil {
		return fmt.Errorf("end of life %s: want a date, true or false", text)
	}
	if _, err := day.Time(); err != nil {
		return fmt.Errorf("end of life: %w", err)
	}
	e.Day = day
	return nil
}

// Extended returns cycles whose end of life is the end of the extended support,
// where there is one.
func Extended(cycles []Cycle) []Cycle {
	extended := make([]Cycle, len(cycles))
	for i, c := range cycles {
		if c.ExtendedSupport.Day > c.EOL.Day && c.EOL.Day != "" {
			c.EOL = c.ExtendedSupport
		}
		extended[i] = c
	}
	return extended
}

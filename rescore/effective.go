package rescore

import (
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// Effective is how a finding stands after all that was decided about it, in a form that
// a database can keep, sort and filter by. It depends on the finding, on the rescorings
// of the same subject (see [metadata.Entry.Subject]) and on the configuration of the
// finding's type; who keeps it works it out anew when one of these changes. Package
// findingcfg makes it.
type Effective struct {
	// Severity is the id of the category that counts: that of the deciding rescoring,
	// or the scanner's.
	Severity string `json:"severity"`
	// Value is the numeric value of the category; 0 means solved, [UnknownValue] that
	// the configuration has no such category.
	Value int `json:"value"`
	// Due is the last day on which the finding may be open; empty means none, as for
	// what is solved and what cannot be judged.
	Due metadata.Date `json:"due_date,omitempty"`
	// Rescoring is the id of the deciding rescoring, empty if none applies.
	Rescoring string `json:"rescoring,omitempty"`
	// Until is the moment from which it may be otherwise, because the deciding
	// rescoring ends; zero means never.
	Until time.Time `json:"valid_until,omitzero"`
}

// UnknownValue is the value of a severity that is no category.
const UnknownValue = -1

// Over tells if the decision behind it has ended, so that it is to be worked out anew.
func (e Effective) Over(now time.Time) bool { return !e.Until.IsZero() && !now.Before(e.Until) }

package metadata

import "time"

// Retention says if and for how long the discovery date of an earlier entry is
// kept for a new one that is about the same thing.
type Retention struct {
	Disabled bool
	// MaxReuse bounds the age of the earlier entry's last update; 0 means no bound.
	MaxReuse time.Duration
}

// DefaultRetention applies to types without a configuration: keep, without bound.
var DefaultRetention = Retention{}

// Candidate is an earlier entry from which a new one may take its discovery date.
type Candidate struct {
	LastUpdate    Timestamp
	DiscoveryDate Date
}

// Reuse returns the discovery date that a new entry takes from earlier ones with
// the same [ReuseKey], or "" if it keeps its own. Those of the same batch come
// first, in their order, of any datasource; then those that are stored for the
// same datasource, latest update first, in any order given here. The first one
// with a date wins, unless its last update is more than MaxReuse before now. An
// update without offset is read as UTC, one that is no time is too old (D29 of
// the deliberate differences).
func (r Retention) Reuse(now time.Time, batch, stored []Candidate) Date {
	if r.Disabled {
		return ""
	}
	for _, c := range batch {
		if r.allows(now, c) {
			return c.DiscoveryDate
		}
	}
	var best *Candidate
	for i := range stored {
		if c := &stored[i]; r.allows(now, *c) && (best == nil || c.before(*best)) {
			best = c
		}
	}
	if best == nil {
		return ""
	}
	return best.DiscoveryDate
}

func (r Retention) allows(now time.Time, c Candidate) bool {
	if c.DiscoveryDate == "" {
		return false
	}
	if r.MaxReuse == 0 {
		return true
	}
	updated, err := c.LastUpdate.Time()
	return err == nil && !updated.Add(r.MaxReuse).Before(now)
}

// before tells if c is preferred to other: by the text of the last update, as
// existing installations sort it. Of equal ones the earlier discovery wins, so
// that the result does not depend on the order of rows.
func (c Candidate) before(other Candidate) bool {
	if c.LastUpdate != other.LastUpdate {
		return c.LastUpdate > other.LastUpdate
	}
	return c.DiscoveryDate < other.DiscoveryDate
}

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

package scaling

import (
	"slices"
	"time"
)

// DefaultClaimTimeout is the age from which a claim is stale in an installation
// without a configuration (remove_claim_after_minutes).
const DefaultClaimTimeout = 30 * time.Minute

// Claim is what a claimed item says about its worker, as the texts of its
// annotations; empty if it has none.
type Claim struct {
	Holder string // claimed-by: name of the worker's pod
	At     string // claimed-at: when it was claimed or last renewed, ISO 8601
}

// Claimed tells if the label of an item says that it is claimed: the texts of
// true in YAML 1.1. A missing label is the empty text.
func Claimed(label string) bool {
	switch label {
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
		return true
	}
	return false
}

// Stale tells if c must be taken back at now: its holder is none of the live
// workers, or it is timeout old or older. A claim without a holder, or whose time
// has no offset, is judged by the other half alone; one with neither text is
// stale, for nobody could be told that it is theirs.
func Stale(c Claim, live []string, now time.Time, timeout time.Duration) bool {
	if c == (Claim{}) {
		return true
	}
	if c.Holder != "" && !slices.Contains(live, c.Holder) {
		return true
	}
	at, err := time.Parse(time.RFC3339, c.At)
	return err == nil && now.Sub(at) >= timeout
}

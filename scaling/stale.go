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
	// LeaseEnd is when the claim ends unless it is renewed. It is zero for one
	// without a lease, as the workers of ODG in Python make them.
	LeaseEnd time.Time
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

// Stale tells if c must be taken back at now.
//
// A claim without a lease is stale if its holder is none of the live workers, or if
// it is timeout old or older. One without a holder, or whose time has no offset, is
// judged by the other half alone; one with neither text is stale, for nobody could
// be told that it is theirs. A claim with a lease is stale when that is over: its
// worker need not be a pod, and proves by renewing that it is alive.
func Stale(c Claim, live []string, now time.Time, timeout time.Duration) bool {
	return stale(c, State{Live: live, Now: now, ClaimTimeout: timeout}) != Held
}

// Cause says why a claim is taken back.
type Cause string

// WaitGrace is how long an item whose wait is over stays hidden from workers that do
// not know of waits, so that those who do, and need no help, come first.
const WaitGrace = 5 * time.Minute

// The causes. Held is that of a claim that is not.
const (
	Held         Cause = ""
	NobodyNamed  Cause = "nobody-named"  // neither a holder nor a time
	HolderGone   Cause = "holder-gone"   // no live worker has the holder's name
	LeaseOver    Cause = "lease-over"    // not renewed in time
	ClaimTooOld  Cause = "claim-too-old" // without a lease, remove_claim_after_minutes ago
	HolderKilled Cause = "holder-killed" // the worker is known to have ended, its lease goes on
	WaitOver     Cause = "wait-over"     // no claim, see [Item.Hidden]
)

func stale(c Claim, s State) Cause {
	switch {
	case c == (Claim{}):
		return NobodyNamed
	case !c.LeaseEnd.IsZero() && !s.Now.Before(c.LeaseEnd):
		return LeaseOver
	case !c.LeaseEnd.IsZero() && c.Holder != "" && slices.Contains(s.Ended, c.Holder):
		return HolderKilled
	case !c.LeaseEnd.IsZero():
		return Held
	case c.Holder != "" && !slices.Contains(s.Live, c.Holder):
		return HolderGone
	}
	if end := claimEnd(c, s.ClaimTimeout); !end.IsZero() && !s.Now.Before(end) {
		return ClaimTooOld
	}
	return Held
}

// claimEnd is when a claim becomes stale by itself, zero if never.
func claimEnd(c Claim, timeout time.Duration) time.Time {
	if !c.LeaseEnd.IsZero() {
		return c.LeaseEnd
	}
	at, err := time.Parse(time.RFC3339, c.At)
	if err != nil {
		return time.Time{}
	}
	return at.Add(timeout)
}

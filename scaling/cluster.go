package scaling

import (
	"context"
	"errors"
	"time"
)

// What a [Cluster] says that the loop has an answer to.
var (
	// ErrNoWorkers says that there is nothing to scale for a service.
	ErrNoWorkers = errors.New("nothing runs workers of the service")
	// ErrChanged says that a claim is another one by now, or that its holder is alive
	// after all.
	ErrChanged = errors.New("the claim has changed")
)

// Cluster is where workers run. Its methods are called for different services at a
// time.
type Cluster interface {
	// Replicas returns how many workers the service is to have, as far as known
	// without asking anybody, but not less recent than the last Scale. ErrNoWorkers
	// if nothing runs its workers.
	Replicas(service string) (int, error)

	// Workers returns the names of the service's workers that run, and of those that
	// are known to have ended.
	Workers(service string) (live, ended []string)

	// Scale changes how many workers the service is to have.
	Scale(ctx context.Context, service string, replicas int) error

	// Release takes a claim or a wait back, or returns ErrChanged. An item that is gone
	// is no error.
	Release(ctx context.Context, service, item string, why Cause) error
}

// Rules say how the workers of one service are scaled.
type Rules struct {
	Config
	// ClaimTimeout is the age at which a claim without a lease is stale;
	// [DefaultClaimTimeout] if 0.
	ClaimTimeout time.Duration
	// Stabilisation is how long fewer workers must have been enough before some have
	// to go; 0 means not at all.
	Stabilisation time.Duration
}

// Reason says what a [Report] is about, in the form of the reasons of Kubernetes'
// Events.
type Reason string

// The reasons.
const (
	ScaledUp        Reason = "ScaledUp"
	ScaledDown      Reason = "ScaledDown"
	ScalingFailed   Reason = "ScalingFailed"
	WorkersMissing  Reason = "WorkersMissing"  // items, but nothing that works on them
	WorkersFound    Reason = "WorkersFound"    // after they had been missing
	ChangedByOthers Reason = "ChangedByOthers" // somebody else has scaled the workers
	ClaimReleased   Reason = "ClaimReleased"
	ReleaseFailed   Reason = "ReleaseFailed"
)

// Warning tells if a person should look into it.
func (r Reason) Warning() bool {
	switch r {
	case ScalingFailed, WorkersMissing, ChangedByOthers, ReleaseFailed:
		return true
	}
	return false
}

// Report tells a person what was done, and why. The same trouble is reported once
// until it has gone.
type Report struct {
	Service string
	Reason  Reason
	Text    string // a sentence
	Item    string // name of the item, if it is about one
	Cause   Cause  // of a claim that was taken back
	Err     error  // of what failed
}

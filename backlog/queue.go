package backlog

import (
	"context"
	"errors"
	"time"
)

// Sentinels of every [Queue].
var (
	// ErrEmpty says that no item can be claimed now.
	ErrEmpty = errors.New("backlog has no item to claim")
	// ErrClaimLost says that a lease ended and the item may be someone else's.
	ErrClaimLost = errors.New("claim is lost")
	// ErrNotFound says that there is no item of that name.
	ErrNotFound = errors.New("backlog item not found")
	// ErrClaimed says that an item is being worked on.
	ErrClaimed = errors.New("backlog item is claimed")
	// ErrFull says that the queue holds as many items as it may.
	ErrFull = errors.New("backlog is full")
	// ErrUnavailable says that the backlog cannot be reached; try again later.
	ErrUnavailable = errors.New("backlog cannot be reached")
)

// Queue is a backlog of items, one per service and artefact. Every
// implementation passes the suite of package backlogtest and is safe for
// concurrent use. A call whose context is done returns its error and changes
// nothing.
//
// A lease has ended once its end is now or earlier. From then on its claim is
// lost, whether or not somebody else has claimed the item, the item is free, and
// the attempt counts as failed, with a LastError that says so.
type Queue interface {
	// Add queues items, all or none, and returns how many of them are new.
	// An item that exists (also earlier in the same call) keeps its timestamp and
	// takes the higher priority. If it is claimed, it is also marked as triggered
	// again: Finish will queue it anew. A parked item stays parked. An item that
	// is not valid (see [Item.Validate]) is an error.
	Add(ctx context.Context, items ...Item) (created int, err error)

	// Claim leases the first item of the given services in the order of [Compare]
	// that is free, not parked and whose NotBefore has come; no services means all.
	// It returns ErrEmpty if there is none, and an error if the lease is not
	// positive.
	Claim(ctx context.Context, req ClaimRequest) (Claim, error)

	// Renew extends a lease by d from now. ErrClaimLost if c is not held any more.
	Renew(ctx context.Context, c Claim, d time.Duration) error

	// Finish removes the item, or, if it was added again since it was claimed,
	// frees it for another turn with no attempts counted. ErrClaimLost if c is not
	// held any more.
	Finish(ctx context.Context, c Claim) error

	// Fail frees the item after a failed attempt and keeps the reason. It can be
	// claimed again at f.NotBefore, or never before a Replay if f.Park is set.
	// ErrClaimLost if c is not held any more.
	Fail(ctx context.Context, c Claim, f Failure) error

	// Release frees the item as if it had never been claimed. ErrClaimLost if c
	// is not held any more.
	Release(ctx context.Context, c Claim) error

	// List returns items in the order of [Compare], parked ones last.
	List(ctx context.Context, f Filter) ([]Item, error)

	// Replay frees a parked or waiting item at once and forgets its attempts.
	// ErrNotFound, or ErrClaimed if it is being worked on.
	Replay(ctx context.Context, name string) error

	// SetPriority makes the priority of an item p, be that higher or lower, whoever
	// holds it. ErrNotFound if there is none, an error if p is not valid.
	SetPriority(ctx context.Context, name string, p Priority) error

	// Drop removes an item, whoever holds it. ErrNotFound if there is none.
	Drop(ctx context.Context, name string) error
}

// ClaimRequest says who wants to work on what.
type ClaimRequest struct {
	Services []string      // service ids; none means all
	Holder   string        // who claims, for people to read
	Lease    time.Duration // how long the claim holds without Renew
}

// Claim is a lease on an item.
type Claim struct {
	Item Item
	// Token fences the claim: it differs from that of every other claim of the item.
	Token string
	// Until is the end of the lease as of the call that made it.
	Until time.Time
}

// Failure is what is remembered of an attempt that failed.
type Failure struct {
	Reason    string // for people to read, kept with the item
	NotBefore time.Time
	Park      bool
}

// Filter selects items. The zero Filter selects all.
type Filter struct {
	Services []string // none means all
	Parked   *bool    // nil means both
}

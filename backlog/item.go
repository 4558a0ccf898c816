package backlog

import (
	"cmp"
	"time"

	"github.com/opendeliverygear/odg/artefact"
)

// Item is a piece of work: run the extension Service on Artefact.
// It is ODG's BacklogItem.
type Item struct {
	Service   string // service id such as "osid" or "issueReplicator"
	Artefact  artefact.ID
	Priority  Priority
	Timestamp time.Time // when it was queued, UTC

	// What the queue remembers; ignored by Add.
	Attempts  int       // failed attempts since the item was added or replayed
	NotBefore time.Time // zero, or when the next attempt may start
	LastError string    // reason of the last failed attempt
	Parked    bool      // out of the queue until replayed
	ClaimedBy string    // holder of the lease, empty if free
	ClaimedAt time.Time // zero if free
	LeaseEnd  time.Time // zero if free
}

// Name returns the name of the item, see [Name].
func (i Item) Name() string { return Name(i.Service, i.Artefact) }

// Validate returns an error if no queue can hold the item: its service id is no
// name (see [ValidateService]) or its priority is negative.
func (i Item) Validate() error {
	if err := ValidateService(i.Service); err != nil {
		return err
	}
	return i.Priority.Validate()
}

// Compare orders items by who is served first: higher priority, then earlier
// timestamp, then name. It is 0 only for items of the same name.
func Compare(a, b Item) int {
	if c := compareTurn(a, b); c != 0 {
		return c
	}
	return cmp.Compare(a.Name(), b.Name())
}

// compareTurn is Compare without the name, which costs a digest.
func compareTurn(a, b Item) int {
	return cmp.Or(cmp.Compare(b.Priority, a.Priority), a.Timestamp.Compare(b.Timestamp))
}

package backlog

import (
	"time"

	"github.com/opendeliverygear/odg/artefact"
)

// Priority orders items. The values are those of ODG's custom resources.
type Priority int

// The priorities of ODG.
const (
	PriorityNone     Priority = 0
	PriorityLow      Priority = 1
	PriorityMedium   Priority = 2
	PriorityHigh     Priority = 4
	PriorityCritical Priority = 8
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

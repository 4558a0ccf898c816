package store

import (
	"context"
	"iter"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// Store keeps entries. It is the sum of what its callers ask for; each of them
// declares the methods that it needs. Every implementation passes the suite of
// package storetest and is safe for concurrent use.
//
// Entries are shared, not copied: neither those that were given nor those that
// were returned may be changed afterwards. A call whose context is done returns
// its error and changes nothing.
type Store interface {
	Upserter
	Deleter
	Querier
	Counter
	ChangeReader
	// Close releases what the store holds. Calls after Close fail with [ErrClosed],
	// except Close itself, which may be called again.
	Close() error
}

// Upserter writes entries.
type Upserter interface {
	// Upsert writes a batch in one transaction, all or nothing, in request order.
	//
	// An entry whose id is stored already, or occurred earlier in the batch,
	// changes data, meta.last_update, meta.responsibles and meta.assignee_mode of
	// that one, nothing else. A new one is inserted, with the discovery date that
	// [metadata.Retention] finds among the entries that the batch has inserted so
	// far, of any datasource, and then among the stored ones of the same datasource;
	// with its own if there is none. An id that exists with a different identity is
	// refused with a [ConflictError], and the batch with it. Concurrent calls give
	// the result of some order of them.
	//
	// The result counts the entries that differ afterwards. An empty batch, and one
	// that changes nothing, writes nothing.
	Upsert(ctx context.Context, entries []metadata.Entry, opts UpsertOptions) (Change, error)
}

// UpsertOptions says what the rules of an upsert depend on.
type UpsertOptions struct {
	// Now is the time of the call.
	Now time.Time
	// Retention returns the discovery-date rule of a type; nil means
	// [metadata.DefaultRetention] for all.
	Retention func(metadata.Type) metadata.Retention
	// Renew lets an entry that is stored take over meta.creation_date, too: somebody
	// has made it anew, as a person does who decides once more what they once decided.
	Renew bool
}

// Change counts the entries that a call inserted, changed and removed.
type Change struct {
	Inserted, Updated, Deleted int
}

// Deleter removes entries.
type Deleter interface {
	// Delete removes the entries with these ids in one transaction. Unknown ids
	// are fine. No ids: nothing is written.
	Delete(ctx context.Context, ids []string) (Change, error)
}

// Querier reads entries.
type Querier interface {
	// Query streams the entries that q selects, each once, in no defined order. It
	// sees one consistent state, that of some moment after the iteration began.
	// An error ends the sequence. The store may be called while iterating.
	Query(ctx context.Context, q Query) iter.Seq2[metadata.Entry, error]
}

// Counter counts entries.
type Counter interface {
	// CountByArtefact counts the entries that q selects per artefact, by the
	// artefact's key. Artefacts without any are absent.
	CountByArtefact(ctx context.Context, q Query) (map[string]int, error)
}

package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Sentinels of every [Store].
var (
	// ErrConflict says that an id exists with another identity (see [ConflictError]).
	ErrConflict = errors.New("id exists with a different identity")
	// ErrNewerSchema says that the database was written by a newer version.
	ErrNewerSchema = errors.New("database is from a newer version")
	// ErrLocked says that another process has the database for itself.
	ErrLocked = errors.New("database is in use by another process")
	// ErrFull says that there is no space left to write.
	ErrFull = errors.New("no space left for the database")
)

// ConflictError names the two entries whose keys join to the same text although
// their identities differ. It wraps [ErrConflict].
type ConflictError struct {
	ID       string
	Existing artefact.ID
	Refused  artefact.ID
}

// Error names both identities.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("entry %s: %v: stored %s, refused %s", e.ID, ErrConflict, e.Existing, e.Refused)
}

// Unwrap returns [ErrConflict].
func (e *ConflictError) Unwrap() error { return ErrConflict }

// Store keeps entries. It is the sum of what its callers ask for; each of them
// declares the methods that it needs. Every implementation passes the suite of
// package storetest and is safe for concurrent use.
type Store interface {
	Upserter
	Deleter
	Querier
	Counter
	// Close releases what the store holds. Calls after Close fail.
	Close() error
}

// Upserter writes entries.
type Upserter interface {
	// Upsert writes a batch in one transaction, all or nothing, in request order.
	//
	// An entry whose id is stored already changes data, meta.last_update,
	// meta.responsibles and meta.assignee_mode of the stored one, nothing else.
	// A new one is inserted, with the discovery date that [metadata.Retention]
	// finds among the earlier entries of the batch and the stored ones. An id that
	// exists with a different identity is refused with a [ConflictError], and the
	// batch with it. Concurrent calls give the result of some order of them.
	Upsert(ctx context.Context, entries []metadata.Entry, opts UpsertOptions) (Change, error)
}

// UpsertOptions says what the rules of an upsert depend on.
type UpsertOptions struct {
	// Now is the time of the call.
	Now time.Time
	// Retention returns the discovery-date rule of a type; nil means
	// [metadata.DefaultRetention] for all.
	Retention func(metadata.Type) metadata.Retention
}

// Change counts what a call changed.
type Change struct {
	Inserted, Updated, Deleted int
}

// Deleter removes entries.
type Deleter interface {
	// Delete removes the entries with these ids in one transaction. Unknown ids
	// are fine.
	Delete(ctx context.Context, ids []string) (Change, error)
}

// Querier reads entries.
type Querier interface {
	// Query streams the entries that q selects, in no defined order unless q says
	// so. It sees one consistent state. An error ends the sequence.
	Query(ctx context.Context, q Query) iter.Seq2[metadata.Entry, error]
}

// Counter counts entries.
type Counter interface {
	// CountByArtefact counts the entries that q selects per artefact, by the
	// artefact's key. Artefacts without any are absent.
	CountByArtefact(ctx context.Context, q Query) (map[string]int, error)
}

// Query selects entries: conditions of different fields are ANDed, values of one
// field ORed, an empty field restricts nothing. The zero Query selects all.
type Query struct {
	Types           []metadata.Type
	Datasources     []metadata.Datasource
	ReferencedTypes []metadata.Type
	Artefacts       []Selector
	// NullMatches lets rows that lack an attribute match any value of it (the rule
	// by which rescorings of a wider scope are found).
	NullMatches bool
}

// Selector selects the entries of an artefact as the query of ODG does
// (contract http-api, section 4.3): component name must be equal (nil: NULL);
// a nil or empty component version, artefact, name, version, type, kind or extra
// identity restricts nothing.
type Selector struct {
	artefact.ID
	// Versionless lists the artefacts of this component version: rows without a
	// component version match if their local artefact is among them.
	Versionless []artefact.LocalID
}

package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"iter"
	"math"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// ErrNoHistory is wrapped by errors about what once was, of a store that is no
// [Historian].
var ErrNoHistory = errors.New("this store keeps no history")

// Historian keeps what findings and rescorings once were. Its history is only ever
// added to: no call of a store changes or removes what it tells. Every store of this
// module is one; the suite RunHistory of package storetest checks it.
//
// A version is the content of an entry from when it was stored until it was changed or
// deleted. Its content is all of the entry but meta.last_update, meta.responsibles and
// meta.assignee_mode: scans that find the same again make no version, and a version that
// has ended shows these three as they were last.
//
// When something happened is when its [Act] says; one that seems to be before the
// version that it ends is taken for as late as that. Of what was stored before the
// history began (see HistoryBegan) the present content counts from its
// meta.creation_date, and nobody is known who stored it.
type Historian interface {
	// AsOf streams the findings and rescorings that q selects as they were stored at a
	// moment, each once, in no defined order. What happened at that very moment has
	// happened. Entries of other types are left out. It sees one consistent state. An
	// error ends the sequence. The store may be called while iterating.
	AsOf(ctx context.Context, q Query, at time.Time) iter.Seq2[metadata.Entry, error]

	// History streams the versions of the findings and rescorings that q selects, in
	// the order of their points: the oldest first. Like AsOf in all else.
	History(ctx context.Context, q HistoryQuery) iter.Seq2[Version, error]

	// HistoryBegan returns since when deletions and changes are in the history; the
	// zero time if it has all that was ever stored.
	HistoryBegan(ctx context.Context) (time.Time, error)
}

// HistoryQuery selects versions. The zero HistoryQuery selects all.
type HistoryQuery struct {
	// Query selects by what the versions are, see [Matches].
	Query
	// After leaves out the versions up to this point; the zero Point none.
	After Point
	// Limit is how many versions are told at most; 0 means all.
	Limit int
}

// Version is what an entry was for some time.
type Version struct {
	ID    string
	Entry metadata.Entry
	// Began and Ended are what made the version and what ended it. The zero Ended is
	// that of what is stored at present.
	Began, Ended Turn
	// Point is where the version stands, for [HistoryQuery.After].
	Point Point
}

// Present tells if v is what is stored now.
func (v Version) Present() bool { return v.Ended.What == "" }

// What happened to an entry.
type What string

// What happens to entries.
const (
	Inserted What = "inserted"
	Changed  What = "changed"
	Deleted  What = "deleted"
	// Adopted says that the entry was there when the history began.
	Adopted What = "adopted"
)

// Turn is what happened, when, by whom and by which request.
type Turn struct {
	What What
	Act
}

// Point is where a version stands in the order of versions.
type Point struct {
	// At is when it began; the zero time if that is not known.
	At time.Time
	// Began and Ended are the numbers that the store gives to what began and ended it,
	// 0 and the greatest number if there is none.
	Began, Ended int64
	// ID is that of the entry.
	ID string
}

// NotEnded is [Point.Ended] of what is stored at present.
const NotEnded = math.MaxInt64

// Compare returns -1, 0 or 1 if p is before, at or after q.
func (p Point) Compare(q Point) int {
	return cmp.Or(p.At.Compare(q.At), cmp.Compare(p.Began, q.Began), strings.Compare(p.ID, q.ID), cmp.Compare(p.Ended, q.Ended))
}

// Recorded tells if entries of a type have a history, for those who implement
// [Historian].
func Recorded(t metadata.Type) bool { return t.IsFinding() || t == metadata.TypeRescoring }

// SameContent tells if an upsert that leaves b where a was makes no version, for those
// who implement [Historian].
func SameContent(a, b metadata.Entry) bool {
	return a.Meta.CreationDate == b.Meta.CreationDate && bytes.Equal(a.Data.Raw(), b.Data.Raw())
}

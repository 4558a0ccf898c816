package store

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// DefaultKeepDeletions is how long a store remembers deletions for its change feed,
// unless it is told otherwise.
const DefaultKeepDeletions = 30 * 24 * time.Hour

// Sentinels of a [ChangeReader].
var (
	// ErrCursor says that a text is no cursor.
	ErrCursor = errors.New("malformed cursor")
	// ErrCursorGone says that changes after a cursor are not remembered any more, or
	// that it is of another database: whoever has it starts again without a cursor.
	ErrCursorGone = errors.New("cursor is too old or of another database, start again without one")
)

// Cursor is a place in the change feed of one database, as a text for its reader
// to keep. The empty one is the beginning. See [Feed] for how stores make them.
type Cursor string

// Event is what became of an entry, or a mark.
type Event struct {
	// ID is that of the entry; empty for a mark, which says that everything before
	// its cursor was told.
	ID string
	// Deleted tells that the entry was removed. Entry is not set then.
	Deleted bool
	// Entry is the entry as it is at present, which may have changed several times.
	Entry metadata.Entry
	// Cursor is the place after this event: whoever gives it gets what follows.
	Cursor Cursor
}

// Mark tells if e is a mark.
func (e Event) Mark() bool { return e.ID == "" }

// ChangeReader tells what has changed.
type ChangeReader interface {
	// Changes streams what became of the entries that were inserted, changed or
	// deleted after since, up to the present, and ends with a mark. From the
	// beginning that is every entry there is. If types are given, entries of other
	// types are left out.
	//
	// Nothing is skipped: whoever applies all events, and goes on from a cursor that
	// came with one of them, however often and whoever writes meanwhile, has the
	// entries that are stored. Events may be told again, and entries may be deleted
	// that the reader never had. What was committed before a transaction began to
	// write comes before what that one wrote. A change is told as soon as all
	// transactions have ended that began to write before it was committed, so it may
	// be missing for as long as they last. A call that changes nothing is no change.
	//
	// An error ends the sequence: it wraps [ErrCursor] if since is malformed, and
	// [ErrCursorGone] if deletions after it were forgotten, which is at the earliest
	// [DefaultKeepDeletions] after they were made. The mark of a sequence is younger
	// than all deletions, so a reader that comes more often is never told so. The
	// store may be called while iterating.
	Changes(ctx context.Context, since Cursor, types []metadata.Type) iter.Seq2[Event, error]
}

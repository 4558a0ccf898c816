package store

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Position is where a change stands in the order of changes, for those who
// implement [ChangeReader]. Numbers are never negative; a store whose transactions
// end in the order in which they began leaves Tx 0 and counts rows throughout.
type Position struct {
	Tx, Row int64
}

// Compare returns -1, 0 or 1 if p is before, at or after q.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.Tx, q.Tx), cmp.Compare(p.Row, q.Row))
}

// Feed is what a store knows about its changes at a moment:
//
//	place, err := feed.Resume(since)
//	// read the entries that changed after place.After and the deletions after
//	// place.Deletions(), none of them after feed.Last, ordered by position
//	event.Cursor = place.Cursor(position) // of each
//	mark.Cursor = place.Cursor(feed.Last)
type Feed struct {
	// ID is given to a database once, and anew when its positions start over. It
	// consists of letters and digits, at most 64.
	ID string
	// Last is the position up to which everything is certain: no change will appear
	// at it or before it.
	Last Position
	// Forgotten is the position of the last deletion that is not remembered.
	Forgotten Position
}

// Place is a [Cursor] that was read.
type Place struct {
	feed string
	// After is the position up to which changes were told.
	After Position
	// start is the last position when the reader began. It never had what was
	// deleted before, even where After is not there yet.
	start Position
}

// Resume returns the place where a reader goes on. The error wraps [ErrCursor] or
// [ErrCursorGone].
func (f Feed) Resume(since Cursor) (Place, error) {
	if since == "" {
		return Place{feed: f.ID, start: f.Last}, nil
	}
	p, err := parseCursor(since)
	if err != nil {
		return Place{}, err
	}
	switch {
	case p.feed != f.ID, p.After.Compare(f.Last) > 0, p.start.Compare(f.Last) > 0: // an older state was restored
		return Place{}, ErrCursorGone
	case p.Deletions().Compare(f.Forgotten) < 0:
		return Place{}, ErrCursorGone
	}
	return p, nil
}

// Deletions is the position after which deletions are told.
func (p Place) Deletions() Position {
	if p.After.Compare(p.start) < 0 {
		return p.start
	}
	return p.After
}

// Cursor returns the cursor of the reader that was told everything up to at.
func (p Place) Cursor(at Position) Cursor {
	text := fmt.Sprintf("%s.%d.%d", p.feed, at.Tx, at.Row)
	if at.Compare(p.start) < 0 {
		text += fmt.Sprintf(".%d.%d", p.start.Tx, p.start.Row)
	}
	return Cursor(text)
}

const maxFeedID = 64

func parseCursor(c Cursor) (Place, error) {
	var p Place
	parts := strings.Split(string(c[:min(len(c), maxFeedID+4*20+1)]), ".")
	if len(parts) != 3 && len(parts) != 5 || !isFeedID(parts[0]) {
		return Place{}, ErrCursor
	}
	p.feed = parts[0]
	numbers := [...]*int64{&p.After.Tx, &p.After.Row, &p.start.Tx, &p.start.Row}
	for i, part := range parts[1:] {
		n, err := strconv.ParseUint(part, 10, 63)
		if err != nil {
			return Place{}, ErrCursor
		}
		*numbers[i] = int64(n)
	}
	if p.Cursor(p.After) != c { // leading zeros, a start that has passed, something behind
		return Place{}, ErrCursor
	}
	return p, nil
}

func isFeedID(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
			return false
		}
	}
	return s != "" && len(s) <= maxFeedID
}

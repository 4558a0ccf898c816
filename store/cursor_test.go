package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
)

func at(tx, row int64) store.Position { return store.Position{Tx: tx, Row: row} }

func TestPositionsAreOrdered(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(at(1, 9).Compare(at(2, 1)), -1) // by transaction first
	is.Equal(at(1, 2).Compare(at(1, 1)), 1)
	is.Equal(at(1, 1).Compare(at(1, 1)), 0)
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	feed := store.Feed{ID: "f", Last: at(5, 3), Forgotten: at(4, 1)}
	began, err := feed.Resume("")
	is.NoErr(err)
	is.Equal(began.After, at(0, 0))
	is.Equal(began.Deletions(), at(5, 3)) // what was deleted before is none of its business

	early := began.Cursor(at(1, 1))
	feed.Last = at(9, 0)
	resumed, err := feed.Resume(early) // before deletions that were forgotten
	is.NoErr(err)
	is.Equal(resumed.After, at(1, 1))
	is.Equal(resumed.Deletions(), at(5, 3))
	is.Equal(resumed.Cursor(at(1, 1)), early)

	later, err := feed.Resume(resumed.Cursor(at(6, 1)))
	is.NoErr(err)
	is.Equal(later.Deletions(), at(6, 1))
	is.Equal(later.Cursor(at(6, 1)), store.Cursor("f.6.1")) // when it began does not matter any more
}

func TestPlacesThatAreGone(t *testing.T) {
	t.Parallel()
	feed := store.Feed{ID: "f", Last: at(0, 50), Forgotten: at(0, 20)}
	for name, tc := range map[string]struct {
		cursor store.Cursor
		gone   bool
	}{
		"of another database":                      {"g.0.30", true},
		"younger than the database":                {"f.0.51", true},
		"began when the database was younger":      {"f.0.1.0.51", true},
		"before what was forgotten":                {"f.0.19", true},
		"began before what was forgotten":          {"f.0.1.0.19", true},
		"just after what was forgotten":            {"f.0.20", false},
		"began just after what was forgotten":      {"f.0.1.0.20", false},
		"at the end":                               {"f.0.50", false},
		"nothing was told yet, of a full database": {"f.0.0.0.40", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, err := feed.Resume(tc.cursor)
			is.Equal(errors.Is(err, store.ErrCursorGone), tc.gone)
			is.Equal(err == nil, !tc.gone)
		})
	}
}

func TestMalformedCursors(t *testing.T) {
	t.Parallel()
	feed := store.Feed{ID: "f", Last: at(9, 9)}
	for _, c := range []store.Cursor{
		"f", "f.1", "f.1.2.3", "f.1.2.3.4.5", ".1.2", "f.-1.2", "f.+1.2", "f.01.2", "f.1.2 ", "f.1.x", "f.1.9223372036854775808",
		"f.3.0.2.0", "f.3.0.3.0", "f/.1.2", "ü.1.2", store.Cursor(strings.Repeat("f", 65) + ".1.2"), store.Cursor(strings.Repeat("f.", 1<<20)),
	} {
		t.Run(string(c[:min(len(c), 30)]), func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			_, err := feed.Resume(c)
			is.True(errors.Is(err, store.ErrCursor)) // says what it is
		})
	}
}

// Whatever is read as a cursor is one that a place writes.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "f.1.2", "f.1.2.3.4", "f.9223372036854775807.0", "x.1.2", "f.1.2.", "f.0.0.0.1"} {
		f.Add(seed)
	}
	last := at(1<<62, 1<<62)
	f.Fuzz(func(t *testing.T, text string) {
		feed := store.Feed{ID: "f", Last: last}
		place, err := feed.Resume(store.Cursor(text))
		if err != nil {
			if !errors.Is(err, store.ErrCursor) && !errors.Is(err, store.ErrCursorGone) {
				t.Fatalf("%q: error %v is none of the sentinels", text, err)
			}
			return
		}
		if text != "" && string(place.Cursor(place.After)) != text {
			t.Fatalf("%q becomes %q", text, place.Cursor(place.After))
		}
		if place.After.Compare(last) > 0 || place.Deletions().Compare(place.After) < 0 {
			t.Fatalf("%q is place %+v", text, place)
		}
	})
}

// A store of one's own numbers its changes and leaves the rest to the feed.
func ExampleFeed() {
	feed := store.Feed{ID: "mydb", Last: store.Position{Row: 3}}
	place, err := feed.Resume("") // a reader begins
	fmt.Println(place.After.Row, place.Deletions().Row, err)
	cursor := place.Cursor(store.Position{Row: 1}) // it took one event
	fmt.Println(cursor)

	feed.Last.Row = 9 // meanwhile more has changed
	place, err = feed.Resume(cursor)
	fmt.Println(place.After.Row, place.Deletions().Row, err)
	_, err = feed.Resume("otherdb.0.1")
	fmt.Println(err)
	// Output:
	// 0 3 <nil>
	// mydb.0.1.0.3
	// 1 3 <nil>
	// cursor is too old or of another database, start again without one
}

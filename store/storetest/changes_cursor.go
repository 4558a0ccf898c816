package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
)

var cursorCases = []changeCase{
	{"what is no cursor is refused", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		good := b.since()
		for _, bad := range []store.Cursor{"0", "x", " ", ".", "\x00", "ü", good + "0x", good + ".", " " + good, good + good,
			good[:len(good)-1] + "-1", store.Cursor(strings.Repeat("1", 1<<16))} {
			is.True(errors.Is(b.failure(t.Context(), bad), store.ErrCursor)) // says what it is
		}
		is.NoErr(b.failure(t.Context(), good))
	}},
	{"a cursor of another database is gone", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		foreign := store.Feed{ID: "someoneelse", Last: store.Position{Row: 1}}
		place, err := foreign.Resume("")
		is.NoErr(err)
		is.True(errors.Is(b.failure(t.Context(), place.Cursor(foreign.Last)), store.ErrCursorGone))
	}},
	{"a cursor from before deletions that were forgotten is gone", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		first, second := scanInfo(image("web", "1")), scanInfo(image("db", "1"))
		b.put(first, second)
		old := b.since()
		b.remove(first)
		between := b.since()
		b.clock.forward(store.DefaultKeepDeletions + time.Hour)
		is.NoErr(b.failure(t.Context(), between)) // misses nothing
		b.remove(second)                          // deleting is when old deletions are forgotten
		is.True(errors.Is(b.failure(t.Context(), old), store.ErrCursorGone))
		is.Equal(b.told(between), []string{"deleted " + second.ID()})
		for _, e := range b.read("") {
			is.True(!e.Deleted)
		}
	}},
	{"a deletion is remembered for as long as was promised", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		first, second := scanInfo(image("web", "1")), scanInfo(image("db", "1"))
		b.put(first, second)
		old := b.since()
		b.remove(first)
		b.clock.forward(store.DefaultKeepDeletions - time.Hour)
		b.remove(second)
		is.Equal(b.told(old), []string{"deleted " + first.ID(), "deleted " + second.ID()})
	}},
	{"a reader may begin long after deletions were forgotten, and stop anywhere", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		kept, first, second := scanInfo(image("kept", "1")), scanInfo(image("web", "1")), scanInfo(image("db", "1"))
		b.put(kept)
		b.put(first, second)
		b.remove(first)
		b.clock.forward(store.DefaultKeepDeletions + time.Hour)
		b.remove(second)
		b.fence("")
		e := b.first("") // is from before the deletions
		is.Equal(e.ID, kept.ID())
		b.remove(kept)
		reader := replica{}
		reader.apply(e)
		events, _ := b.fence(e.Cursor)
		for _, event := range events {
			reader.apply(event)
		}
		b.checkReplica(reader)
	}},
	{"a context that is done, and a closed store, end the feed", func(t *testing.T, b *feedBench) {
		is := is.New(t)
		b.put(scanInfo(image("web", "1")))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		is.True(errors.Is(b.failure(ctx, ""), context.Canceled))
		is.NoErr(b.Close())
		is.True(errors.Is(b.failure(t.Context(), ""), store.ErrClosed))
	}},
}

// failure returns the error of reading changes.
func (b *feedBench) failure(ctx context.Context, since store.Cursor) error {
	for _, err := range b.Changes(ctx, since, nil) {
		if err != nil {
			return err
		}
	}
	return nil
}

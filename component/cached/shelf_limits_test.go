package cached_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/store"
)

func TestShelfThatFails(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var from registry
	db, now := newDatabase(), t0
	broken := store.ErrUnavailable
	db.problem.Store(&broken)
	shelf := cached.NewShelf(db, cached.ShelfConfig{Now: func() time.Time { return now }})
	look := func(n int) {
		for i := range n {
			mustFind(t, shelf.Resolver(place, &from), id(fmt.Sprintf("1.%d.0", i)))
		}
		flush(t, shelf)
	}
	look(20)
	is.Equal(db.finds.Load(), int64(1)) // it is left alone then
	is.Equal(db.puts.Load(), int64(0))
	is.Equal(shelf.Stats(), cached.ShelfStats{Misses: 20, Dropped: 20, Failures: 1})
	db.problem.Store(nil)
	now = now.Add(10 * time.Second)
	look(20)
	is.Equal(shelf.Stats().Written, int64(20))
	look(20)
	is.Equal(shelf.Stats().Hits, int64(20))

	db.problem.Store(&broken) // only when it is written to
	shelf = cached.NewShelf(putFails{db}, cached.ShelfConfig{Now: func() time.Time { return now }})
	mustFind(t, shelf.Resolver("elsewhere", &from), id("1.0.0"))
	flush(t, shelf)
	is.Equal(shelf.Stats(), cached.ShelfStats{Misses: 1, Dropped: 1, Failures: 1})
}

func TestShelfIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		var from registry
		shelf := cached.NewShelf(hangs{newDatabase()}, cached.ShelfConfig{})
		start := time.Now()
		mustFind(t, shelf.Resolver(place, &from), id("1.0.0"))
		mustFind(t, shelf.Resolver(place, &from), id("1.0.1"))
		is.Equal(time.Since(start), time.Second) // the patience, once
		time.Sleep(time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := shelf.Resolver(place, &from).Descriptor(ctx, id("1.0.0"))
		is.True(errors.Is(err, context.Canceled))
		is.Equal(shelf.Stats().Failures, int64(1)) // who has gone says nothing about the database
	})
}

// Lookups do not wait for a slow write; what they find goes with the next one.
func TestShelfWritesManyAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		var from registry
		db := newDatabase()
		db.hang = make(chan struct{})
		size := int64(len(documentOf(id("1.0.0"), "acme")))
		shelf := cached.NewShelf(db, cached.ShelfConfig{MaxPendingBytes: 40 * size})
		var group sync.WaitGroup
		for i := range 31 {
			group.Go(func() { mustFind(t, shelf.Resolver(place, &from), id(fmt.Sprintf("1.%d.0", i%10))) })
			synctest.Wait()
		}
		group.Wait()
		is.True(from.asked.Load() < 31) // what waits for being written is found
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		is.True(errors.Is(shelf.Flush(short), context.DeadlineExceeded))
		close(db.hang)
		flush(t, shelf)
		is.Equal(db.puts.Load(), int64(2))
		count, err := db.CountDocuments(t.Context())
		is.NoErr(err)
		is.Equal(count.Documents, int64(10))
	})
}

func TestShelfHasLimits(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var from registry
	size := int64(len(documentOf(id("1.0.0"), "acme")))
	for _, cfg := range []cached.ShelfConfig{{MaxDocumentBytes: size - 1}, {MaxPendingBytes: size - 1}} {
		db := newDatabase()
		shelf := cached.NewShelf(db, cfg)
		mustFind(t, shelf.Resolver(place, &from), id("1.0.0"))
		flush(t, shelf)
		is.Equal(shelf.Stats(), cached.ShelfStats{Misses: 1, Dropped: 1})
		is.Equal(db.puts.Load(), int64(0))
	}
}

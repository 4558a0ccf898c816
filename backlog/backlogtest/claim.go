package backlogtest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/backlog"
)

var claimCases = []testCase{
	{"a claimed item is nobody else's", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", backlog.PriorityHigh, 0), item("b", backlog.PriorityLow, 0))
		first, second := b.claim(), b.claim()
		is.Equal(names([]backlog.Item{first.Item, second.Item}), []string{"a", "b"})
		_, err := b.Claim(t.Context(), request())
		is.True(isEmpty(err))
		items := b.list(backlog.Filter{})
		is.Equal(cmp.Diff([]backlog.Item{first.Item, second.Item}, items), "") // claimed items are listed
	}},
	{"a finished item is gone", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		c := b.claim()
		b.finish(c)
		is.Equal(len(b.list(backlog.Filter{})), 0)
		is.True(errors.Is(b.Finish(t.Context(), c), backlog.ErrClaimLost)) // twice
		is.Equal(b.add(item("a", 1, 0)), 1)
	}},
	{"a released item is as if it had never been claimed", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		before := b.list(backlog.Filter{})
		c := b.claim()
		b.must("release", b.Release(t.Context(), c))
		is.Equal(cmp.Diff(before, b.list(backlog.Filter{})), "")
		is.True(errors.Is(b.Release(t.Context(), c), backlog.ErrClaimLost)) // twice
		again := b.claim()
		is.True(again.Token != c.Token)
	}},
	{"a lease that is not positive is refused", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		for _, d := range []time.Duration{0, -time.Second} {
			_, err := b.Claim(t.Context(), backlog.ClaimRequest{Holder: "w", Lease: d})
			is.True(err != nil)
			is.True(!isEmpty(err))
		}
		c := b.claim()
		is.True(b.Renew(t.Context(), c, 0) != nil)
	}},
	{"the token of another claim, or of an item that is gone, holds nothing", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 2, 0), item("b", 1, 0))
		first, second := b.claim(), b.claim()
		forged := second
		forged.Token = first.Token
		b.allLost(forged)
		forged.Token = ""
		b.allLost(forged)
		b.must("drop", b.Drop(t.Context(), second.Item.Name()))
		b.allLost(second)
		is.Equal(names(b.list(backlog.Filter{})), []string{"a"})
		b.finish(first)
	}},
}

// allLost checks that c is refused by every call that takes a claim.
func (b *bench) allLost(c backlog.Claim) {
	b.t.Helper()
	ctx := b.t.Context()
	calls := map[string]error{
		"Renew":   b.Renew(ctx, c, lease),
		"Finish":  b.Finish(ctx, c),
		"Fail":    b.Fail(ctx, c, backlog.Failure{Reason: "late", Park: true}),
		"Release": b.Release(ctx, c),
	}
	for call, err := range calls {
		if !errors.Is(err, backlog.ErrClaimLost) {
			b.t.Fatalf("%s with a lost claim: got error %v, want ErrClaimLost", call, err)
		}
	}
}

var leaseCases = []testCase{
	{"a lease holds until its end and not longer", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		c := b.claim()
		b.advance(lease - time.Second)
		_, err := b.Claim(t.Context(), request())
		is.True(isEmpty(err))
		b.advance(time.Second)
		b.allLost(c) // even before anybody else claims the item
		next := b.claim()
		is.True(next.Token != c.Token)
		b.allLost(c)
		b.finish(next)
		is.Equal(len(b.list(backlog.Filter{})), 0)
	}},
	{"a lease that ends counts as a failed attempt, once", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		for attempts := range 3 {
			c := b.claim()
			is.Equal(c.Item.Attempts, attempts)
			is.Equal(c.Item.LastError != "", attempts > 0) // it says why
			b.advance(lease + time.Second)
		}
		b.must("release", b.Release(t.Context(), b.claim()))
		c := b.claim()
		is.Equal(c.Item.Attempts, 3)
	}},
	{"a renewed lease holds longer", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		c := b.claim()
		for range 5 {
			b.advance(lease - time.Second)
			b.must("renew", b.Renew(t.Context(), c, lease))
			_, err := b.Claim(t.Context(), request())
			is.True(isEmpty(err))
		}
		items := b.list(backlog.Filter{})
		is.True(items[0].LeaseEnd.Equal(b.clock.now().Add(lease)))
		is.True(items[0].ClaimedAt.Equal(start)) // since when it is worked on
		b.finish(c)
	}},
	{"an item whose lease ended can be replayed, one that is held can not", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		name := b.claim().Item.Name()
		is.True(errors.Is(b.Replay(t.Context(), name), backlog.ErrClaimed))
		b.advance(lease)
		b.must("replay", b.Replay(t.Context(), name))
		is.Equal(b.claim().Item.Attempts, 0)
	}},
}

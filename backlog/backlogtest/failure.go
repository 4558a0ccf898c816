package backlogtest

import (
	"errors"
	"testing"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/backlog"
)

var failureCases = []testCase{
	{"a failed item waits, with its reason, and does not block others", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", backlog.PriorityCritical, time.Hour), item("b", backlog.PriorityNone, 0))
		c := b.claim()
		b.fail(c, backlog.Failure{Reason: "registry is down", NotBefore: start.Add(time.Minute)})
		b.allLost(c)
		waiting := b.list(backlog.Filter{})[0]
		is.Equal(waiting.Attempts, 1)
		is.Equal(waiting.LastError, "registry is down")
		is.True(waiting.NotBefore.Equal(start.Add(time.Minute)))
		is.Equal(waiting.ClaimedBy, "")
		is.True(waiting.ClaimedAt.IsZero())
		is.True(waiting.LeaseEnd.IsZero())
		is.Equal(b.drain(), []string{"b"})
		b.advance(time.Minute - time.Second)
		is.Equal(b.drain(), []string{})
		b.advance(time.Second)
		is.Equal(b.claim().Item.Attempts, 1)
	}},
	{"waiting items come back one by one", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 4, 0), item("b", 2, 0), item("c", 1, 0))
		for _, minutes := range []time.Duration{2, 3, 1} {
			b.fail(b.claim(), backlog.Failure{Reason: "x", NotBefore: start.Add(minutes * time.Minute)})
		}
		for _, want := range []string{"c", "a", "b"} {
			is.Equal(b.drain(), []string{})
			b.advance(time.Minute)
			is.Equal(b.drain(), []string{want})
		}
	}},
	{"a failure without a time can be tried at once", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		b.fail(b.claim(), backlog.Failure{Reason: "x"})
		b.fail(b.claim(), backlog.Failure{Reason: "y"})
		c := b.claim()
		is.Equal(c.Item.Attempts, 2)
		is.Equal(c.Item.LastError, "y")
	}},
	{"a waiting item that is triggered again goes on waiting", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		b.fail(b.claim(), backlog.Failure{Reason: "x", NotBefore: start.Add(time.Minute)})
		is.Equal(b.add(item("a", backlog.PriorityCritical, 0)), 0)
		is.Equal(b.drain(), []string{})
		b.advance(time.Minute)
		c := b.claim()
		is.Equal(c.Item.Priority, backlog.PriorityCritical)
		is.Equal(c.Item.Attempts, 1)
	}},
	{"a parked item does not keep the leases of others from ending", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", backlog.PriorityCritical, 0), item("b", backlog.PriorityHigh, 0), item("c", backlog.PriorityLow, 0))
		first := b.claim()
		b.claim()
		b.claim()
		b.fail(first, backlog.Failure{Reason: "broken image", Park: true})
		b.advance(lease)
		is.Equal(b.drain(), []string{"b", "c"})
	}},
	{"a parked item is kept, never claimed, and blocks nothing", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", backlog.PriorityCritical, time.Hour), item("b", backlog.PriorityNone, 0))
		b.fail(b.claim(), backlog.Failure{Reason: "broken image", Park: true})
		b.advance(1000 * time.Hour)
		is.Equal(b.add(item("a", backlog.PriorityCritical, 0)), 0)
		items := b.list(backlog.Filter{})
		is.Equal(names(items), []string{"b", "a"}) // parked items come last
		is.True(items[1].Parked)
		is.Equal(items[1].LastError, "broken image")
		is.Equal(b.drain(), []string{"b"})
	}},
	{"replay frees a parked or waiting item and forgets its attempts", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		for _, f := range []backlog.Failure{
			{Reason: "x", Park: true},
			{Reason: "x", NotBefore: start.Add(time.Hour)},
		} {
			c := b.claim()
			is.Equal(c.Item.Attempts, 0)
			is.True(!c.Item.Parked)
			is.True(c.Item.NotBefore.IsZero())
			b.fail(c, f)
			b.must("replay", b.Replay(t.Context(), c.Item.Name()))
		}
		is.Equal(b.claim().Item.Attempts, 0)
		is.True(errors.Is(b.Replay(t.Context(), "osid-0"), backlog.ErrNotFound))
	}},
	{"a priority can be set to a higher and a lower one, whoever holds the item", func(t *testing.T, b *bench) {
		is := is.New(t)
		high, low, held := item("a", 8, 0), item("b", 1, 1), item("c", 9, 2)
		b.add(high, low, held)
		claim := b.claim("osid")
		b.must("set priority", b.SetPriority(t.Context(), high.Name(), 0))
		b.must("set priority", b.SetPriority(t.Context(), low.Name(), 4))
		b.must("set priority", b.SetPriority(t.Context(), held.Name(), 2))
		is.Equal(names(b.list(backlog.Filter{})), []string{"b", "c", "a"})
		b.must("release", b.Release(t.Context(), claim)) // the claim holds
		is.Equal(b.claim("osid").Item.Artefact.Artefact.Name, low.Artefact.Artefact.Name)

		is.True(b.SetPriority(t.Context(), high.Name(), -1) != nil)
		err := b.SetPriority(t.Context(), "osid-0", 1)
		is.True(errors.Is(err, backlog.ErrNotFound))
		b.finish(b.claim("osid")) // c
		is.Equal(b.claim("osid").Item.Priority, backlog.PriorityNone)
	}},
	{"drop removes an item in any state", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("parked", 4, 0), item("waiting", 3, 0), item("claimed", 2, 0), item("free", 1, 0))
		b.fail(b.claim(), backlog.Failure{Park: true})
		b.fail(b.claim(), backlog.Failure{NotBefore: start.Add(time.Hour)})
		b.allLostAfterDrop(b.claim())
		for _, it := range b.list(backlog.Filter{}) {
			b.must("drop", b.Drop(t.Context(), it.Name()))
			is.True(errors.Is(b.Drop(t.Context(), it.Name()), backlog.ErrNotFound))
		}
		is.Equal(len(b.list(backlog.Filter{})), 0)
		b.advance(2 * time.Hour)
		is.Equal(b.drain(), []string{})
	}},
}

func (b *bench) allLostAfterDrop(c backlog.Claim) {
	b.t.Helper()
	b.must("drop", b.Drop(b.t.Context(), c.Item.Name()))
	b.allLost(c)
}

var triggerCases = []testCase{
	{"a trigger while an item is worked on survives its end", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", backlog.PriorityLow, 0))
		b.fail(b.claim(), backlog.Failure{Reason: "x"})
		c := b.claim()
		is.Equal(b.add(item("a", backlog.PriorityHigh, 0)), 0)
		_, err := b.Claim(t.Context(), request())
		is.True(isEmpty(err)) // it is still worked on
		b.finish(c)
		b.allLost(c)
		c = b.claim()
		is.Equal(c.Item.Priority, backlog.PriorityHigh)
		is.Equal(c.Item.Attempts, 0)
		is.True(c.Item.NotBefore.IsZero())
		b.finish(c)
		is.Equal(len(b.list(backlog.Filter{})), 0) // one trigger, one more turn
	}},
	{"a trigger before the claim is answered by it", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		b.add(item("a", 2, 0))
		b.finish(b.claim())
		is.Equal(len(b.list(backlog.Filter{})), 0)
	}},
	{"a later attempt answers the trigger of an earlier one", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0))
		for _, end := range []func(backlog.Claim){
			func(c backlog.Claim) { b.fail(c, backlog.Failure{Reason: "x"}) },
			func(c backlog.Claim) { b.must("release", b.Release(t.Context(), c)) },
			func(backlog.Claim) { b.advance(lease) },
		} {
			c := b.claim()
			b.add(item("a", 1, 0))
			end(c)
		}
		b.finish(b.claim())
		is.Equal(len(b.list(backlog.Filter{})), 0)
	}},
}

var viewCases = []testCase{
	{"list selects by service and by being parked", func(t *testing.T, b *bench) {
		is := is.New(t)
		other := item("c", 1, 0)
		other.Service = "bdba"
		b.add(item("a", 3, 0), item("b", 2, 0), other)
		b.fail(b.claim("osid"), backlog.Failure{Park: true})
		is.Equal(names(b.list(backlog.Filter{})), []string{"b", "c", "a"})
		is.Equal(names(b.list(backlog.Filter{Services: []string{"osid"}})), []string{"b", "a"})
		is.Equal(names(b.list(backlog.Filter{Services: []string{"bdba", "osid"}})), []string{"b", "c", "a"})
		is.Equal(names(b.list(backlog.Filter{Parked: new(true)})), []string{"a"})
		is.Equal(names(b.list(backlog.Filter{Parked: new(false), Services: []string{"bdba"}})), []string{"c"})
		is.Equal(names(b.list(backlog.Filter{Services: []string{"sast"}})), []string{})
	}},
}

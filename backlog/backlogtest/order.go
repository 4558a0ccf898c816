package backlogtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/backlog"
)

func isEmpty(err error) bool { return errors.Is(err, backlog.ErrEmpty) }

var orderCases = []testCase{
	{"an empty queue has nothing to claim and nothing to list", func(t *testing.T, b *bench) {
		is := is.New(t)
		_, err := b.Claim(t.Context(), request())
		is.True(isEmpty(err))
		is.Equal(len(b.list(backlog.Filter{})), 0)
		is.Equal(b.add(), 0) // adding nothing is fine
	}},
	{"priority goes first, then age, then name", func(t *testing.T, b *bench) {
		is := is.New(t)
		same := []backlog.Item{item("x", 1, 0), item("y", 1, 0), item("z", 1, 0)}
		created := b.add(append(same,
			item("low", backlog.PriorityLow, time.Hour),
			item("critical", backlog.PriorityCritical, 0),
			item("high, young", backlog.PriorityHigh, time.Second),
			item("none", backlog.PriorityNone, 9*time.Hour),
			item("high, old", backlog.PriorityHigh, time.Minute),
		)...)
		is.Equal(created, 8)
		want := []string{"critical", "high, old", "high, young", "low"}
		for len(same) > 0 {
			first := 0
			for i := range same {
				if same[i].Name() < same[first].Name() {
					first = i
				}
			}
			want = append(want, names(same[first:first+1])...)
			same = append(same[:first], same[first+1:]...)
		}
		want = append(want, "none")
		is.Equal(cmp.Diff(want, names(b.list(backlog.Filter{}))), "")
		is.Equal(cmp.Diff(want, b.drain()), "")
	}},
	{"an item exists once, keeps its age and takes the higher priority", func(t *testing.T, b *bench) {
		is := is.New(t)
		is.Equal(b.add(item("a", backlog.PriorityLow, time.Hour), item("b", backlog.PriorityMedium, 0)), 2)
		is.Equal(b.add(item("a", backlog.PriorityHigh, 0)), 0)
		is.Equal(b.add(item("a", backlog.PriorityNone, 0)), 0)
		items := b.list(backlog.Filter{})
		is.Equal(names(items), []string{"a", "b"})
		is.Equal(items[0].Priority, backlog.PriorityHigh)
		is.True(items[0].Timestamp.Equal(start.Add(-time.Hour)))
		is.Equal(b.drain(), []string{"a", "b"}) // it is also served by its new priority
	}},
	{"an item that occurs twice in one call exists once", func(t *testing.T, b *bench) {
		is := is.New(t)
		is.Equal(b.add(item("a", backlog.PriorityLow, time.Hour), item("a", backlog.PriorityHigh, 0)), 1)
		items := b.list(backlog.Filter{})
		is.Equal(len(items), 1)
		is.Equal(items[0].Priority, backlog.PriorityHigh)
		is.True(items[0].Timestamp.Equal(start.Add(-time.Hour)))
	}},
	{"what was added comes back as it was", func(t *testing.T, b *bench) {
		is := is.New(t)
		want := item("a", backlog.Priority(3), time.Hour)
		remembered := want
		remembered.Attempts, remembered.LastError, remembered.Parked = 7, "x", true
		b.add(remembered)
		c := b.claim()
		want.ClaimedBy, want.ClaimedAt, want.LeaseEnd = "worker-1", start, start.Add(lease)
		is.Equal(cmp.Diff(want, c.Item), "") // Add ignores what the queue remembers
		is.True(c.Token != "")
		is.True(c.Until.Equal(start.Add(lease)))
	}},
	{"an artefact without anything can be queued", func(t *testing.T, b *bench) {
		is := is.New(t)
		is.Equal(b.add(backlog.Item{Service: "osid", Timestamp: start}), 1)
		is.Equal(b.claim().Item.Name(), backlog.Item{Service: "osid"}.Name())
	}},
	{"an item that is not valid is refused with all others", func(t *testing.T, b *bench) {
		is := is.New(t)
		for _, broken := range []backlog.Item{
			{Timestamp: start},
			{Service: "-", Timestamp: start},
			{Service: "osid", Priority: -1, Timestamp: start},
		} {
			created, err := b.Add(t.Context(), item("a", 1, 0), broken)
			is.True(err != nil)
			is.Equal(created, 0)
		}
		is.Equal(len(b.list(backlog.Filter{})), 0)
	}},
	{"services do not see each other", func(t *testing.T, b *bench) {
		is := is.New(t)
		other := item("b", backlog.PriorityCritical, 0)
		other.Service = "issueReplicator"
		lower := other
		lower.Service = "sbom_generator"
		b.add(item("a", backlog.PriorityLow, 0), other, lower)
		is.Equal(b.drain("osid"), []string{"a"})
		b.add(item("a", backlog.PriorityLow, 0))
		is.Equal(b.drain("Osid", "issuereplicator"), []string{}) // service ids are exact
		c := b.claim("issueReplicator", "osid")
		is.Equal(c.Item.Service, "issueReplicator") // by priority, not by the order of services
		b.must("release", b.Release(t.Context(), c))
		c = b.claim("osid", "issueReplicator")
		is.Equal(c.Item.Service, "issueReplicator")
		is.Equal(b.drain(), []string{"b", "a"}) // no services means all
	}},
	{"a context that is done changes nothing", func(t *testing.T, b *bench) {
		is := is.New(t)
		b.add(item("a", 1, 0), item("b", 0, 0))
		c := b.claim()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := b.Add(ctx, item("c", 1, 0))
		is.True(errors.Is(err, context.Canceled))
		_, err = b.Claim(ctx, request())
		is.True(errors.Is(err, context.Canceled))
		_, err = b.List(ctx, backlog.Filter{})
		is.True(errors.Is(err, context.Canceled))
		is.True(errors.Is(b.Renew(ctx, c, lease), context.Canceled))
		is.True(errors.Is(b.Finish(ctx, c), context.Canceled))
		is.True(errors.Is(b.Fail(ctx, c, backlog.Failure{}), context.Canceled))
		is.True(errors.Is(b.Release(ctx, c), context.Canceled))
		is.True(errors.Is(b.Replay(ctx, c.Item.Name()), context.Canceled))
		is.True(errors.Is(b.Drop(ctx, c.Item.Name()), context.Canceled))
		is.Equal(names(b.list(backlog.Filter{})), []string{"a", "b"})
		b.finish(c)
	}},
}

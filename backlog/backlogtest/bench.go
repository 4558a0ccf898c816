package backlogtest

import (
	"sync"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
)

// lease is long compared to what cases advance the clock by, unless they say so.
const lease = time.Minute

// start is the time at which every case begins.
var start = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// clock moves only when a case says so.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: start} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

// bench is a queue on its own clock with calls that must work.
type bench struct {
	backlog.Queue
	clock *clock
	t     *testing.T
}

func (b *bench) advance(d time.Duration) {
	b.clock.mu.Lock()
	defer b.clock.mu.Unlock()
	b.clock.t = b.clock.t.Add(d)
}

// item returns an item of the service "osid" that was queued age ago.
func item(name string, p backlog.Priority, age time.Duration) backlog.Item {
	return backlog.Item{Service: "osid", Artefact: id(name), Priority: p, Timestamp: start.Add(-age)}
}

func id(name string) artefact.ID {
	return artefact.ID{
		ComponentName:    new("acme.org/shop"),
		ComponentVersion: new("1.0.0"),
		Kind:             artefact.KindResource,
		Artefact: &artefact.LocalID{
			Name: new(name), Version: new("1"), Type: new("ociImage"), ExtraID: map[string]string{"arch": "amd64"},
		},
	}
}

func (b *bench) add(items ...backlog.Item) int {
	b.t.Helper()
	created, err := b.Add(b.t.Context(), items...)
	b.must("add", err)
	return created
}

func (b *bench) claim(services ...string) backlog.Claim {
	b.t.Helper()
	c, err := b.Claim(b.t.Context(), request(services...))
	b.must("claim", err)
	return c
}

func request(services ...string) backlog.ClaimRequest {
	return backlog.ClaimRequest{Services: services, Holder: "worker-1", Lease: lease}
}

func (b *bench) finish(c backlog.Claim) {
	b.t.Helper()
	b.must("finish", b.Finish(b.t.Context(), c))
}

func (b *bench) fail(c backlog.Claim, f backlog.Failure) {
	b.t.Helper()
	b.must("fail", b.Fail(b.t.Context(), c, f))
}

func (b *bench) list(f backlog.Filter) []backlog.Item {
	b.t.Helper()
	items, err := b.List(b.t.Context(), f)
	b.must("list", err)
	return items
}

// names returns the artefact names of items.
func names(items []backlog.Item) []string {
	list := make([]string, len(items))
	for i, it := range items {
		list[i] = artefact.Text(it.Artefact.Local().Name)
	}
	return list
}

// drain claims and finishes until the queue is empty and returns the artefact
// names in their order.
func (b *bench) drain(services ...string) []string {
	b.t.Helper()
	list := []string{}
	for {
		c, err := b.Claim(b.t.Context(), request(services...))
		if isEmpty(err) {
			return list
		}
		b.must("claim", err)
		b.finish(c)
		list = append(list, artefact.Text(c.Item.Artefact.Local().Name))
	}
}

func (b *bench) must(act string, err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("%s: %v", act, err)
	}
}

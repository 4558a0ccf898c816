package kube_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

const service = "osid"

func image(i int) artefact.ID {
	return artefact.ID{
		ComponentName: new("acme.org/shop"), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{
			Name: new("image-" + strconv.Itoa(i)), Version: new("1"), Type: new("ociImage"),
			ExtraID: map[string]string{"arch": "amd64"},
		},
	}
}

func itemOf(i int) backlog.Item {
	return backlog.Item{Service: service, Artefact: image(i), Priority: backlog.Priority(i % 3), Timestamp: time.Now()}
}

// addItems creates n items.
func addItems(t testing.TB, q *kube.Queue, n int) {
	t.Helper()
	items := make([]backlog.Item, n)
	for i := range items {
		items[i] = itemOf(i)
	}
	created, err := q.Add(t.Context(), items...)
	if err != nil || created != n {
		t.Fatalf("add: created %d of %d: %v", created, n, err)
	}
}

func claimFor(holder string) backlog.ClaimRequest {
	return backlog.ClaimRequest{Services: []string{service}, Holder: holder, Lease: time.Minute}
}

// ledger counts what became of each item.
type ledger struct {
	mu    sync.Mutex
	times map[string]int
}

func (l *ledger) write(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.times == nil {
		l.times = map[string]int{}
	}
	l.times[name]++
}

func (l *ledger) total() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.times)
}

// check fails t unless each of n items was written once.
func (l *ledger) check(t testing.TB, n int) {
	t.Helper()
	if l.total() != n {
		t.Errorf("%d items were finished, want %d", l.total(), n)
	}
	for name, times := range l.times {
		if times != 1 {
			t.Errorf("item %s was finished %d times", name, times)
		}
	}
}

// workUntil claims and finishes until done says that it is enough. It waits for
// work as a worker does.
func workUntil(ctx context.Context, q *kube.Queue, holder string, l *ledger, done func() bool) error {
	for !done() {
		wake := q.Wake()
		c, err := q.Claim(ctx, claimFor(holder))
		if errors.Is(err, backlog.ErrEmpty) {
			select {
			case <-wake:
			case <-time.After(50 * time.Millisecond): // to ask done again
			}
			continue
		}
		if err != nil {
			return err
		}
		if err := q.Finish(ctx, c); err != nil {
			return err
		}
		l.write(c.Item.Name())
	}
	return nil
}

// synced returns a queue that has read the items.
func synced(t testing.TB, client *kube.Client, cfg kube.QueueConfig) *kube.Queue {
	t.Helper()
	q := start(t, client, cfg)
	kubetest.Eventually(t, "the items are read", func(context.Context) error {
		if !q.Synced() {
			return errors.New("not yet")
		}
		return nil
	})
	return q
}

//go:build unix

package firetest

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/matryer/is"
	"golang.org/x/sync/errgroup"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/worker"
)

const (
	poisoned     = 1000 // items, of which the first is poison
	poisonHands  = 8
	poisonTries  = 4
	poisonFactor = 1.5 // how much longer the others may take, both being measured at once
)

var errPoison = errors.New("layer 3 is no tar archive")

// TestPoison drains two backlogs of 1,000 items at the same time, by as many workers
// each. In one of them the scan of one item, the first to be claimed, always fails: the
// others finish as fast as those of the other backlog. The item ends parked with its
// error, is listed, and replays on request, with which its scan is as good as new.
func TestPoison(t *testing.T) {
	is := is.New(t)
	healthy, ill := newPatient(t), newPatient(t)
	ill.fails.Store(true)
	var both errgroup.Group
	both.Go(func() error { return healthy.drain(t.Context()) })
	both.Go(func() error { return ill.drain(t.Context()) })
	is.NoErr(both.Wait())
	t.Logf("%d items took %s, and %s beside one that fails", poisoned-1, healthy.took, ill.took)
	if float64(ill.took) > poisonFactor*float64(healthy.took) {
		t.Errorf("want at most %.1f times as long", poisonFactor)
	}
	is.Equal(healthy.scans.Load(), int64(poisoned))
	is.Equal(ill.scans.Load(), int64(poisoned-1+poisonTries))

	parked, err := ill.queue.List(t.Context(), backlog.Filter{Parked: new(true)})
	is.NoErr(err)
	is.Equal(len(parked), 1)
	is.Equal(parked[0].Name(), poison().Name())
	is.Equal(parked[0].Attempts, poisonTries)
	is.True(strings.Contains(parked[0].LastError, errPoison.Error()))

	is.NoErr(ill.drain(t.Context())) // it stays parked
	is.Equal(ill.scans.Load(), int64(poisoned-1+poisonTries))
	ill.fails.Store(false) // somebody has repaired the image
	is.NoErr(ill.queue.Replay(t.Context(), poison().Name()))
	is.NoErr(ill.drain(t.Context()))
	is.Equal(ill.scans.Load(), int64(poisoned+poisonTries))
	left, err := ill.queue.List(t.Context(), backlog.Filter{})
	is.NoErr(err)
	is.Equal(len(left), 0)
	is.Equal(ill.stored(t), poisoned)
}

func poison() backlog.Item {
	return backlog.Item{Service: service, Artefact: image(0), Priority: backlog.PriorityCritical, Timestamp: time.Now()}
}

// patient is a backlog with workers of its own.
type patient struct {
	queue *kube.Queue
	core  *odg.Core
	fails atomic.Bool
	scans atomic.Int64
	good  atomic.Int64  // scans of all but the first item
	took  time.Duration // for these
}

func newPatient(t *testing.T) *patient {
	t.Helper()
	config := kubetest.Config(t)
	kubetest.InstallCRDs(t, config)
	client, err := kube.NewClient(config, kube.Config{Namespace: kubetest.Namespace(t, config)})
	if err != nil {
		t.Fatal(err)
	}
	p := &patient{queue: kube.NewQueue(client, kube.QueueConfig{}), core: odg.New(memory.New(), odg.Config{})}
	items := []backlog.Item{poison()}
	for i := 1; i < poisoned; i++ {
		item := poison()
		item.Artefact, item.Priority = image(i), backlog.PriorityLow
		items = append(items, item)
	}
	if created, err := p.queue.Add(t.Context(), items...); err != nil || created != poisoned {
		t.Fatalf("created %d items: %v", created, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.queue.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	kubetest.Eventually(t, "the items are known", func(context.Context) error {
		if !p.queue.Synced() {
			return kube.ErrNotSynced
		}
		return nil
	})
	return p
}

// drain works until nothing can be done any more.
func (p *patient) drain(ctx context.Context) error {
	began := time.Now()
	return worker.New(p.queue, p.core, p, worker.Config{
		Service: service, Datasource: datasource, Types: []metadata.Type{findingType}, Parallel: poisonHands,
		Retry: backlog.RetryPolicy{Base: 200 * time.Millisecond, Max: time.Second, Attempts: poisonTries},
		Observer: worker.Observer{Finished: func(item backlog.Item) {
			if item.Name() != poison().Name() && p.good.Add(1) == poisoned-1 {
				p.took = time.Since(began)
			}
		}},
	}).RunUntilEmpty(ctx)
}

// Scan implements [worker.Scanner].
func (p *patient) Scan(_ context.Context, id artefact.ID) (worker.Result, error) {
	p.scans.Add(1)
	if p.fails.Load() && artefact.Equal(id, image(0)) {
		return worker.Result{}, errPoison
	}
	return worker.Result{}, nil
}

// stored is of how many artefacts a scan is known.
func (p *patient) stored(t *testing.T) (n int) {
	t.Helper()
	for _, err := range p.core.QueryMetadata(t.Context(), store.Query{Types: []metadata.Type{metadata.TypeScanInfo}}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

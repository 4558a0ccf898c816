package kube_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/matryer/is"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

// Sixteen processes on one namespace: each item is finished once, and hardly any
// claim is in vain.
func TestManyQueuesFinishEachItemOnce(t *testing.T) {
	t.Parallel()
	config := cluster(t)
	namespace := kubetest.Namespace(t, config)
	const n, workers = 240, 16
	addItems(t, kube.NewQueue(newClient(t, config, namespace), kube.QueueConfig{}), n)

	var finished ledger
	var queues []*kube.Queue
	var wg sync.WaitGroup
	for i := range workers {
		q := start(t, newClient(t, config, namespace), kube.QueueConfig{Services: []string{service}})
		queues = append(queues, q)
		wg.Go(func() {
			err := workUntil(t.Context(), q, "pod-"+strconv.Itoa(i), &finished, func() bool { return finished.total() == n })
			if err != nil {
				t.Errorf("worker %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	finished.check(t, n)
	var stats kube.QueueStats
	for _, q := range queues {
		stats.Claims += q.Stats().Claims
		stats.Conflicts += q.Stats().Conflicts
	}
	t.Logf("%d claims, %d conflicts", stats.Claims, stats.Conflicts)
	if stats.Claims != n || stats.Conflicts > n {
		t.Errorf("%d claims of %d items, %d conflicts", stats.Claims, n, stats.Conflicts)
	}
}

// Workers in Python and ours drain one queue: an item that one has is left alone by
// the other, and what is parked or waits is out of the sight of both.
func TestPythonWorkersShareTheQueue(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	namespace := kubetest.Namespace(t, config)
	q := synced(t, newClient(t, config, namespace), kube.QueueConfig{Services: []string{service}})
	const n = 60
	addItems(t, q, n+2)
	for _, f := range []backlog.Failure{{Reason: "broken", Park: true}, {Reason: "later", NotBefore: time.Now().Add(time.Hour)}} {
		c, err := q.Claim(t.Context(), claimFor("pod-0"))
		is.NoErr(err)
		is.NoErr(q.Fail(t.Context(), c, f))
	}

	var finished ledger
	var wg sync.WaitGroup
	done := func() bool { return finished.total() >= n }
	for i := range 3 {
		wg.Go(func() {
			if err := pythonUntil(t.Context(), newPython(t, config, namespace, "py-"+strconv.Itoa(i)), &finished, done); err != nil {
				t.Errorf("worker in Python: %v", err)
			}
		})
		wg.Go(func() {
			if err := workUntil(t.Context(), q, "pod-"+strconv.Itoa(i), &finished, done); err != nil {
				t.Errorf("worker: %v", err)
			}
		})
	}
	wg.Wait()
	finished.check(t, n)
	name, _, err := newPython(t, config, namespace, "py").claim(t.Context(), service)
	is.NoErr(err)
	is.Equal(name, "") // neither the parked nor the waiting one
	left, err := q.List(t.Context(), backlog.Filter{})
	is.NoErr(err)
	is.Equal(len(left), 2)
	is.True(!left[0].Parked && left[1].Parked)
}

func pythonUntil(ctx context.Context, p *python, l *ledger, done func() bool) error {
	for !done() {
		name, lost, err := p.claim(ctx, service)
		if err != nil {
			return err
		}
		if lost || name == "" {
			continue
		}
		if err := p.finish(ctx, name); err != nil {
			return err
		}
		l.write(name)
	}
	return nil
}

// What a worker in Python has is its own until the claim timeout, and counts as a
// failed attempt then.
func TestClaimOfPython(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	namespace := kubetest.Namespace(t, config)
	var late time.Duration
	now := func() time.Time { return time.Now().Add(late) }
	q := synced(t, newClient(t, config, namespace), kube.QueueConfig{Now: now})
	addItems(t, q, 1)
	name, _, err := newPython(t, config, namespace, "py-0").claim(t.Context(), service)
	is.NoErr(err)

	kubetest.Eventually(t, "the claim is seen", func(ctx context.Context) error {
		items, err := q.List(ctx, backlog.Filter{})
		if err != nil || items[0].ClaimedBy != "py-0" {
			return errors.Join(err, errors.New("not claimed"))
		}
		return nil
	})
	_, err = q.Claim(t.Context(), claimFor("pod-0"))
	is.True(errors.Is(err, backlog.ErrEmpty))
	is.True(errors.Is(q.Replay(t.Context(), name), backlog.ErrClaimed))
	late = 29 * time.Minute
	_, err = q.Claim(t.Context(), claimFor("pod-0"))
	is.True(errors.Is(err, backlog.ErrEmpty))
	late = 31 * time.Minute
	c, err := q.Claim(t.Context(), claimFor("pod-0"))
	is.NoErr(err)
	is.Equal(c.Item.Attempts, 1)
	is.True(c.Item.LastError != "")
	is.NoErr(q.Finish(t.Context(), c))
}

// Who releases an item by hand, or as the existing controller does, ends our claim,
// and a worker in Python that then claims it keeps it.
func TestReleasedByOthers(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	namespace := kubetest.Namespace(t, config)
	client := newClient(t, config, namespace)
	q := synced(t, client, kube.QueueConfig{})
	addItems(t, q, 1)
	c, err := q.Claim(t.Context(), claimFor("pod-0"))
	is.NoErr(err)
	name := c.Item.Name()
	release := `{"metadata":{"labels":{"delivery-gear.gardener.cloud/claimed":"False"},
		"annotations":{"delivery-gear.gardener.cloud/claimed-by":null,"delivery-gear.gardener.cloud/claimed-at":null}}}`
	_, err = client.BacklogItems().Patch(t.Context(), name, "application/merge-patch+json", []byte(release), metav1.PatchOptions{})
	is.NoErr(err)
	is.True(errors.Is(q.Renew(t.Context(), c, time.Minute), backlog.ErrClaimLost))

	p := newPython(t, config, namespace, "py-0")
	claimed, _, err := p.claim(t.Context(), service)
	is.NoErr(err)
	is.Equal(claimed, name)
	item, err := client.BacklogItems().Get(t.Context(), name, metav1.GetOptions{})
	is.NoErr(err)
	is.Equal(item.Status().State, kube.StateClaimed) // though annotations of ours are left
	is.Equal(item.Status().Holder, "py-0")
	is.True(errors.Is(q.Finish(t.Context(), c), backlog.ErrClaimLost))
	is.NoErr(p.finish(t.Context(), name))
}

// A worker that slept past its lease finds that the item is another's.
func TestLeaseTakenOverByAnotherProcess(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	namespace := kubetest.Namespace(t, config)
	sleepy := synced(t, newClient(t, config, namespace), kube.QueueConfig{})
	later := func() time.Time { return time.Now().Add(2 * time.Minute) }
	next := synced(t, newClient(t, config, namespace), kube.QueueConfig{Now: later})
	addItems(t, sleepy, 1)
	old, err := sleepy.Claim(t.Context(), claimFor("sleepy"))
	is.NoErr(err)

	var taken backlog.Claim
	kubetest.Eventually(t, "the lease is over", func(ctx context.Context) (err error) {
		taken, err = next.Claim(ctx, claimFor("next"))
		return err
	})
	is.Equal(taken.Item.Attempts, 1)
	is.True(errors.Is(sleepy.Renew(t.Context(), old, time.Minute), backlog.ErrClaimLost))
	is.True(errors.Is(sleepy.Finish(t.Context(), old), backlog.ErrClaimLost)) // its clock says it holds the lease
	is.NoErr(next.Finish(t.Context(), taken))
	items, err := sleepy.List(t.Context(), backlog.Filter{})
	is.NoErr(err)
	is.True(len(items) <= 1) // the watch may have yet to tell
}

// A trigger from another process makes Finish fail at the server, and count.
func TestTriggerFromAnotherProcess(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := cluster(t)
	namespace := kubetest.Namespace(t, config)
	q := synced(t, newClient(t, config, namespace), kube.QueueConfig{})
	addItems(t, q, 1)
	c, err := q.Claim(t.Context(), claimFor("pod-0"))
	is.NoErr(err)
	enumerator := kube.NewQueue(newClient(t, config, namespace), kube.QueueConfig{}) // does not watch
	created, err := enumerator.Add(t.Context(), itemOf(0))
	is.NoErr(err)
	is.Equal(created, 0)

	is.NoErr(q.Finish(t.Context(), c))
	again, err := q.Claim(t.Context(), claimFor("pod-0"))
	is.NoErr(err)
	is.Equal(again.Item.Name(), c.Item.Name())
	is.NoErr(q.Finish(t.Context(), again))
	items, err := enumerator.List(t.Context(), backlog.Filter{}) // from the server
	is.NoErr(err)
	is.Equal(len(items), 0)
}

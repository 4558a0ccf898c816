//go:build unix

package firetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/matryer/is"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

// How large the fire is. Leases are short, so that frozen workers lose theirs soon.
const (
	crews      = 5
	crewSize   = 10
	itemCount  = 5000
	lease      = 8 * time.Second
	scanTime   = 20 * time.Millisecond
	faultEvery = 100 // items, so that a slow machine is not on fire all the time
	mostFrozen = 2
	patience   = 10 * time.Minute
	notice     = 50 * time.Millisecond // between what the server checks and what the test notes, on a busy machine
)

// TestFire lets 50 workers in 5 processes drain 5,000 items, while processes are
// killed and started again, or frozen until their leases are over, the API server
// crashes once and is once restarted in order, and the controller is killed and comes
// back. Each scan's result names the claim under which it was made. It proves:
//
//   - No item is lost, none is left over, none is deleted twice: the watch saw each end.
//   - Each item was completed exactly once as seen by the store: one claim finished it,
//     and ODG Core holds exactly one result of it, made under that claim. Storing alone
//     is "at least once", as a worker may die between that and the deletion; then the
//     next result takes the place of the first.
//   - No result of a lost lease is accepted: whatever Core took, it took before the end
//     of the lease of its claim, as the item's annotations told it last.
//   - Items of higher priority finish first in the large.
//   - The controller goes on where it was: the backlog is empty, and so are the replicas.
func TestFire(t *testing.T) {
	is := is.New(t)
	f := light(t)
	began := time.Now()
	f.rage()
	t.Logf("%d items in %s: %d crews killed, %d frozen", itemCount, time.Since(began).Round(time.Second), f.kills, f.freezes)

	f.scaled(0)
	f.stop()
	is.Equal(len(f.history.order), itemCount)
	is.Equal(len(f.history.again), 0)
	left, err := f.queue.List(t.Context(), backlog.Filter{})
	is.NoErr(err)
	is.Equal(len(left), 0)
	f.checkStore()
	f.checkLeases()
	f.checkOrder()
}

// stop ends all that may still write down what happens.
func (f *fire) stop() {
	for _, p := range f.crews {
		p.kill()
	}
	f.history.stop()
}

// fire is everything that burns.
type fire struct {
	t          *testing.T
	random     *rand.Rand
	server     *kubetest.Server
	queue      *kube.Queue
	core       *witness
	history    *history
	crews      []*process
	controller *process

	thawAt         map[*process]time.Time
	kills, freezes int
}

// light starts everything.
func light(t *testing.T) *fire {
	t.Helper()
	seed := seedOf(t)
	f := &fire{t: t, random: rand.New(rand.NewPCG(seed, 0)), server: kubetest.Start(t), thawAt: map[*process]time.Time{}}
	config := f.server.Config()
	kubetest.InstallCRDs(t, config)
	namespace := kubetest.Namespace(t, config)
	client, err := kube.NewClient(config, kube.Config{Namespace: namespace})
	if err != nil {
		t.Fatal(err)
	}
	f.deploy(namespace)
	f.queue = kube.NewQueue(client, kube.QueueConfig{})
	f.fill()
	f.history = watchHistory(t, client)
	core, url := newWitness(t)
	f.core = core
	base := orders{
		Kubeconfig: kubetest.Kubeconfig(t, config, namespace), Namespace: namespace,
		Core: url, Workers: crewSize, Lease: lease, Scan: scanTime,
	}
	program := program(t)
	f.controller = startProcess(t, program, base.as(roleController, "controller"))
	f.scaled(maxReplicas)
	for i := range crews {
		f.crews = append(f.crews, startProcess(t, program, base.as(roleCrew, fmt.Sprint("crew-", i))))
	}
	return f
}

func (o orders) as(role, name string) orders {
	o.Role, o.Name = role, name
	return o
}

// seedOf returns what all chance comes from.
func seedOf(t *testing.T) uint64 {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv("ODG_FIRE_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("ODG_FIRE_SEED: %v", err)
		}
	}
	t.Logf("ODG_FIRE_SEED=%d", seed)
	return seed
}

// priorities are those of the items, in turns.
var priorities = []backlog.Priority{backlog.PriorityLow, backlog.PriorityMedium, backlog.PriorityHigh, backlog.PriorityCritical}

func (f *fire) fill() {
	f.t.Helper()
	items := make([]backlog.Item, itemCount)
	for i := range items {
		items[i] = backlog.Item{
			Service: service, Artefact: image(i), Priority: priorities[i%len(priorities)],
			Timestamp: time.Date(2026, 11, 1, 0, 0, i, 0, time.UTC),
		}
	}
	f.random.Shuffle(itemCount, func(i, j int) { items[i], items[j] = items[j], items[i] })
	if created, err := f.queue.Add(f.t.Context(), items...); err != nil || created != itemCount {
		f.t.Fatalf("created %d items: %v", created, err)
	}
}

func image(i int) artefact.ID {
	return artefact.ID{
		ComponentName: new("acme.org/shop-" + strconv.Itoa(i%100)), ComponentVersion: new("1.0.0"), Kind: artefact.KindResource,
		Artefact: &artefact.LocalID{Name: new("image-" + strconv.Itoa(i)), Version: new("1"), Type: new("ociImage")},
	}
}

// rage goes on until all items are gone. The faults come as the work gets on: the
// small ones all the time, the large ones once each.
func (f *fire) rage() {
	f.t.Helper()
	large := map[int]func(){
		itemCount * 20 / 100: func() { f.server.Kill(f.t); f.server.Up(f.t) },
		itemCount * 40 / 100: func() { f.controller.kill() },
		itemCount * 50 / 100: func() { f.controller.start() },
		itemCount * 70 / 100: func() { f.server.Restart(f.t) },
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	ctx, cancel := context.WithTimeout(f.t.Context(), patience)
	defer cancel()
	for next := faultEvery; next < itemCount; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			f.t.Fatalf("%d of %d items are done after %s", f.history.finished(), itemCount, patience)
		}
		f.mend()
		if f.history.finished() < next {
			continue
		}
		if fault := large[next]; fault != nil {
			fault()
		} else {
			f.strike()
		}
		next += faultEvery
	}
	f.burnOut(ctx)
}

// burnOut waits for the last items, which those who are frozen may hold.
func (f *fire) burnOut(ctx context.Context) {
	f.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for f.history.finished() < itemCount || len(f.thawAt) > 0 {
		select {
		case <-tick.C:
			f.mend()
		case <-ctx.Done():
			f.t.Fatalf("%d of %d items are done after %s", f.history.finished(), itemCount, patience)
		}
	}
}

// mend thaws those whose time has come, and finds out who has ended.
func (f *fire) mend() {
	f.t.Helper()
	for _, p := range append(f.crews, f.controller) {
		p.alive()
		if at, frozen := f.thawAt[p]; frozen && time.Now().After(at) {
			p.thaw()
			delete(f.thawAt, p)
		}
	}
}

// strike kills or freezes some crew that works.
func (f *fire) strike() {
	f.t.Helper()
	p := f.crews[f.random.IntN(len(f.crews))]
	switch {
	case p.frozen:
	case f.random.IntN(2) == 0:
		p.restart()
		f.kills++
	case len(f.thawAt) < mostFrozen:
		p.freeze()
		f.thawAt[p] = time.Now().Add(lease + lease/4)
		f.freezes++
	}
}

// deploy makes the Deployment that the controller scales.
func (f *fire) deploy(namespace string) {
	f.t.Helper()
	labels := map[string]string{kube.LabelService: service}
	_, err := kubetest.Clientset(f.t, f.server.Config()).AppsV1().Deployments(namespace).Create(f.t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: kube.DeploymentName(service)},
		Spec: appsv1.DeploymentSpec{
			Replicas: new(int32(0)), Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "worker", Image: "registry.invalid/worker:1"}}},
			},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		f.t.Fatal(err)
	}
}

// scaled waits until the controller wants so many replicas.
func (f *fire) scaled(want int32) {
	f.t.Helper()
	namespace := f.controller.orders.Namespace
	cluster := kubetest.Clientset(f.t, f.server.Config())
	kubetest.Eventually(f.t, fmt.Sprintf("the controller wants %d workers", want), func(ctx context.Context) error {
		d, err := cluster.AppsV1().Deployments(namespace).Get(ctx, kube.DeploymentName(service), metav1.GetOptions{})
		if err == nil && *d.Spec.Replicas != want {
			err = errors.New(fmt.Sprint("it has ", *d.Spec.Replicas))
		}
		return err
	})
}

package kube_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/matryer/is"
	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/scaling"
)

func TestControllerFollowsTheBacklog(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	admin := kubetest.Config(t)
	kubetest.InstallCRDs(t, admin)
	c := newControlled(t, admin, controllerRole...)
	c.deploy("issueReplicator", 0)
	c.deploy("osid", 0)
	c.deploy("bdba", 3) // as left by somebody: there are no items
	r := c.run(kube.ControllerConfig{Identity: "one", Rules: brisk(5)})
	c.scaled("bdba", 0)
	for i := range 4 {
		c.item("osid", fmt.Sprintf("osid-%d", i), nil)
		c.item("issueReplicator", fmt.Sprintf("issuereplicator-%d", i), nil)
	}
	c.scaled("osid", 2)
	c.scaled("issueReplicator", 2)
	c.event("osid", "ScaledUp", "items (0 claimed) with a worker for 3 each, 0 to 5 workers")
	is.NoErr(r.Ready())
	for i := range 4 {
		is.NoErr(c.client.BacklogItems().Delete(t.Context(), fmt.Sprintf("osid-%d", i), metav1.DeleteOptions{}))
	}
	c.scaled("osid", 0)
}

func TestControllerTakesClaimsBack(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	admin := kubetest.Config(t)
	kubetest.InstallCRDs(t, admin)
	c := newControlled(t, admin, controllerRole...)
	c.deploy("osid", 1)
	pod := c.pod("osid")
	now := time.Now()
	c.item("osid", "python-alive", claimed(pod, now))
	c.item("osid", "python-old", claimed(pod, now.Add(-31*time.Minute)))
	c.item("osid", "python-gone", claimed("osid-gone", now))
	c.item("osid", "lease-on", leased("laptop", now.Add(-time.Hour), now.Add(time.Hour)))
	c.item("osid", "lease-over", leased(pod, now.Add(-time.Minute), now.Add(-time.Second)))
	c.item("osid", "lease-ends", leased(pod, now, now.Add(2*time.Second))) // no event tells
	c.item("osid", "lease-of-pod", leased(pod, now, now.Add(time.Hour)))
	c.item("osid", "nobody", func(b *kube.BacklogItem) { b.Labels[kube.LabelClaimed] = "True" })
	c.item("osid", "waits", failed(kube.StateLabelWaiting, now.Add(time.Hour)))
	c.item("osid", "waited", failed(kube.StateLabelWaiting, now.Add(-time.Hour))) // workers in Python do not see it
	c.item("osid", "parked", failed(kube.StateLabelParked, now.Add(-time.Hour)))
	r := c.run(kube.ControllerConfig{Identity: "one", Rules: brisk(5)})
	for _, name := range []string{"python-old", "python-gone", "lease-over", "lease-ends", "nobody", "waited"} {
		c.free(name)
		c.told(r, "took back the claim of "+name)
	}
	is.Equal(c.state("waits"), kube.StateWaiting)
	is.Equal(c.state("parked"), kube.StateParked)
	is.Equal(c.state("python-alive"), kube.StateClaimed)
	is.Equal(c.state("lease-on"), kube.StateLeased)
	is.Equal(c.state("lease-of-pod"), kube.StateLeased)
	c.event("osid", "ClaimReleased", "python-gone: no worker has the name of its holder")
	freed, err := c.client.BacklogItems().Get(t.Context(), "lease-over", metav1.GetOptions{})
	is.NoErr(err)
	is.Equal(freed.Labels[kube.LabelClaimed], kube.ClaimedFalse)
	is.Equal(freed.Annotations[kube.AnnotationClaimedBy], "")
	is.Equal(freed.Status().Attempts, 1) // a worker that vanished counts as a failure

	is.NoErr(c.cluster.CoreV1().Pods(c.namespace).Delete(t.Context(), pod, metav1.DeleteOptions{}))
	c.free("python-alive") // an event of a pod, none of an item
	c.free("lease-of-pod")
}

// TestControllerBurst measures what the controller does while 5,000 items come.
func TestControllerBurst(t *testing.T) {
	is := is.New(t)
	const burst = 5000
	admin := kubetest.Config(t)
	kubetest.InstallCRDs(t, admin)
	c := newControlled(t, admin, controllerRole...)
	c.deploy("osid", 0)
	r := c.run(kube.ControllerConfig{Identity: "one", Rules: func(string) scaling.Rules {
		// The last replica is due to the last few items only.
		return scaling.Rules{Config: scaling.Config{ItemsPerReplica: (burst - 1) / 3, MaxReplicas: 10}}
	}})
	c.leads(r)
	before := r.requests.Load()
	began := time.Now()
	var creating errgroup.Group
	creating.SetLimit(16)
	for i := range burst {
		creating.Go(func() error { return c.tryItem(t.Context(), "osid", fmt.Sprintf("osid-%04d", i), nil) })
	}
	is.NoErr(creating.Wait())
	created := time.Now()
	c.scaled("osid", 4)
	decided := time.Since(created)
	requests := r.requests.Load() - before
	t.Logf("%d items in %s; scaled %s after the last one; %d requests of the controller", burst, created.Sub(began), decided, requests)
	is.True(requests <= 20)
	is.True(decided < time.Second)
	is.True(slowest(t, r.registry) <= 1) // second for any decision on the way
}

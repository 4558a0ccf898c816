package kube_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/matryer/is"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/scaling"
)

func TestControllerIsToldNonsense(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	admin := kubetest.Config(t)
	kubetest.InstallCRDs(t, admin)
	c := newControlled(t, admin, controllerRole...)
	c.deploy("osid", 0)
	c.deployForeign("delivery-service", 2)
	r := c.run(kube.ControllerConfig{Identity: "one", Rules: brisk(9)})
	c.leads(r)

	c.item("osid", "no-label", func(b *kube.BacklogItem) { b.Labels = nil })
	c.item("osid", "odd-label", func(b *kube.BacklogItem) { b.Labels[kube.LabelService] = "os.id" })
	c.item("delivery-service", "core", nil)
	c.item("nobody-s", "unknown", nil)
	c.item("osid", "times", func(b *kube.BacklogItem) {
		claimed("", time.Now())(b)
		b.Annotations[kube.AnnotationClaimedBy] = "no name of a pod!"
		b.Annotations[kube.AnnotationClaimedAt] = "yesterday"
		b.Annotations[kube.AnnotationBoundTo] = "yesterday"
		b.Annotations[kube.AnnotationLeaseUntil] = "tomorrow"
		b.Annotations[kube.AnnotationAttempts] = "many"
		b.Annotations[kube.AnnotationNotBefore] = "soon"
	})
	c.item("osid", "state", func(b *kube.BacklogItem) { b.Labels[kube.LabelState] = "dancing" })
	c.free("times") // its holder is no pod, so nobody holds it
	c.told(r, `"backlog_item":"no-label"`)
	c.told(r, "there is no Deployment nobody-s")
	c.event("nobody-s", "WorkersMissing", "nobody works on them: 1 item")
	c.event("delivery-service", "WorkersMissing", "do not have the label")
	c.scaled("osid", 1)
	d, err := c.cluster.AppsV1().Deployments(c.namespace).Get(t.Context(), "delivery-service", metav1.GetOptions{})
	is.NoErr(err)
	is.Equal(*d.Spec.Replicas, int32(2)) // an item cannot scale what runs no workers

	// Labels that are changed by hand move the item to another extension.
	c.deploy("bdba", 0)
	c.patch("state", `{"metadata":{"labels":{"`+kube.LabelService+`":"bdba"}}}`)
	c.patch("times", `{"metadata":{"labels":{"`+kube.LabelService+`":"bdba"}}}`)
	c.scaled("bdba", 1)
	c.scaled("osid", 0)
	// What is deleted while it is claimed is gone, also if a finaliser keeps it.
	c.patch("state", `{"metadata":{"finalizers":["example.org/keeps"]}}`)
	c.patch("times", `{"metadata":{"labels":{"`+kube.LabelClaimed+`":"True"}}}`)
	for _, name := range []string{"times", "state"} {
		is.NoErr(c.client.BacklogItems().Delete(t.Context(), name, metav1.DeleteOptions{}))
	}
	c.scaled("bdba", 0)
	c.patch("state", `{"metadata":{"finalizers":null}}`)
}

func (c *controlled) patch(item, patch string) {
	c.t.Helper()
	_, err := c.client.BacklogItems().Patch(c.t.Context(), item, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	c.noErr(err)
}

// deployForeign makes a Deployment that runs no workers.
func (c *controlled) deployForeign(name string, replicas int32) {
	c.t.Helper()
	c.deploy(name, replicas)
	deployments := c.cluster.AppsV1().Deployments(c.namespace)
	d, err := deployments.Get(c.t.Context(), name, metav1.GetOptions{})
	c.noErr(err)
	c.noErr(deployments.Delete(c.t.Context(), name, metav1.DeleteOptions{}))
	d.ResourceVersion, d.UID = "", ""
	delete(d.Spec.Selector.MatchLabels, kube.LabelService)
	delete(d.Spec.Template.Labels, kube.LabelService)
	_, err = deployments.Create(c.t.Context(), d, metav1.CreateOptions{})
	c.noErr(err)
}

func TestControllerMeetsOtherHands(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	admin := kubetest.Config(t)
	kubetest.InstallCRDs(t, admin)
	c := newControlled(t, admin, controllerRole...)
	r := c.run(kube.ControllerConfig{Identity: "one", Rules: brisk(5)})
	c.leads(r)
	c.item("osid", "early", nil)
	c.event("osid", "WorkersMissing", "there is no Deployment osid")
	c.deploy("osid", 0) // comes later
	c.scaled("osid", 1)
	c.told(r, "the workers have been found")

	c.scaleByHand("osid", 4)
	c.event("osid", "ChangedByOthers", "changed the number of workers from 1 to 4; the backlog asks for 1")
	quiet := r.requests.Load()
	c.scaled("osid", 1) // after a while, in which nothing was asked for
	is.True(r.requests.Load()-quiet < 15)

	is.NoErr(c.cluster.AppsV1().Deployments(c.namespace).Delete(t.Context(), "osid", metav1.DeleteOptions{}))
	kubetest.Eventually(t, "it is missed again", func(context.Context) error {
		if strings.Count(r.logs.String(), "there is no Deployment osid") < 2 {
			return errors.New(r.logs.String())
		}
		return nil
	})
}

func (c *controlled) scaleByHand(service string, replicas int) {
	c.t.Helper()
	_, err := c.cluster.AppsV1().Deployments(c.namespace).Patch(c.t.Context(), kube.DeploymentName(service), types.MergePatchType,
		fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas), metav1.PatchOptions{})
	c.noErr(err)
}

// TestControllerWaitsForTheCluster lets everything fail that a controller needs.
func TestControllerWaitsForTheCluster(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	server := kubetest.Start(t)
	c := newControlled(t, server.Config())
	r := c.run(kube.ControllerConfig{Identity: "one", Rules: brisk(5), LeaseDuration: 5 * time.Second})
	c.told(r, "lacks the permission")
	is.True(strings.Contains(r.Ready().Error(), "lacks the permission"))
	c.allow(controllerRole[:3]...) // all but to scale, to elect and to write Events
	c.told(r, "are the CustomResourceDefinitions of group "+kube.Group+" installed?")
	is.True(strings.Contains(r.Ready().Error(), "installed?"))
	kubetest.InstallCRDs(t, server.Config())
	c.told(r, "controller knows the backlog")
	c.told(r, "cannot get resource \\\"leases\\\"")
	is.True(!r.Leading())
	c.allow(append(append([]rbacv1.PolicyRule{}, controllerRole[:3]...), controllerRole[4])...)
	c.leads(r)
	c.deploy("osid", 0)
	c.item("osid", "one", nil)
	c.told(r, "patch scale of Deployment osid")
	c.allow(controllerRole...)
	c.scaled("osid", 1)
	kubetest.Eventually(t, "it is ready", func(context.Context) error { return r.Ready() })

	server.Stop(t)
	c.told(r, "resource cannot be read; trying again")
	kubetest.Eventually(t, "the term is over", func(context.Context) error {
		if r.Leading() {
			return errors.New("it leads")
		}
		return nil
	})
	server.Up(t)
	for i := range 3 {
		c.item("osid", fmt.Sprintf("later-%d", i), nil)
	}
	c.scaled("osid", 2)
	is.True(strings.Count(r.logs.String(), "\n") < 60) // an outage does not fill the log
	kubetest.Eventually(t, "it is ready again", func(context.Context) error { return r.Ready() })
}

func TestControllerIsReplaced(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	admin := kubetest.Config(t)
	kubetest.InstallCRDs(t, admin)
	c := newControlled(t, admin, controllerRole...)
	c.deploy("osid", 0)
	rules := func(string) scaling.Rules {
		return scaling.Rules{Config: scaling.DefaultConfig, Stabilisation: time.Hour}
	}
	first := c.run(kube.ControllerConfig{Identity: "first", Rules: rules, LeaseDuration: 5 * time.Second})
	c.leads(first)
	second := c.run(kube.ControllerConfig{Identity: "second", Rules: rules, LeaseDuration: 5 * time.Second})
	for i := range 4 {
		c.item("osid", fmt.Sprintf("osid-%d", i), nil)
	}
	c.scaled("osid", 2)
	is.True(!second.Leading())
	is.NoErr(second.Ready()) // stands by
	first.stop()
	is.True(!first.Leading())
	began := time.Now()
	c.leads(second)
	t.Logf("the second controls %s after the first has stopped", time.Since(began))
	for i := range 3 {
		is.NoErr(c.client.BacklogItems().Delete(t.Context(), fmt.Sprintf("osid-%d", i), metav1.DeleteOptions{}))
	}
	c.item("osid", "more", nil)
	c.scaleByHand("osid", 1)
	c.event("osid", "ChangedByOthers", "from 2 to 1")
	d, err := c.cluster.AppsV1().Deployments(c.namespace).Get(t.Context(), "osid", metav1.GetOptions{})
	is.NoErr(err)
	is.Equal(*d.Spec.Replicas, int32(1))                           // enough for what is there: waiting is about going down only
	is.True(!strings.Contains(second.logs.String(), "ScaledDown")) // it does not know for how long fewer were enough
}

package kube_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/scaling"
)

// controlled is a namespace in which a controller works under an account of its own.
type controlled struct {
	t         *testing.T
	admin     *rest.Config
	namespace string
	client    *kube.Client
	cluster   kubernetes.Interface
	account   *rest.Config
}

// controllerRole is what the controller may do; deploy/chart has the same.
var controllerRole = []rbacv1.PolicyRule{
	{APIGroups: []string{kube.Group}, Resources: []string{"backlogitems"}, Verbs: []string{"get", "list", "watch", "patch"}},
	{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"get", "list", "watch"}},
	{APIGroups: []string{"apps"}, Resources: []string{"deployments"}, Verbs: []string{"get", "list", "watch"}},
	{APIGroups: []string{"apps"}, Resources: []string{"deployments/scale"}, Verbs: []string{"patch"}},
	{APIGroups: []string{"coordination.k8s.io"}, Resources: []string{"leases"}, Verbs: []string{"get", "create", "update"}},
	{APIGroups: []string{""}, Resources: []string{"events"}, Verbs: []string{"create", "patch"}},
}

func newControlled(t *testing.T, admin *rest.Config, rules ...rbacv1.PolicyRule) *controlled {
	t.Helper()
	admin = rest.CopyConfig(admin)
	admin.QPS = -1
	c := &controlled{t: t, admin: admin, namespace: kubetest.Namespace(t, admin), cluster: kubetest.Clientset(t, admin)}
	c.allow(rules...)
	c.account = kubetest.ServiceAccount(t, admin, c.namespace, "backlog-controller")
	client, err := kube.NewClient(admin, kube.Config{Namespace: c.namespace})
	c.noErr(err)
	c.client = client
	return c
}

// allow lets the controller do what rules say, and nothing else.
func (c *controlled) allow(rules ...rbacv1.PolicyRule) {
	c.t.Helper()
	roles := c.cluster.RbacV1().Roles(c.namespace)
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: "backlog-controller"}, Rules: rules}
	if _, err := roles.Create(c.t.Context(), role, metav1.CreateOptions{}); err == nil {
		_, err = c.cluster.RbacV1().RoleBindings(c.namespace).Create(c.t.Context(), &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "backlog-controller"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "backlog-controller"},
			Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: "backlog-controller", Namespace: c.namespace}},
		}, metav1.CreateOptions{})
		c.noErr(err)
		return
	}
	_, err := roles.Update(c.t.Context(), role, metav1.UpdateOptions{})
	c.noErr(err)
}

func (c *controlled) noErr(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// controllerRun is a controller that runs.
type controllerRun struct {
	*kube.Controller
	logs     lockedLog
	requests atomic.Int64
	registry *prometheus.Registry
	stop     func()
}

type lockedLog struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// run runs a controller until the test ends or it is stopped.
func (c *controlled) run(cfg kube.ControllerConfig) *controllerRun {
	c.t.Helper()
	r := &controllerRun{registry: prometheus.NewRegistry()}
	cfg.Namespace, cfg.Registry, cfg.Log = c.namespace, r.registry, zerolog.New(&r.logs)
	account := rest.CopyConfig(c.account)
	account.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return counted(func(req *http.Request) (*http.Response, error) {
			r.requests.Add(1)
			return next.RoundTrip(req)
		})
	})
	controller, err := kube.NewController(account, cfg)
	c.noErr(err)
	r.Controller = controller
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- controller.Run(ctx) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			c.t.Errorf("the controller ended with %v", err)
		}
		if c.t.Failed() {
			c.t.Logf("the controller said: %s", &r.logs)
		}
	})
	c.t.Cleanup(r.stop)
	return r
}

type counted func(*http.Request) (*http.Response, error)

func (f counted) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (c *controlled) leads(r *controllerRun) {
	c.t.Helper()
	kubetest.Eventually(c.t, "the controller leads", func(context.Context) error {
		if !r.Leading() {
			return errors.New(r.logs.String())
		}
		return nil
	})
}

// deploy makes the Deployment of an extension.
func (c *controlled) deploy(service string, replicas int32) {
	c.t.Helper()
	labels := map[string]string{"app": kube.DeploymentName(service), kube.LabelService: service}
	_, err := c.cluster.AppsV1().Deployments(c.namespace).Create(c.t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: kube.DeploymentName(service)},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "worker", Image: "registry.invalid/worker:1"}}},
			},
		},
	}, metav1.CreateOptions{})
	c.noErr(err)
}

// scaled waits until a Deployment is to have so many replicas.
func (c *controlled) scaled(service string, replicas int32) {
	c.t.Helper()
	kubetest.Eventually(c.t, fmt.Sprintf("%s has %d replicas", service, replicas), func(ctx context.Context) error {
		d, err := c.cluster.AppsV1().Deployments(c.namespace).Get(ctx, kube.DeploymentName(service), metav1.GetOptions{})
		if err == nil && *d.Spec.Replicas != replicas {
			err = fmt.Errorf("it has %d", *d.Spec.Replicas)
		}
		return err
	})
}

// item makes an item as any program may. Change may spoil it.
func (c *controlled) item(service, name string, change func(*kube.BacklogItem)) {
	c.t.Helper()
	c.noErr(c.tryItem(c.t.Context(), service, name, change))
}

func (c *controlled) tryItem(ctx context.Context, service, name string, change func(*kube.BacklogItem)) error {
	item := &kube.BacklogItem{}
	item.APIVersion, item.Kind, item.Name = kube.GroupVersion.String(), kube.KindBacklogItem, name
	item.Labels = map[string]string{kube.LabelService: service}
	item.Annotations = map[string]string{}
	item.Spec.Timestamp = "2026-01-15T12:00:00"
	item.Spec.Artefact.ComponentName = new("acme.org/c")
	if change != nil {
		change(item)
	}
	_, err := c.client.BacklogItems().Create(ctx, item, metav1.CreateOptions{})
	return err
}

// claimed marks an item as a worker in Python does.
func claimed(by string, at time.Time) func(*kube.BacklogItem) {
	return func(b *kube.BacklogItem) {
		b.Labels[kube.LabelClaimed] = kube.ClaimedTrue
		b.Annotations[kube.AnnotationClaimedBy] = by
		b.Annotations[kube.AnnotationClaimedAt] = at.UTC().Format("2006-01-02T15:04:05.000000-07:00")
	}
}

// leased marks an item as a worker of ours does.
func leased(by string, at, until time.Time) func(*kube.BacklogItem) {
	return func(b *kube.BacklogItem) {
		claimed(by, at)(b)
		b.Annotations[kube.AnnotationBoundTo] = b.Annotations[kube.AnnotationClaimedAt]
		b.Annotations[kube.AnnotationLeaseUntil] = until.UTC().Format(time.RFC3339Nano)
		b.Annotations[kube.AnnotationToken] = "token"
	}
}

// failed marks an item as a worker of ours does after a failure.
func failed(state string, notBefore time.Time) func(*kube.BacklogItem) {
	return func(b *kube.BacklogItem) {
		claimed("osid-failed", notBefore.Add(-time.Minute))(b)
		b.Labels[kube.LabelState] = state
		b.Annotations[kube.AnnotationBoundTo] = b.Annotations[kube.AnnotationClaimedAt]
		b.Annotations[kube.AnnotationNotBefore] = notBefore.UTC().Format(time.RFC3339Nano)
		b.Annotations[kube.AnnotationAttempts] = "1"
	}
}

func (c *controlled) free(name string) {
	c.t.Helper()
	kubetest.Eventually(c.t, name+" is free", func(ctx context.Context) error {
		b, err := c.client.BacklogItems().Get(ctx, name, metav1.GetOptions{})
		if err == nil && b.Status().State != kube.StateFree {
			err = fmt.Errorf("it is %s", b.Status().State)
		}
		return err
	})
}

func (c *controlled) state(name string) kube.State {
	c.t.Helper()
	b, err := c.client.BacklogItems().Get(c.t.Context(), name, metav1.GetOptions{})
	c.noErr(err)
	return b.Status().State
}

// told waits until the log says something.
func (c *controlled) told(r *controllerRun, text string) {
	c.t.Helper()
	kubetest.Eventually(c.t, "the log says "+text, func(context.Context) error {
		if !strings.Contains(r.logs.String(), text) {
			return errors.New(r.logs.String())
		}
		return nil
	})
}

// event waits for an Event of a Deployment.
func (c *controlled) event(deployment, reason, text string) {
	c.t.Helper()
	kubetest.Eventually(c.t, "Event "+reason+" of "+deployment, func(ctx context.Context) error {
		events, err := c.cluster.CoreV1().Events(c.namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		for _, e := range events.Items {
			if e.InvolvedObject.Name == deployment && e.Reason == reason && strings.Contains(e.Message, text) {
				return nil
			}
		}
		return fmt.Errorf("none of %d Events", len(events.Items))
	})
}

// brisk are rules that wait for nothing.
func brisk(maxReplicas int) func(string) scaling.Rules {
	return func(service string) scaling.Rules {
		r := scaling.DefaultRules(service)
		r.MaxReplicas, r.Stabilisation = maxReplicas, 0
		return r
	}
}

// pod returns the name of the pod of an extension.
func (c *controlled) pod(service string) (name string) {
	c.t.Helper()
	kubetest.Eventually(c.t, "a pod of "+service+" runs", func(ctx context.Context) error {
		pods, err := c.cluster.CoreV1().Pods(c.namespace).List(ctx, metav1.ListOptions{LabelSelector: kube.LabelService + "=" + service})
		if err != nil || len(pods.Items) == 0 {
			return errors.Join(err, errors.New("no pod"))
		}
		name = pods.Items[0].Name
		return nil
	})
	return name
}

// slowest returns the upper bound of the slowest decision, in seconds.
func slowest(t *testing.T, registry *prometheus.Registry) (bound float64) {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != "odg_scaling_decision_delay_seconds" {
			continue
		}
		for _, bucket := range family.GetMetric()[0].GetHistogram().GetBucket() {
			bound = bucket.GetUpperBound()
			if bucket.GetCumulativeCount() == family.GetMetric()[0].GetHistogram().GetSampleCount() {
				return bound
			}
		}
	}
	t.Fatal("a decision took very long, or there was none")
	return 0
}

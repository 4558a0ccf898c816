package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/matryer/is"
	"golang.org/x/sync/errgroup"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	absent := filepath.Join(t.TempDir(), "absent")
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(kubeconfig, []byte(`{apiVersion: v1, kind: Config, current-context: x, contexts: [{name: x, context: {cluster: c, user: u}}],
clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}], users: [{name: u, user: {}}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	config := func(text string) string {
		path := filepath.Join(t.TempDir(), "extensions_cfg")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, test := range []struct {
		name string
		args []string
		code int
		told string
	}{
		{"help", []string{"--help"}, 0, "leader-elect"},
		{"version", []string{"--version"}, 0, "backlog-controller "},
		{"unknown flag", []string{"--scale"}, 2, "unknown flag --scale"},
		{"no cluster", []string{"--kubeconfig=" + absent}, 2, "find the cluster"},
		{"no secret", []string{"--k8s-cfg-name=prod"}, 2, "say with SECRET_FACTORY_PATH"},
		{"no configuration", []string{"--kubeconfig=" + kubeconfig, "--extensions-cfg-path=" + absent}, 2, "absent"},
		{"configuration that is none", []string{"--kubeconfig=" + kubeconfig, "--extensions-cfg-path=" + config("backlog_controller: {backlog_items_per_replica: 0}")}, 2, "write 1 or more"},
		{"resting controller", []string{"--kubeconfig=" + kubeconfig, "--extensions-cfg-path=" + config("backlog_controller: {enabled: false}")}, 2, "scale its Deployment to 0"},
		{"no lease", []string{"--kubeconfig=" + kubeconfig, "--lease-duration=-1s"}, 2, "want 1s or more"},
		{"no address", []string{"--kubeconfig=" + kubeconfig, "--address=127.0.0.1:99999"}, 1, "listen for metrics"},
	} {
		t.Run(test.name, func(t *testing.T) {
			is := is.New(t)
			var stdout, stderr syncBuffer
			is.Equal(run(t.Context(), test.args, &stdout, &stderr), test.code)
			if out := stdout.String() + stderr.String(); !strings.Contains(out, test.told) {
				t.Errorf("want %q in %s", test.told, out)
			}
		})
	}
	t.Run("stopped before the cluster is there", func(t *testing.T) {
		is := is.New(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		var stdout, stderr syncBuffer
		is.Equal(run(ctx, []string{"--kubeconfig=" + kubeconfig, "--address=127.0.0.1:0"}, &stdout, &stderr), exitOK)
		is.True(strings.Contains(stderr.String(), "controller stopped"))
	})
}

func (i installation) deploy(t *testing.T, service string) {
	t.Helper()
	labels := map[string]string{kube.LabelService: service}
	_, err := kubetest.Clientset(t, i.admin).AppsV1().Deployments(i.namespace).Create(t.Context(), &appsv1.Deployment{
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
		t.Fatal(err)
	}
}

// scaled waits until a Deployment is to have so many replicas.
func (i installation) scaled(t *testing.T, service string, replicas int32) {
	t.Helper()
	cluster := kubetest.Clientset(t, i.admin)
	kubetest.Eventually(t, fmt.Sprintf("%s has %d replicas", service, replicas), func(ctx context.Context) error {
		d, err := cluster.AppsV1().Deployments(i.namespace).Get(ctx, kube.DeploymentName(service), metav1.GetOptions{})
		if err == nil && *d.Spec.Replicas != replicas {
			err = fmt.Errorf("it has %d", *d.Spec.Replicas)
		}
		return err
	})
}

// queue makes items of a service.
func (i installation) queue(t *testing.T, service string, first, n int) {
	t.Helper()
	client, err := kube.NewClient(i.admin, kube.Config{Namespace: i.namespace})
	if err != nil {
		t.Fatal(err)
	}
	var creating errgroup.Group
	creating.SetLimit(16)
	for number := range n {
		creating.Go(func() error {
			item := &kube.BacklogItem{}
			item.APIVersion, item.Kind = kube.GroupVersion.String(), kube.KindBacklogItem
			item.Name = fmt.Sprintf("%s-%05d", kube.DeploymentName(service), first+number)
			item.Labels = map[string]string{kube.LabelService: service}
			item.Spec.Timestamp, item.Spec.Artefact.ComponentName = "2026-01-15T12:00:00", new("acme.org/component")
			_, err := client.BacklogItems().Create(t.Context(), item, metav1.CreateOptions{})
			return err
		})
	}
	if err := creating.Wait(); err != nil {
		t.Fatal(err)
	}
}

// TestProcesses lets two processes share a namespace, and takes the one that leads
// away: it hangs, it crashes, it is told to stop.
func TestProcesses(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	i := install(t)
	i.deploy(t, "osid")
	config := filepath.Join(t.TempDir(), "extensions_cfg")
	is.NoErr(os.WriteFile(config, []byte("backlog_controller: {max_replicas: 9, backlog_items_per_replica: 1}\n"), 0o600))
	args := []string{"--extensions-cfg-path=" + config, "--reload-interval=100ms"}
	first := i.start(t, "first", args...)
	first.says("/readyz?verbose", 200, "leader: true")
	second := i.start(t, "second", args...)
	second.says("/readyz?verbose", 200, "leader: false")
	first.says("/healthz", 200, "ok")
	i.queue(t, "osid", 0, 2)
	i.scaled(t, "osid", 2)
	is.Equal(first.metric(`odg_backlog_items{extension="osid",state="ready"}`), 2.0)
	is.Equal(first.metric(`odg_scaling_workers{extension="osid"}`), 2.0)
	is.True(first.metric(`odg_kube_requests_total{code="200",resource="deployments/scale",verb="patch"}`) >= 1)

	// One that hangs is replaced, and stands by when it goes on.
	is.NoErr(first.cmd.Process.Signal(syscall.SIGSTOP))
	i.queue(t, "osid", 2, 1)
	i.scaled(t, "osid", 3)
	is.NoErr(first.cmd.Process.Signal(syscall.SIGCONT))
	first.says("/readyz?verbose", 200, "leader: false")
	second.says("/readyz?verbose", 200, "leader: true")

	is.NoErr(first.cmd.Process.Kill())
	first = i.start(t, "first", args...)
	first.says("/readyz?verbose", 200, "leader: false")
	is.NoErr(second.cmd.Process.Kill())
	i.queue(t, "osid", 3, 1)
	i.scaled(t, "osid", 4)
	second = first

	is.NoErr(os.WriteFile(config, []byte("backlog_controller: {max_replicas: -1}\n"), 0o600))
	second.says("/readyz?verbose", 200, "configuration refused, the one before is in use")
	is.NoErr(os.WriteFile(config, []byte("backlog_controller: {max_replicas: 9, backlog_items_per_replica: 1}\nscaling: {extensions: [{service: osid, min_replicas: 6}]}\n"), 0o600))
	i.scaled(t, "osid", 6)

	is.NoErr(second.cmd.Process.Signal(syscall.SIGTERM))
	is.Equal(second.ended(), exitOK)
	is.True(strings.Contains(second.logs.String(), "controller stopped"))
	cluster := kubetest.Clientset(t, i.admin)
	lease, err := cluster.CoordinationV1().Leases(i.namespace).Get(t.Context(), kube.DefaultLeaseName, metav1.GetOptions{})
	is.NoErr(err)
	is.Equal(*lease.Spec.HolderIdentity, "") // given back: nobody needs to wait for its end
}

// TestMemory measures the process at rest and with 20,000 items.
func TestMemory(t *testing.T) {
	is := is.New(t)
	i := install(t)
	i.deploy(t, "osid")
	program := filepath.Join(t.TempDir(), "backlog-controller") // as it is shipped: a test is much larger
	built, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", program, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("build: %v: %s", err, built)
	}
	p := i.startProgram(t, program, "one")
	p.says("/readyz?verbose", 200, "leader: true")
	idle := p.resident()
	i.queue(t, "osid", 0, 20_000)
	kubetest.Eventually(t, "all items are known", func(context.Context) error {
		if n := p.metric(`odg_backlog_items{extension="osid",state="ready"}`); n != 20_000 {
			return errors.New(fmt.Sprint(n, " items"))
		}
		return nil
	})
	grown := p.resident()
	late := i.startProgram(t, program, "late") // which reads them all at once
	late.says("/readyz", 200, "ok")
	fresh := late.resident()
	t.Logf("resident: %.1f MiB at rest, %.1f MiB with 20,000 items that came, %.1f MiB with 20,000 that were there", idle, grown, fresh)
	is.True(idle < 40)
	is.True(grown < 150)
	is.True(fresh < 150)
}

// resident returns how much memory the process has, in MiB.
func (p *process) resident() float64 {
	p.t.Helper()
	return p.metric("process_resident_memory_bytes") / (1 << 20)
}

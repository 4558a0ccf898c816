package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/opendeliverygear/odg/kube"
)

// control measures the controller, as it is shipped, at rest, during bursts, and with
// many items. A worker is good for one item less than a burst has, so that the last
// item asks for a second worker: that is the decision that is timed.
func (b *kubeBench) control(ctx context.Context) (err error) {
	b.say("building backlog-controller")
	program := filepath.Join(b.dir, "backlog-controller")
	out, err := exec.CommandContext(ctx, "go", "build", "-ldflags=-s -w", "-o", program, "github.com/opendeliverygear/odg/cmd/backlog-controller").CombinedOutput()
	if err != nil {
		return fmt.Errorf("build backlog-controller: %w\n%s", err, out)
	}
	space, err := b.namespace(ctx)
	if err != nil {
		return err
	}
	c, err := b.controller(ctx, program, space)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	if err := b.memoryOf(ctx, c, "memory of the controller, idle", maxIdleMiB); err != nil {
		return err
	}
	if err := b.bursts(ctx, c, space); err != nil {
		return err
	}
	if more := b.Filled - b.Bursts*b.Items; more > 0 {
		b.say("filling up to %d items", b.Filled)
		if err := b.add(ctx, space, benchItems("more", more)); err != nil {
			return err
		}
		if err := c.until(ctx, func(m metrics) bool { return m.sum("odg_backlog_items{") >= float64(b.Filled) }); err != nil {
			return err
		}
	}
	return b.memoryOf(ctx, c, "the same, "+count(max(b.Filled, b.Bursts*b.Items))+" items", maxFilledMiB)
}

func (b *kubeBench) memoryOf(ctx context.Context, c *controller, name string, aim float64) error {
	m, err := c.metrics(ctx)
	if err == nil {
		b.report.below(name, m.sum("process_resident_memory_bytes")/(1<<20), aim, "MiB", "resident set")
	}
	return err
}

// bursts creates items of one extension after the other.
func (b *kubeBench) bursts(ctx context.Context, c *controller, space string) error {
	var delays []time.Duration
	var requests []float64
	for i := range b.Bursts {
		service := fmt.Sprint("burst", i)
		b.say("burst of %d items", b.Items)
		if err := b.deploy(ctx, space, service); err != nil {
			return err
		}
		workers := fmt.Sprintf("odg_scaling_workers{extension=%q}", service)
		if err := c.until(ctx, func(m metrics) bool { return m.has(workers) }); err != nil {
			return err
		}
		before, err := c.metrics(ctx)
		if err != nil {
			return err
		}
		if err := b.add(ctx, space, benchItems(service, b.Items)); err != nil {
			return err
		}
		last := time.Now()
		if err := c.until(ctx, func(m metrics) bool { return m.sum(workers) == 2 }); err != nil {
			return err
		}
		delays = append(delays, time.Since(last))
		after, err := c.metrics(ctx)
		if err != nil {
			return err
		}
		requests = append(requests, after.sum("odg_kube_requests_total{")-before.sum("odg_kube_requests_total{"))
	}
	b.report.below("decision after the last event of a burst", millis(slices.Max(delays)), maxDecision, "ms", fmt.Sprintf("longest of %d bursts of %s", b.Bursts, count(b.Items)))
	most := slices.Max(requests)
	b.report.add(measurement{
		Name: "requests for a burst", Value: most, Aim: fmt.Sprintf("<= %d", maxBurst), Met: most <= maxBurst,
		Note: "to the API server, election included",
	})
	m, err := c.metrics(ctx)
	if err != nil {
		return err
	}
	within := 1000 * m.within("odg_scaling_decision_delay_seconds", 0.99)
	b.report.add(measurement{
		Name: "99 % of decisions within", Value: within, Unit: "ms", Aim: fmt.Sprintf("<= %d ms", maxDecision), Met: within <= maxDecision,
		Note: "of the first event that they are about",
	})
	return nil
}

// deploy makes the Deployment of an extension.
func (b *kubeBench) deploy(ctx context.Context, space, service string) error {
	cluster, err := kubernetes.NewForConfig(b.config)
	if err != nil {
		return err
	}
	labels := map[string]string{kube.LabelService: service}
	_, err = cluster.AppsV1().Deployments(space).Create(ctx, &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: kube.DeploymentName(service)},
		Spec: appsv1.DeploymentSpec{
			Replicas: new(int32(0)), Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "worker", Image: "registry.invalid/worker:1"}}},
			},
		},
	}, metav1.CreateOptions{})
	return err
}

// controller is backlog-controller in a process of its own.
type controller struct {
	base string
	cmd  *exec.Cmd
	said bytes.Buffer
}

// controller starts one, and returns when it leads.
func (b *kubeBench) controller(ctx context.Context, program, space string) (*controller, error) {
	kubeconfig, rules := filepath.Join(b.dir, "kubeconfig"), filepath.Join(b.dir, "extensions_cfg")
	err := clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters:       map[string]*clientcmdapi.Cluster{"c": {Server: b.config.Host, CertificateAuthorityData: b.config.CAData, CertificateAuthority: b.config.CAFile}},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{"u": {Token: b.config.BearerToken}},
		Contexts:       map[string]*clientcmdapi.Context{"x": {Cluster: "c", AuthInfo: "u"}},
		CurrentContext: "x",
	}, kubeconfig)
	if err != nil {
		return nil, err
	}
	text := fmt.Sprintf("backlog_controller: {max_replicas: 2, backlog_items_per_replica: %d}\n", b.Items-1)
	if err := os.WriteFile(rules, []byte(text), 0o600); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	c := &controller{base: "http://" + address}
	c.cmd = exec.CommandContext(ctx, program, "--kubeconfig="+kubeconfig, "--k8s-namespace="+space, "--address="+address, "--extensions-cfg-path="+rules)
	c.cmd.Stderr = &c.said
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	if err := c.until(ctx, func(m metrics) bool { return m.sum("odg_scaling_leader") == 1 }); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

func (c *controller) stop() error {
	if err := c.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	_ = c.cmd.Wait() // it was killed
	return nil
}

// until waits for what the metrics tell.
func (c *controller) until(ctx context.Context, ready func(metrics) bool) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		m, err := c.metrics(ctx)
		if err == nil && ready(m) {
			return nil
		}
		if wait(ctx, 20*time.Millisecond) != nil {
			return fmt.Errorf("backlog-controller does not get on (%v): %s", err, errors.Join(c.stop(), errors.New(c.said.String())))
		}
	}
}

// metrics are lines in the text format of Prometheus.
type metrics string

func (c *controller) metrics(ctx context.Context) (metrics, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/metrics", nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(response.Body)
	return metrics(body), errors.Join(err, response.Body.Close())
}

func (m metrics) has(prefix string) bool { return strings.Contains(string(m), "\n"+prefix) }

// sum adds the values of all lines with a prefix.
func (m metrics) sum(prefix string) (sum float64) {
	for line := range strings.Lines(string(m)) {
		if strings.HasPrefix(line, prefix) {
			value, _ := strconv.ParseFloat(strings.TrimSpace(line[strings.LastIndexByte(line, ' ')+1:]), 64) // as Prometheus wrote it
			sum += value
		}
	}
	return sum
}

// within returns the bound of a histogram that part q of what was observed is within.
func (m metrics) within(name string, q float64) float64 {
	total := m.sum(name + "_count")
	for line := range strings.Lines(string(m)) {
		bound, found := strings.CutPrefix(line, name+`_bucket{le="`)
		if !found {
			continue
		}
		bound, value, _ := strings.Cut(strings.TrimSpace(bound), `"} `)
		n, _ := strconv.ParseFloat(value, 64) // as Prometheus wrote it
		if n >= q*total {
			seconds, _ := strconv.ParseFloat(bound, 64)
			return seconds
		}
	}
	return 0
}

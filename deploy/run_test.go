//go:build unix

package deploy_test

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/matryer/is"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/opendeliverygear/odg/internal/kubetest"
)

// TestControllerUnderItsAccount runs the program with what the chart lets it do: it
// is elected, scales, and tells people why.
func TestControllerUnderItsAccount(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	config := kubetest.Config(t)
	namespace, clients := restricted(t, config)
	apply(t, config, namespace, plain)
	enumerator := newUser(t, kubetest.ServiceAccount(t, config, namespace, "artefact-enumerator"), namespace)
	for n := range 4 { // three for one worker, and one more
		is.NoErr(enumerator.createItem(t.Context(), fmt.Sprintf("osid-%d", n)))
	}

	log := run(t, config, namespace, "backlog-controller", "--address=127.0.0.1:0")

	kubetest.Eventually(t, "osid has two workers", func(ctx context.Context) error {
		scale, err := clients.AppsV1().Deployments(namespace).GetScale(ctx, "osid", metav1.GetOptions{})
		if err == nil && scale.Spec.Replicas != 2 {
			err = fmt.Errorf("it has %d; log:\n%s", scale.Spec.Replicas, log)
		}
		return err
	})
	kubetest.Eventually(t, "an Event says so", func(ctx context.Context) error {
		events, err := clients.CoreV1().Events(namespace).List(ctx, metav1.ListOptions{FieldSelector: "involvedObject.kind=Deployment,involvedObject.name=osid"})
		if err == nil && !strings.Contains(reporters(events.Items), "backlog-controller") {
			err = fmt.Errorf("events are from %q; log:\n%s", reporters(events.Items), log)
		}
		return err
	})
	lease, err := clients.CoordinationV1().Leases(namespace).Get(t.Context(), "backlog-controller", metav1.GetOptions{})
	is.NoErr(err)
	is.True(*lease.Spec.HolderIdentity != "") // it leads
	if strings.Contains(log.String(), "forbidden") {
		t.Errorf("something was refused:\n%s", log)
	}
}

// reporters are the components that events are from.
func reporters(events []corev1.Event) string {
	var names []string
	for _, event := range events {
		names = append(names, event.Source.Component+event.ReportingController)
	}
	return strings.Join(names, " ")
}

// run starts a program with the account of its name, until t ends.
func run(t *testing.T, config *rest.Config, namespace, program string, args ...string) *output {
	t.Helper()
	return runAs(t, config, namespace, program, build(t, program), args...)
}

// build makes a program.
func build(t *testing.T, program string) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), program)
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../cmd/"+program).CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", program, err, out)
	}
	return binary
}

// runAs starts a program with an account, until t ends.
func runAs(t *testing.T, config *rest.Config, namespace, account, binary string, args ...string) *output {
	t.Helper()
	command, log := prepare(t, config, namespace, account, binary, args...)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM) // it may have ended
		if err := command.Wait(); err != nil {
			t.Errorf("%s ended with %v:\n%s", account, err, log)
		}
	})
	return log
}

// prepare returns a command that works with an account, and what it will write.
func prepare(t *testing.T, config *rest.Config, namespace, account, binary string, args ...string) (*exec.Cmd, *output) {
	t.Helper()
	user := kubetest.ServiceAccount(t, config, namespace, account)
	args = append(args, "--k8s-namespace="+namespace, "--kubeconfig="+kubetest.Kubeconfig(t, user, namespace))
	command, log := exec.Command(binary, args...), &output{}
	command.Stdout, command.Stderr = log, log
	return command, log
}

// output is what a program has written so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

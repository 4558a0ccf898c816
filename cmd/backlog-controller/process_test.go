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
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/opendeliverygear/odg/internal/cluster"
	"github.com/opendeliverygear/odg/internal/kubetest"
)

// A test process with this variable is backlog-controller.
const processVariable = "ODG_TEST_BACKLOG_CONTROLLER"

func init() {
	if os.Getenv(processVariable) != "" {
		main()
	}
	cluster.Quiet(zerolog.Nop()) // not while clients of other tests speak
}

// process is backlog-controller in a process of its own.
type process struct {
	t    *testing.T
	base string
	cmd  *exec.Cmd
	logs syncBuffer
	done chan struct{}
}

// installation is a namespace with an account for the controller.
type installation struct {
	admin      *rest.Config
	namespace  string
	kubeconfig string
}

// install prepares a namespace in which the controller may do what its Role of
// deploy/chart says.
func install(t *testing.T) installation {
	t.Helper()
	admin := kubetest.Config(t)
	kubetest.InstallCRDs(t, admin)
	namespace := kubetest.Namespace(t, admin)
	account := kubetest.ServiceAccount(t, admin, namespace, "backlog-controller")
	rbac := kubetest.Clientset(t, admin).RbacV1()
	_, err := rbac.Roles(namespace).Create(t.Context(), &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: "backlog-controller"}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{"delivery-gear.gardener.cloud"}, Resources: []string{"backlogitems"}, Verbs: []string{"list", "watch", "patch"}},
		{APIGroups: []string{""}, Resources: []string{"pods"}, Verbs: []string{"list", "watch"}},
		{APIGroups: []string{"apps"}, Resources: []string{"deployments"}, Verbs: []string{"list", "watch"}},
		{APIGroups: []string{"apps"}, Resources: []string{"deployments/scale"}, Verbs: []string{"patch"}},
		{APIGroups: []string{"coordination.k8s.io"}, Resources: []string{"leases"}, Verbs: []string{"get", "create", "update"}},
		{APIGroups: []string{""}, Resources: []string{"events"}, Verbs: []string{"create", "patch"}},
	}}, metav1.CreateOptions{})
	if err == nil {
		_, err = rbac.RoleBindings(namespace).Create(t.Context(), &rbacv1.RoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "backlog-controller"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: "backlog-controller"},
			Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Name: "backlog-controller", Namespace: namespace}},
		}, metav1.CreateOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	return installation{admin, namespace, writeKubeconfig(t, account)}
}

func writeKubeconfig(t *testing.T, config *rest.Config) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	err := clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters:       map[string]*clientcmdapi.Cluster{"c": {Server: config.Host, CertificateAuthorityData: config.CAData, CertificateAuthority: config.CAFile}},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{"u": {Token: config.BearerToken}},
		Contexts:       map[string]*clientcmdapi.Context{"x": {Cluster: "c", AuthInfo: "u"}},
		CurrentContext: "x",
	}, path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// start starts a process, which ends with the test at the latest.
func (i installation) start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	return i.startProgram(t, os.Args[0], name, args...)
}

func (i installation) startProgram(t *testing.T, program, name string, args ...string) *process {
	t.Helper()
	address := freeAddress(t)
	p := &process{t: t, base: "http://" + address, done: make(chan struct{})}
	p.cmd = exec.Command(program, append([]string{"--kubeconfig=" + i.kubeconfig, "--address=" + address, "--lease-duration=5s"}, args...)...)
	p.cmd.Env = append(os.Environ(), processVariable+"=yes", "HOSTNAME="+name, "K8S_TARGET_NAMESPACE="+i.namespace)
	p.cmd.Stderr = &p.logs
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait() // its state says how
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.done
		if t.Failed() {
			t.Logf("%s said: %s", name, p.logs.String())
		}
	})
	return p
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }() // nobody was served
	return listener.Addr().String()
}

// says waits until a path answers with status and text.
func (p *process) says(path string, status int, text string) {
	p.t.Helper()
	kubetest.Eventually(p.t, fmt.Sprintf("%s says %d %q", path, status, text), func(ctx context.Context) error {
		got, body, err := p.get(ctx, path)
		if err == nil && (got != status || !strings.Contains(body, text)) {
			err = fmt.Errorf("%d %s", got, body)
		}
		return err
	})
}

func (p *process) get(ctx context.Context, path string) (status int, body string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+path, nil)
	if err != nil {
		return 0, "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data), err
}

// metric returns the value of a line of /metrics.
func (p *process) metric(name string) (value float64) {
	p.t.Helper()
	_, body, err := p.get(p.t.Context(), "/metrics")
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(body) {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			if _, err := fmt.Sscan(rest, &value); err != nil {
				p.t.Fatal(err)
			}
			return value
		}
	}
	p.t.Fatalf("no metric %s in %s", name, body)
	return 0
}

// ended waits for the end of the process and returns its exit code.
func (p *process) ended() int {
	p.t.Helper()
	kubetest.Eventually(p.t, "the process ends", func(context.Context) error {
		select {
		case <-p.done:
			return nil
		default:
			return errors.New("it runs")
		}
	})
	return p.cmd.ProcessState.ExitCode()
}

// syncBuffer is a buffer that a process may write to while it is read.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

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
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/internal/cluster"
	"github.com/opendeliverygear/odg/internal/kubetest"
)

// A test process with this variable is odg-extension.
const processVariable = "ODG_TEST_ODG_EXTENSION"

func init() {
	if os.Getenv(processVariable) != "" {
		main()
	}
	cluster.Quiet(zerolog.Nop()) // for all tests, before any of them has a client
}

// process is odg-extension in a process of its own.
type process struct {
	t    *testing.T
	base string
	cmd  *exec.Cmd
	logs syncBuffer
	done chan struct{}
}

// start starts a worker of osid, see startOf.
func (i *installation) start(name string, args ...string) *process {
	i.t.Helper()
	return i.startOf("osid", name, args...)
}

// startOf starts a worker of an extension, with that host name, which ends with the test
// at the latest.
func (i *installation) startOf(extension, name string, args ...string) *process {
	i.t.Helper()
	address := freeAddress(i.t)
	p := &process{t: i.t, base: "http://" + address, done: make(chan struct{})}
	args = append([]string{
		extension, "--extensions-cfg=" + i.path("extensions_cfg"), "--findings-cfg=" + i.path("findings_cfg"), "--reload-interval=100ms",
		"--kubeconfig=" + i.kubeconfig, "--k8s-namespace=" + i.namespace, "--address=" + address, "--lease=3s",
	}, args...)
	p.cmd = exec.Command(os.Args[0], args...)
	p.cmd.Env = append(os.Environ(), processVariable+"=yes", "HOSTNAME="+name)
	p.cmd.Stderr = &p.logs
	if err := p.cmd.Start(); err != nil {
		i.t.Fatal(err)
	}
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait() // its state says how
	}()
	i.t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // also if it is frozen
		<-p.done
		if i.t.Failed() {
			i.t.Logf("%s said: %s", name, p.logs.String())
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

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
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

// logged waits until the log has a text.
func (p *process) logged(text string) {
	p.t.Helper()
	kubetest.Eventually(p.t, "the log has "+text, func(context.Context) error {
		if !strings.Contains(p.logs.String(), text) {
			return errors.New("it has not")
		}
		return nil
	})
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

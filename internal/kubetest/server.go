//go:build unix

package kubetest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"k8s.io/client-go/rest"
)

// Server is a private control plane. Its methods are safe for concurrent use.
type Server struct {
	config *rest.Config

	mu      sync.Mutex // one order at a time
	cmd     *exec.Cmd
	orders  io.WriteCloser // its end is that of the control plane
	answers *bufio.Reader
	said    bytes.Buffer // what the program wrote to standard error; to be read when it ended
	closed  bool
}

// Launch starts a server without a test, such as for measurements; the caller closes
// it. The flags are added to those of kube-apiserver. The error wraps [ErrNotBuilt] if
// `make cluster` has not been run.
func Launch(flags ...string) (*Server, error) {
	program, err := binary()
	if err != nil {
		return nil, err
	}
	s := &Server{cmd: exec.Command(program, append([]string{"up"}, flags...)...)}
	s.cmd.Stderr = &s.said
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // not ended by the terminal's Ctrl-C
	if s.orders, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	answers, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.answers = bufio.NewReader(answers)
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the control plane: %w", err)
	}
	if err := s.ready(); err != nil {
		return nil, errors.Join(fmt.Errorf("start the control plane: %w", err), s.Close())
	}
	return s, nil
}

// ready reads the first answer, which is the path of the kubeconfig.
func (s *Server) ready() error {
	path, err := s.answers.ReadString('\n')
	if err != nil {
		return err
	}
	s.config, err = load(strings.TrimSpace(path))
	return err
}

// Config returns the configuration of a user who may do everything, without a
// client-side limit of requests. The caller may change it.
func (s *Server) Config() *rest.Config { return rest.CopyConfig(s.config) }

// Kill ends kube-apiserver at once, as a crash of its machine does for whoever is
// connected: requests under way break, later ones are refused. What it confirmed stays.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	s.must(t, "kill")
}

// Stop ends kube-apiserver as a rollout does: it finishes the requests that it has and
// ends the watches. It does nothing to a server that does not run.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	s.must(t, "stop")
}

// Up starts kube-apiserver with its address and its data if it does not run, and
// returns when it is ready.
func (s *Server) Up(t testing.TB) {
	t.Helper()
	s.must(t, "start")
}

// Restart is [Server.Stop] and [Server.Up].
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.must(t, "stop", "start")
}

// Freeze lets kube-apiserver hang: connections stay open or are taken, and nothing is
// answered, until [Server.Thaw].
func (s *Server) Freeze(t testing.TB) {
	t.Helper()
	s.must(t, "freeze")
}

// Thaw ends what [Server.Freeze] began.
func (s *Server) Thaw(t testing.TB) {
	t.Helper()
	s.must(t, "thaw")
}

func (s *Server) must(t testing.TB, orders ...string) {
	t.Helper()
	for _, order := range orders {
		if err := s.order(order); err != nil {
			t.Fatalf("%s kube-apiserver: %v", order, err)
		}
	}
}

// order returns when the order is carried out.
func (s *Server) order(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.New("the control plane is closed")
	}
	if _, err := io.WriteString(s.orders, name+"\n"); err != nil {
		return err
	}
	answer, err := s.answers.ReadString('\n')
	if err != nil {
		return fmt.Errorf("the control plane ended: %w", err)
	}
	if answer = strings.TrimSpace(answer); answer != "ok" {
		return errors.New(answer)
	}
	return nil
}

// Close ends the server and removes its data. Another Close does nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	_ = s.orders.Close() // Wait tells how it ended
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(s.said.Bytes()))
	}
	return nil
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/matryer/is"
)

// started is a server that runs as a process would.
type started struct {
	t            *testing.T
	api, metrics string // addresses
	stop         context.CancelFunc
	code         chan int

	mu    sync.Mutex
	lines bytes.Buffer // of the log
}

// start runs the command with args, and a SQLite database of its own unless they
// name another.
func start(t *testing.T, args ...string) *started {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &started{t: t, stop: stop, code: make(chan int, 1)}
	args = append([]string{"--port=0", "--metrics-port=0"}, args...)
	if !slices.ContainsFunc(args, func(arg string) bool { return strings.HasPrefix(arg, "--delivery-db-url=") }) {
		args = append(args, "--delivery-db-url=sqlite:"+filepath.Join(t.TempDir(), "odg.db"))
	}
	logs, writer := io.Pipe()
	go func() {
		s.code <- run(ctx, args, io.Discard, writer)
		_ = writer.Close()
	}()
	up := make(chan struct{})
	go s.read(logs, up)
	select {
	case <-up:
	case <-time.After(30 * time.Second):
		t.Fatal("the server does not start")
	}
	t.Cleanup(func() { is.New(t).Equal(s.wait(), exitOK) })
	if s.metrics == "" {
		t.Fatalf("the server did not start: %s", s.log())
	}
	return s
}

// read keeps the log and finds the addresses in it. It closes up once both are
// there, or the log has ended.
func (s *started) read(logs io.Reader, up chan<- struct{}) {
	lines := bufio.NewScanner(logs)
	for lines.Scan() {
		var line struct{ Serves, Address string }
		_ = json.Unmarshal(lines.Bytes(), &line) // lines of other shape have neither
		s.mu.Lock()
		s.lines.Write(append(lines.Bytes(), '\n'))
		s.mu.Unlock()
		switch line.Serves {
		case "api":
			s.api = line.Address
		case "metrics":
			s.metrics = line.Address
			close(up)
			up = nil
		}
	}
	if up != nil {
		close(up)
	}
}

func (s *started) log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lines.String()
}

// wait stops the server and returns its exit code.
func (s *started) wait() int {
	s.stop()
	select {
	case code := <-s.code:
		s.code <- code // for whoever asks again
		return code
	case <-time.After(30 * time.Second):
		s.t.Fatal("the server does not stop")
	}
	return -1
}

// get returns status and body.
func (s *started) get(address, path string) (int, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// until waits for what a server does in its own time.
func (s *started) until(what string, done func() bool) {
	s.t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("%s: not in time; log:\n%s", what, s.log())
		}
	}
}

// config writes a file of a configuration and returns its path.
func config(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(strings.TrimLeft(text, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

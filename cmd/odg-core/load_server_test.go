package main

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A test process with this variable is odg-core.
const loadServerVariable = "ODG_LOAD_SERVER"

func init() {
	if os.Getenv(loadServerVariable) != "" {
		main()
	}
}

// loadServer is odg-core in a process of its own, which can be killed.
type loadServer struct {
	t             *testing.T
	args, env     []string
	base, metrics string
	cmd           *exec.Cmd
	logs          syncBuffer
}

func startLoadServer(t *testing.T, database string) *loadServer {
	t.Helper()
	findings := filepath.Join(t.TempDir(), "findings.yaml")
	if err := os.WriteFile(findings, []byte("[]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	api, metrics := steadyPort(t), steadyPort(t)
	s := &loadServer{
		t: t, base: "http://127.0.0.1:" + api, metrics: "http://127.0.0.1:" + metrics + "/metrics",
		args: []string{"--port=" + api, "--metrics-port=" + metrics, "--findings-cfg=" + findings, "--log-level=warn"},
		env:  append(os.Environ(), loadServerVariable+"=yes", "DELIVERY_DB_URL="+database),
	}
	s.start()
	t.Cleanup(func() {
		s.kill()
		if logs := s.logs.String(); logs != "" && t.Failed() || strings.Contains(logs, "DATA RACE") || strings.Contains(logs, "panic") {
			t.Errorf("odg-core said: %s", logs[max(0, len(logs)-10_000):])
		}
	})
	return s
}

// steadyPort is a port that nobody takes while the server is away: one outside of
// the range from which systems take those of outgoing connections.
func steadyPort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := strconv.Itoa(10000 + rand.IntN(10000))
		listener, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = listener.Close() // nobody was served
			return port
		}
	}
	t.Fatal("no port is free")
	return ""
}

// start returns when the server answers.
func (s *loadServer) start() {
	s.t.Helper()
	s.cmd = exec.Command(os.Args[0], s.args...)
	s.cmd.Env, s.cmd.Stderr = s.env, &s.logs
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.poll("odg-core answers", func() bool {
		resp, err := http.Get(s.base + "/ready")
		if err != nil {
			return false
		}
		_ = resp.Body.Close() // it says nothing
		return resp.StatusCode == http.StatusOK
	})
}

// kill ends the server as a crash does.
func (s *loadServer) kill() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // killed, it says
}

func (s *loadServer) restart() {
	s.t.Helper()
	s.kill()
	s.start()
}

// patience is for what takes a moment. Memory takes until the next collection of
// garbage, which comes every two minutes where nothing is asked for.
const patience = 150 * time.Second

// poll waits until done.
func (s *loadServer) poll(what string, done func() bool) {
	s.t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// usageOfServer is what the server takes of its machine.
type usageOfServer struct{ goroutines, bytes float64 }

// usage reads it from the metrics.
func (s *loadServer) usage() (u usageOfServer) {
	s.t.Helper()
	resp, err := http.Get(s.metrics)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		switch name {
		case "go_goroutines":
			_, err = fmt.Sscan(value, &u.goroutines)
		case "process_resident_memory_bytes":
			_, err = fmt.Sscan(value, &u.bytes)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if u.goroutines == 0 || lines.Err() != nil {
		s.t.Fatalf("no goroutines in the metrics (%v)", lines.Err())
	}
	return u
}

// loadMemory is how much more than before the load the server may keep, in bytes.
var loadMemory float64 = 96 << 20

// settles returns when the server takes about what it took at rest.
func (s *loadServer) settles(rest usageOfServer) {
	s.t.Helper()
	s.t.Logf("at rest: %.0f goroutines, %.0f MiB", rest.goroutines, rest.bytes/(1<<20))
	defer func() {
		now := s.usage()
		s.t.Logf("after it: %.0f goroutines, %.0f MiB", now.goroutines, now.bytes/(1<<20))
	}()
	s.poll("goroutines and memory return to where they were", func() bool {
		now := s.usage()
		return now.goroutines <= rest.goroutines+10 && now.bytes <= rest.bytes+loadMemory
	})
}

// syncBuffer is a buffer that processes may write to one after the other.
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

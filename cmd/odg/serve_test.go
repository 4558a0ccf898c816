package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// server is a process that odg serve runs in.
type server struct {
	cmd    *exec.Cmd
	stderr lockedBuffer
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// servers are those of the scripts that are running.
var servers sync.Map // *testscript.TestScript → *server

// serving starts odg serve on a free port and waits until it is ready. $URL is
// where: serving ARGS...
func serving(ts *testscript.TestScript, _ bool, args []string) {
	path := filepath.SplitList(ts.Getenv("PATH"))[0] // where testscript puts its commands
	s := &server{cmd: exec.Command(filepath.Join(path, "odg"), inDir(ts, append([]string{"serve", "--port", "0"}, args...))...)}
	s.cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"))
	s.cmd.Stderr = &s.stderr
	stdout, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	ts.Defer(func() { _ = s.cmd.Process.Kill() }) // does nothing after stops
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		_ = s.cmd.Wait()
		ts.Fatalf("odg serve printed no URL: %v\n%s", err, s.stderr.String())
	}
	ts.Setenv("URL", strings.TrimSpace(url))
	servers.Store(ts, s)
	status, _ := request(ts, "GET", "/ready", "")
	if status != http.StatusOK {
		ts.Fatalf("GET /ready: %d", status)
	}
}

// fetch sends a request until the answer holds a text: fetch METHOD PATH BODY TEXT.
func fetch(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: fetch METHOD PATH BODY TEXT")
	}
	eventually(ts, args[0]+" "+args[1]+" with "+args[3], func() (string, bool) {
		_, answer := request(ts, args[0], args[1], args[2])
		return answer, strings.Contains(answer, args[3])
	})
}

// says waits until the server has printed a text: says TEXT.
func says(ts *testscript.TestScript, _ bool, args []string) {
	eventually(ts, args[0], func() (string, bool) {
		printed := process(ts).stderr.String()
		return printed, strings.Contains(printed, args[0])
	})
}

func eventually(ts *testscript.TestScript, what string, done func() (string, bool)) {
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		seen, ok := done()
		if ok {
			return
		}
		if time.Now().After(end) {
			ts.Fatalf("%s: not in time, but\n%s", what, seen)
		}
	}
}

func process(ts *testscript.TestScript) *server {
	s, ok := servers.Load(ts)
	if !ok {
		ts.Fatalf("no server runs; start it with serving")
	}
	return s.(*server)
}

func request(ts *testscript.TestScript, method, path, body string) (int, string) {
	req, err := http.NewRequestWithContext(context.Background(), method, ts.Getenv("URL")+path, strings.NewReader(body))
	ts.Check(err)
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	ts.Check(err)
	return resp.StatusCode, string(answer)
}

// stops interrupts the server and demands that it ends well, and what it has said
// by then: stops TEXT...
func stops(ts *testscript.TestScript, _ bool, args []string) {
	s := process(ts)
	ts.Check(s.cmd.Process.Signal(os.Interrupt))
	if err := s.cmd.Wait(); err != nil {
		ts.Fatalf("odg serve: %v\n%s", err, s.stderr.String())
	}
	for _, text := range args {
		if !strings.Contains(s.stderr.String(), text) {
			ts.Fatalf("odg serve did not print %q, but\n%s", text, s.stderr.String())
		}
	}
}

// hangup sends SIGHUP.
func hangup(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(process(ts).cmd.Process.Signal(syscall.SIGHUP))
}

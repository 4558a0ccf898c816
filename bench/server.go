package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// findings is the configuration of the server that is measured.
const findings = `- type: finding/vulnerability
  categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}
- type: finding/license
  categorisations: {cfg_name: gardener, ref: {path: odg/defaults.yaml}}
`

func build(ctx context.Context, program string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", program, "github.com/opendeliverygear/odg/cmd/odg-core")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build odg-core: %w\n%s", err, out)
	}
	return nil
}

// server is a running odg-core.
type server struct {
	base string
	cmd  *exec.Cmd
	http *http.Client
	logs chan struct{} // closed when all logs were read
}

// serve starts odg-core on the database at url and returns when it answers.
func (b *bench) serve(ctx context.Context, url string) (*server, error) {
	return b.serveWith(ctx, url, findings)
}

// serveWith starts it with a findings configuration, and more arguments.
func (b *bench) serveWith(ctx context.Context, url, findings string, args ...string) (*server, error) {
	cfg := filepath.Join(b.dir, "findings.yaml")
	if err := os.WriteFile(cfg, []byte(findings), 0o600); err != nil {
		return nil, err
	}
	args = append([]string{"--port=0", "--metrics-port=-1", "--findings-cfg=" + cfg}, args...)
	cmd := exec.CommandContext(ctx, b.program, args...)
	cmd.Env = append(os.Environ(), "DELIVERY_DB_URL="+url) // with a password, which command lines show to everybody
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd, logs: make(chan struct{}), http: &http.Client{Transport: &http.Transport{DisableCompression: true}}}
	lines := bufio.NewReader(stderr)
	address, told := address(lines)
	go func() {
		defer close(s.logs)
		_, _ = io.Copy(io.Discard, lines) // whoever logs must not wait
	}()
	if address == "" {
		return nil, fmt.Errorf("odg-core did not start: %s", errors.Join(errors.New(told), s.stop()))
	}
	s.base = "http://" + address
	if _, err = s.lines(ctx, "/artefacts/metadata/query?type=none", everything, 0); err != nil { // connects it to the database
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// address waits for the log line that tells where the API is. It returns what was
// logged instead if there is none.
func address(lines *bufio.Reader) (address, told string) {
	for {
		line, err := lines.ReadBytes('\n')
		var said struct{ Serves, Address string }
		if json.Unmarshal(line, &said) == nil && said.Serves == "api" {
			return said.Address, ""
		}
		told += string(line)
		if err != nil {
			return "", told
		}
	}
}

func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-s.logs
	return s.cmd.Wait()
}

// peak is the largest resident set that the server had so far, in bytes; 0 where
// the system does not tell.
func (s *server) peak() int64 { return peakOf(s.cmd.Process.Pid) }

func peakOf(pid int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if kib, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kib), "kB")), 10, 64) // proc(5)
			return n << 10
		}
	}
	return 0
}

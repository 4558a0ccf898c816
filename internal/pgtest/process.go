//go:build unix

package pgtest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// initialise makes the cluster, with sorting by language where the binaries know it.
func (s *Server) initialise() error {
	secret := filepath.Join(s.dir, "password")
	if err := os.WriteFile(secret, []byte(s.password+"\n"), 0o600); err != nil {
		return err
	}
	if s.as != nil {
		if err := os.Chown(secret, int(s.as.Uid), int(s.as.Gid)); err != nil {
			return err
		}
	}
	var failed error
	for _, language := range [][]string{{"--locale-provider=icu", "--icu-locale=en-US"}, nil} {
		cmd := s.command("initdb", append([]string{
			"--pgdata=" + s.data(), "--username=postgres", "--pwfile=" + secret, "--auth=scram-sha-256",
			"--encoding=UTF8", "--locale=C", "--no-sync",
		}, language...)...)
		out, err := cmd.CombinedOutput()
		if err == nil {
			return os.Remove(secret)
		}
		failed = errors.Join(failed, fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out)), os.RemoveAll(s.data()))
	}
	return failed
}

// start starts the server and waits until it takes connections.
func (s *Server) start() error {
	args := []string{"-D", s.data()}
	for _, setting := range append([]string{
		"listen_addresses=127.0.0.1", "port=" + strconv.Itoa(s.port), "unix_socket_directories=",
		"shared_buffers=128MB", "timezone=NPT-05:45",
	}, s.settings...) {
		args = append(args, "-c", setting)
	}
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // the server has its own handle
	cmd := s.command("postgres", args...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	s.process = cmd
	if err := s.watchdog.over(cmd.Process.Pid); err != nil {
		return errors.Join(err, s.stop(syscall.SIGQUIT))
	}
	return s.ready()
}

// stop signals the server and waits for its end: SIGINT ends sessions first, SIGQUIT
// ends everything at once.
func (s *Server) stop(signal syscall.Signal) error {
	if s.process == nil {
		return nil
	}
	process := s.process
	if err := process.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	late := time.AfterFunc(patience, func() { _ = process.Process.Kill() })
	defer late.Stop()
	return s.reap()
}

func (s *Server) kill() error {
	if s.process == nil {
		return nil
	}
	// Stopped, the server starts no sessions that would be missed.
	if err := s.process.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	sessions := children(s.process.Process.Pid)
	_ = s.process.Process.Kill() // reap notices
	for _, pid := range sessions {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended by itself
	}
	if err := s.reap(); err != nil {
		return err
	}
	for _, pid := range sessions { // a session that goes on keeps the next server from starting
		for deadline := time.Now().Add(patience); running(pid) && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
	}
	err := os.Remove(filepath.Join(s.data(), "postmaster.pid"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// reap waits for the end of the server, however it ends.
func (s *Server) reap() error {
	err := s.process.Wait()
	s.process = nil
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = nil
	}
	return errors.Join(err, s.watchdog.over(0))
}

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}             // no PGDATA, PGPORT … of whoever runs the tests
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: s.as} // not ended by the terminal's Ctrl-C
	return cmd
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// ended tells whether the child pid has ended, and buries it.
func ended(pid int) bool {
	var status syscall.WaitStatus
	got, err := syscall.Wait4(pid, &status, syscall.WNOHANG, nil)
	return err != nil || got == pid
}

// children returns the processes that pid has started; none without /proc.
func children(pid int) []int {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well-formed
	var found []int
	for _, path := range stats {
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(path))) // digits, by the pattern
		if f := stat(child); len(f) > 1 && f[1] == strconv.Itoa(pid) {
			found = append(found, child)
		}
	}
	return found
}

// running tells whether pid has neither ended nor waits to be buried.
func running(pid int) bool {
	f := stat(pid)
	return len(f) > 0 && f[0] != "Z" && f[0] != "X"
}

// stat returns what Linux tells about a process from its state on (proc(5)).
func stat(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // the name before may hold anything
}

// freePort looks for a port outside of the range from which systems take ports of
// outgoing connections: such a one could be taken while the server is down, even by
// a client that connects to itself.
func freePort() (int, error) {
	var failed error
	for range 100 {
		port := 20000 + rand.IntN(10000)
		listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			return port, listener.Close()
		}
		failed = err
	}
	return 0, fmt.Errorf("find a free port: %w", failed)
}

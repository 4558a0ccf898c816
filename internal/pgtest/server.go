//go:build unix

package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Server is a private PostgreSQL server. Its methods are safe for concurrent use.
type Server struct {
	bin, dir string
	port     int
	password string
	settings []string
	as       *syscall.Credential
	watchdog *watchdog

	mu      sync.Mutex
	process *exec.Cmd // nil: not running
}

// Launch starts a server without a test, such as for measurements; the caller closes
// it. Each setting is "name=value" of postgresql.conf. The error wraps
// [ErrNotInstalled] if there are no binaries.
func Launch(settings ...string) (*Server, error) {
	s := &Server{password: rand.Text(), settings: settings}
	var err error
	if s.bin, err = binaries(); err != nil {
		return nil, err
	}
	if s.as, err = account(); err != nil {
		return nil, err
	}
	if s.dir, err = folder(s.as); err != nil {
		return nil, fmt.Errorf("make a folder for PostgreSQL: %w", err)
	}
	if s.watchdog, err = watch(s.dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	if err := s.first(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// first makes the cluster and starts it. Another process can take the port between
// the look and the start, so that a second port is tried.
func (s *Server) first() error {
	if err := s.initialise(); err != nil {
		return err
	}
	var failed error
	for range 3 {
		var err error
		if s.port, err = freePort(); err != nil {
			return err
		}
		if err = s.start(); err == nil {
			return nil
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

// URL returns the URL of a new, empty database, which ends with the server.
func (s *Server) URL(t testing.TB) string {
	t.Helper()
	return inDatabase(t, s.admin(), newDatabase(t, s.admin()))
}

// Database is [Server.URL] without a test.
func (s *Server) Database() (string, error) {
	name, err := createDatabase(s.admin())
	if err != nil {
		return "", err
	}
	return s.in(name), nil
}

// Kill ends the server and all its sessions at once, as a power cut does for
// whoever is connected. What was committed stays. On systems without /proc sessions
// end when they notice.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.kill(); err != nil {
		t.Fatalf("kill PostgreSQL: %v", err)
	}
}

// Up starts the server on its port if it does not run, and returns when it takes
// connections.
func (s *Server) Up(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process != nil {
		return
	}
	if err := s.start(); err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
}

// Restart stops the server, which ends all sessions and their transactions, and
// starts it on the same port.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := errors.Join(s.stop(syscall.SIGINT), s.start()); err != nil {
		t.Fatalf("restart PostgreSQL: %v", err)
	}
}

// Close ends the server and removes its data.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.stop(syscall.SIGQUIT), s.watchdog.clean())
}

func (s *Server) admin() string { return s.in("postgres") }

func (s *Server) in(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword("postgres", s.password),
		Host: "127.0.0.1:" + strconv.Itoa(s.port), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// ready returns when the server takes connections.
func (s *Server) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.admin())
		if err == nil {
			return conn.Close(ctx)
		}
		if ended(s.process.Process.Pid) {
			s.process = nil
			return errors.Join(fmt.Errorf("PostgreSQL ended: %s", s.lastWords()), s.watchdog.over(0))
		}
		select {
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("PostgreSQL takes no connections: %w: %s", err, s.lastWords()), s.stop(syscall.SIGQUIT))
		case <-tick.C:
		}
	}
}

// lastWords is the end of the server's log.
func (s *Server) lastWords() string {
	log, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return err.Error()
	}
	return string(log[max(0, len(log)-2000):])
}

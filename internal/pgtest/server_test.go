//go:build unix

package pgtest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
)

func setting(t *testing.T, url, name string) string {
	t.Helper()
	var value string
	if err := connect(t, url).QueryRow(t.Context(), "SELECT current_setting($1)", name).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestStart(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := pgtest.Start(t, "work_mem=7MB")
	url := s.URL(t)
	is.Equal(setting(t, url, "work_mem"), "7MB")
	is.Equal(setting(t, url, "synchronous_commit"), "on") // a commit survives Kill
	is.True(s.URL(t) != url)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	s := pgtest.Start(t)
	url := s.URL(t)
	for _, tc := range []struct {
		name  string
		fault func()
	}{
		{"restart", func() { s.Restart(t) }},
		{"kill", func() {
			s.Kill(t)
			_, err := pgx.Connect(t.Context(), url)
			if !errors.Is(err, syscall.ECONNREFUSED) {
				t.Errorf("connect to a killed server: %v", err)
			}
			s.Kill(t) // already down
			s.Up(t)
		}},
		{"up while up", func() { s.Up(t) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			is := is.New(t)
			conn := connect(t, url)
			_, err := conn.Exec(t.Context(), "CREATE TABLE IF NOT EXISTS kept (name text)")
			is.NoErr(err)
			_, err = conn.Exec(t.Context(), "INSERT INTO kept VALUES ($1)", tc.name)
			is.NoErr(err)
			busy := make(chan error, 1)
			other := connect(t, url)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				_, err := other.Exec(ctx, "SELECT pg_sleep(600)")
				busy <- err
			}()
			tc.fault()
			if tc.name == "up while up" {
				is.NoErr(conn.Ping(t.Context())) // nothing happened to it
			} else {
				is.True(conn.Ping(t.Context()) != nil) // the session ended
			}
			cancel()
			is.True(<-busy != nil)
			var n int
			is.NoErr(connect(t, url).QueryRow(t.Context(), "SELECT count(*) FROM kept WHERE name = $1", tc.name).Scan(&n))
			is.Equal(n, 1) // what was committed stayed
		})
	}
}

func TestKilledProcess(t *testing.T) {
	t.Parallel()
	pgtest.URL(t) // skips without PostgreSQL
	is := is.New(t)
	report := filepath.Join(t.TempDir(), "report")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "ODG_PGTEST_VICTIM="+report)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	is.True(err != nil) // killed
	told, err := os.ReadFile(report)
	is.NoErr(err)
	data, session, _ := strings.Cut(string(told), "\n")
	pid, err := strconv.Atoi(session)
	is.NoErr(err)
	deadline := time.After(20 * time.Second)
	for tick := time.NewTicker(10 * time.Millisecond); ; {
		_, err := os.Stat(filepath.Dir(data))
		if os.IsNotExist(err) && syscall.Kill(pid, 0) != nil {
			return // the server and its folder are gone
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("left behind: %s (%v), session %d", data, err, pid)
		}
	}
}

// testing.TB cannot be implemented outside of the package testing but by embedding.
type observed struct {
	testing.TB
	skipped, failed string
}

func (o *observed) Skip(args ...any)  { o.skipped = text(args); panic(o) }
func (o *observed) Fatal(args ...any) { o.failed = text(args); panic(o) }
func (o *observed) Helper()           {}

func text(args []any) string { return fmt.Sprint(args...) }

// observe runs f until it skips or fails.
func observe(f func(testing.TB)) (o *observed) {
	o = &observed{}
	defer func() {
		if r := recover(); r != any(o) {
			panic(r)
		}
	}()
	f(o)
	return o
}

func TestUnavailable(t *testing.T) {
	for _, tc := range []struct {
		name, ci    string
		err         error
		skips, says string
	}{
		{"not installed", "", pgtest.ErrNotInstalled, "skips", "apt-get install postgresql"},
		{"not installed, in CI", "true", pgtest.ErrNotInstalled, "fails", "set ODG_TEST_POSTGRES"},
		{"does not start", "", errors.New("no space left"), "fails", "no space left"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			is := is.New(t)
			t.Setenv("CI", tc.ci)
			o := observe(func(t testing.TB) { pgtest.Unavailable(t, tc.err) })
			said := map[string]string{"skips": o.skipped, "fails": o.failed}
			is.True(strings.Contains(said[tc.skips], tc.says))
		})
	}
}

func TestNewestFirst(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	root := t.TempDir()
	for _, version := range []string{"9.6", "15", "17"} {
		is.NoErr(os.MkdirAll(filepath.Join(root, version, "bin"), 0o755))
	}
	is.Equal(pgtest.Versions(root), []string{
		filepath.Join(root, "17", "bin"), filepath.Join(root, "15", "bin"), filepath.Join(root, "9.6", "bin"),
	})
}

func TestNamedServer(t *testing.T) {
	is := is.New(t)
	s := pgtest.Start(t)
	t.Setenv("ODG_TEST_POSTGRES", "host=secret")
	o := observe(func(t testing.TB) { pgtest.URL(t) })
	is.True(strings.Contains(o.failed, "ODG_TEST_POSTGRES is not a URL"))
	is.True(!strings.Contains(o.failed, "secret"))
	t.Setenv("ODG_TEST_POSTGRES", s.URL(t))
	is.Equal(setting(t, pgtest.URL(t), "port"), setting(t, s.URL(t), "port")) // the server that the variable names
}

//go:build unix

package kubetest_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/kubetest"
)

func TestMain(m *testing.M) {
	if report := os.Getenv("ODG_KUBETEST_VICTIM"); report != "" {
		fmt.Fprintln(os.Stderr, victim(report))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// victim is a process that starts a server, writes its address to the file report, and
// is killed.
func victim(report string) error {
	server, err := kubetest.Launch()
	if err != nil {
		return err
	}
	if err := os.WriteFile(report, []byte(server.Config().Host), 0o600); err != nil {
		return err
	}
	return syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

func TestKilledProcess(t *testing.T) {
	t.Parallel()
	kubetest.Config(t) // skips without a control plane
	is := is.New(t)
	dir := t.TempDir()
	report := filepath.Join(dir, "report")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "ODG_KUBETEST_VICTIM="+report, "TMPDIR="+dir)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	is.True(err != nil) // killed
	told, err := os.ReadFile(report)
	is.NoErr(err)
	vanishes(t, string(told), dir)
}

// The program over the parts may be killed as well, such as for want of memory.
func TestKilledProgram(t *testing.T) {
	is := is.New(t)
	kubetest.Config(t) // skips without a control plane
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	s, err := kubetest.Launch()
	is.NoErr(err)
	is.NoErr(s.Program().Kill())
	vanishes(t, s.Config().Host, dir)
	is.True(s.Close() != nil) // it was killed
}

// vanishes fails t unless nothing of a server is left in the end.
func vanishes(t *testing.T, host, dir string) {
	t.Helper()
	kubetest.Eventually(t, "nothing of the server is left behind", func(context.Context) error {
		left, _ := filepath.Glob(filepath.Join(dir, "odg-kubetest-*")) // the pattern is well-formed
		conn, err := net.Dial("tcp", strings.TrimPrefix(host, "https://"))
		if err == nil {
			return errors.Join(errors.New("it listens"), conn.Close())
		}
		if len(left) > 0 {
			return fmt.Errorf("there is %v", left)
		}
		return nil
	})
}

//go:build unix

package kubetest_test

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/matryer/is"

	"context"

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
	address, err := url.Parse(string(told))
	is.NoErr(err)
	kubetest.Eventually(t, "nothing of it is left behind", func(context.Context) error {
		left, _ := filepath.Glob(filepath.Join(dir, "odg-kubetest-*")) // the pattern is well-formed
		conn, err := net.Dial("tcp", address.Host)
		if err == nil {
			return errors.Join(errors.New("it listens"), conn.Close())
		}
		if len(left) > 0 {
			return fmt.Errorf("there is %v", left)
		}
		return nil
	})
}

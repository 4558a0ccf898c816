//go:build unix

package pgtest_test

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/internal/pgtest"
)

func TestMain(m *testing.M) {
	if report := os.Getenv("ODG_PGTEST_VICTIM"); report != "" {
		fmt.Fprintln(os.Stderr, victim(report))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// victim is a process that starts a server, writes its folder and a session to the
// file report, and is killed.
func victim(report string) error {
	ctx := context.Background()
	server, err := pgtest.Launch()
	if err != nil {
		return err
	}
	url, err := server.Database()
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	var told string
	err = conn.QueryRow(ctx, `SELECT current_setting('data_directory') || E'\n' || pg_backend_pid()`).Scan(&told)
	if err != nil {
		return err
	}
	if err := os.WriteFile(report, []byte(told), 0o600); err != nil {
		return err
	}
	return syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

//go:build unix

package pgtest

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
)

// shared is the server of this test process.
var shared = sync.OnceValues(func() (*Server, error) {
	return Launch("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200")
})

// URL returns the URL of an empty database of t, which is dropped at the end of t
// with whoever is still connected. It skips t if there is no PostgreSQL; where the
// environment variable CI is set, it fails t instead. Safe for concurrent use.
func URL(t testing.TB) string {
	t.Helper()
	admin := os.Getenv("ODG_TEST_POSTGRES")
	switch {
	case strings.HasPrefix(admin, "postgres://"), strings.HasPrefix(admin, "postgresql://"):
	case admin != "": // without the value, which may hold a password
		t.Fatal("ODG_TEST_POSTGRES is not a URL such as postgres://user@host:5432/postgres")
	default:
		s, err := shared()
		if err != nil {
			unavailable(t, err)
		}
		admin = s.admin()
	}
	name := newDatabase(t, admin)
	t.Cleanup(func() { dropDatabase(t, admin, name) })
	return inDatabase(t, admin, name)
}

// Start returns a server of t's own, which ends with t. Commits survive
// [Server.Kill], unlike on the server of [URL]. Each setting is "name=value" of
// postgresql.conf and overrules what this package sets. ODG_TEST_POSTGRES does not
// matter here, as nobody wants that server killed. Without binaries t is skipped, or
// fails, as with [URL].
func Start(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := Launch(append([]string{"fsync=off", "full_page_writes=off", "max_connections=200"}, settings...)...)
	if err != nil {
		unavailable(t, err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("stop PostgreSQL: %v", err)
		}
	})
	return s
}

// unavailable ends t: a machine without PostgreSQL skips, a server that is there and
// does not start is a failure.
func unavailable(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, ErrNotInstalled) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	t.Fatal(err)
}

package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// The tests of this file start the test binary again, as a second process on the
// same database: TestMain runs a part of children instead of the tests.

const childVariable = "ODG_SQLITE_TEST_CHILD"

var children = map[string]func(ctx context.Context, s *sqlite.Store) error{
	"hold the lock": holdLock,
	"write":         writeForEver,
}

func TestMain(m *testing.M) {
	run, ok := children[os.Getenv(childVariable)]
	if !ok {
		os.Exit(m.Run())
	}
	ctx := context.Background()
	s, err := sqlite.Open(ctx, os.Args[1], sqlite.Config{})
	if err == nil {
		err = run(ctx, s)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// child is a second process. Its lines say what it has done.
type child struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

func start(t *testing.T, part, path string) *child {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], path)
	cmd.Env = append(os.Environ(), childVariable+"="+part)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil { // stays open until the child ends
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &child{cmd: cmd, lines: bufio.NewScanner(out)}
}

// next returns what the child did next.
func (c *child) next(t *testing.T) string {
	t.Helper()
	if !c.lines.Scan() {
		t.Fatalf("the child ended: %v", c.lines.Err())
	}
	return c.lines.Text()
}

// kill ends the child as kill -9 does, and returns the last thing that it did.
func (c *child) kill(t *testing.T, last string) string {
	t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for c.lines.Scan() {
		last = c.lines.Text()
	}
	_ = c.cmd.Wait() // killed, as it should be
	return last
}

func holdLock(_ context.Context, s *sqlite.Store) error {
	if _, err := s.Lock(); err != nil {
		return err
	}
	fmt.Println("locked")
	_, err := os.Stdin.Read(make([]byte, 1)) // until the test ends
	return err
}

func TestLockAcrossProcesses(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := filepath.Join(t.TempDir(), "odg.db")
	s := reopen(t, path, sqlite.Config{})
	put(t, s, batch("web", "1", 3)...)

	other := start(t, "hold the lock", path)
	is.Equal(other.next(t), "locked")
	_, err := s.Lock()
	is.True(errors.Is(err, store.ErrLocked))
	is.True(strings.Contains(err.Error(), fmt.Sprintf("process %d works on it", other.cmd.Process.Pid)))
	is.Equal(len(dump(t, reopen(t, path, sqlite.Config{ReadOnly: true}))), 3) // a report can be made
	put(t, s, batch("web", "2", 1)...)                                        // and an item be replayed

	other.kill(t, "")
	unlock, err := s.Lock() // the kernel has freed it
	is.NoErr(err)
	link := filepath.Join(t.TempDir(), "link.db")
	is.NoErr(os.Symlink(path, link))
	_, err = reopen(t, link, sqlite.Config{}).Lock() // of the same process, by another name
	is.True(errors.Is(err, store.ErrLocked))
	is.True(strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())))
	unlock()
	unlock, err = s.Lock()
	is.NoErr(err)
	unlock()
}

// A database whose tables are missing waits for nobody who works on it.
func TestNoMigrationUnderLock(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := filepath.Join(t.TempDir(), "odg.db")
	s := reopen(t, path, sqlite.Config{})
	is.NoErr(s.MigrateTo(t.Context(), 1))
	unlock, err := s.Lock()
	is.NoErr(err)
	_, err = sqlite.Open(t.Context(), path, sqlite.Config{})
	is.True(errors.Is(err, store.ErrLocked))
	unlock()
	_, err = reopen(t, path, sqlite.Config{}).Queue(clock).Add(t.Context(), item("web"))
	is.NoErr(err)
}

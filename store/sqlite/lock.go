package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/opendeliverygear/odg/store"
)

// errHeld says that another process holds the lock.
var errHeld = errors.New("lock is held")

// Lock takes the database for the work of this process, until unlock is called or
// the process ends in whichever way. Reading and single writes of others still
// work: the lock keeps a second long run away, which would do the same work again.
// If another process, or another store of this one, has the lock, the error wraps
// [store.ErrLocked] and names its process id.
//
// The lock is that of the operating system on a file beside the database, which
// has the suffix ".lock" and stays there.
func (s *Store) Lock() (unlock func(), err error) {
	path := s.full + ".lock"
	file, err := lockFile(path)
	if errors.Is(err, errHeld) {
		return nil, fmt.Errorf("lock %s: %w: %s works on it; wait until it ends, or use another file",
			s.path, store.ErrLocked, holder(path))
	}
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", s.path, err)
	}
	if err := file.Truncate(0); err == nil {
		_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0) // for people only
	}
	return func() { unlockFile(file) }, nil
}

// holder names the process that wrote the lock file.
func holder(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return "another process"
	}
	defer file.Close()
	text, _ := io.ReadAll(io.LimitReader(file, 32))
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return "another process"
	}
	return fmt.Sprintf("process %d", pid)
}

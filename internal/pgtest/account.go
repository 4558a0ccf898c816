//go:build unix

package pgtest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account returns as whom the server runs: nil for the present user, and somebody
// else than root, which PostgreSQL refuses.
func account() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(found.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(found.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is no user postgres or nobody: run the tests as another user")
}

// folder makes an empty folder that belongs to who.
func folder(who *syscall.Credential) (string, error) {
	parent := os.TempDir()
	if who != nil && !traversable(parent) {
		parent = "/tmp"
	}
	dir, err := os.MkdirTemp(parent, "odg-pgtest-")
	if err != nil || who == nil {
		return dir, err
	}
	if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
		return "", errors.Join(fmt.Errorf("give %s to the user of the server: %w", dir, err), os.RemoveAll(dir))
	}
	return dir, nil
}

// traversable tells whether everybody may pass dir and all above it.
func traversable(dir string) bool {
	for {
		info, err := os.Stat(dir)
		if err != nil || info.Mode()&fs.FileMode(0o001) == 0 {
			return false
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return true
		}
		dir = parent
	}
}

//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package sqlite

import (
	"errors"
	"io/fs"
	"os"
)

// lockFile creates the file at path, which must not exist. A process that was
// killed leaves it behind, for a person to remove: this system has no lock that
// ends with the process in Go's standard library.
func lockFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, errHeld
	}
	return file, err
}

func unlockFile(file *os.File) {
	_ = file.Close()
	_ = os.Remove(file.Name())
}

package ctf

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/opendeliverygear/odg/component"
)

// directory is an unpacked archive. Links are followed within the tree only.
type directory struct{ root *os.Root }

func openDirectory(path string) (storage, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	return directory{root}, nil
}

func (d directory) Close() error { return d.root.Close() }

func (d directory) open(name string) (io.ReadCloser, int64, error) {
	info, err := d.root.Stat(name) // before Open, which would wait for a writer to a pipe
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, 0, fmt.Errorf("file %s: %w", name, component.ErrNotFound)
	case errors.Is(err, os.ErrPermission), errors.Is(err, os.ErrClosed):
		return nil, 0, fmt.Errorf("file %s: %w", name, err)
	case err != nil: // a link out of the tree, or in circles
		return nil, 0, fmt.Errorf("file %s: %w: %w", name, ErrUnsafe, err)
	case !info.Mode().IsRegular():
		return nil, 0, fmt.Errorf("file %s is no regular file: %w", name, ErrUnsafe)
	}
	file, err := d.root.Open(name)
	if err != nil {
		return nil, 0, fmt.Errorf("file %s: %w", name, err)
	}
	return file, info.Size(), nil
}

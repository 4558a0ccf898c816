package ctf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/opendeliverygear/odg/component"
)

var (
	// ErrNotCTF is wrapped by errors about something that is no archive of ours.
	ErrNotCTF = errors.New("not a CTF archive")
	// ErrUnsafe is wrapped by errors about archives that try to reach out of
	// themselves or to exhaust the reader.
	ErrUnsafe = errors.New("unsafe archive")
	// ErrDigest is wrapped by errors about content that is not what its digest says.
	ErrDigest = errors.New("digest mismatch")
)

// An Archive is an OCM repository in a file or directory. It is safe for
// concurrent use. Blobs that are open keep working after Close only if they come
// from memory.
type Archive struct {
	path  string
	cfg   Config
	files storage
	index index
}

var _ component.Repository = (*Archive)(nil)

// storage gives access to the files of an archive by their names in it.
type storage interface {
	// open opens a file. The error wraps component.ErrNotFound if there is none.
	open(name string) (content io.ReadCloser, size int64, err error)
	Close() error
}

// Open opens the archive at path: a directory, a tar or a gzipped tar, whatever
// its name, holding a CTF or a component archive. It reads the index; everything
// else is read when it is asked for. The error wraps [component.ErrNotFound] if
// nothing is there, [ErrNotCTF] if it is something else, and [ErrUnsafe] if it is
// hostile or beyond the limits of cfg.
func Open(path string, cfg Config) (*Archive, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("open archive %s: configuration: %w", path, err)
	}
	cfg = cfg.withDefaults()
	files, err := openStorage(path, cfg)
	if err != nil {
		return nil, fmt.Errorf("open archive %s: %w", path, err)
	}
	return newArchive(path, files, cfg)
}

func newArchive(path string, files storage, cfg Config) (*Archive, error) {
	a := &Archive{path: path, cfg: cfg, files: files}
	if err := a.readIndex(); err != nil {
		return nil, errors.Join(fmt.Errorf("open archive %s: %w", path, err), files.Close())
	}
	return a, nil
}

func openStorage(path string, cfg Config) (storage, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("there is no such file or directory: %w", component.ErrNotFound)
	case err != nil:
		return nil, err
	case info.IsDir():
		return openDirectory(path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("it is neither a file nor a directory: %w", ErrNotCTF)
	}
	return openFile(path, cfg)
}

// Close releases the archive.
func (a *Archive) Close() error { return a.files.Close() }

// Components returns the names of all components in the archive, sorted.
func (a *Archive) Components(context.Context) ([]string, error) { return a.index.components(), nil }

// fail adds to an error which archive it is about.
func (a *Archive) fail(err error, format string, args ...any) error {
	return fmt.Errorf("archive %s: %s: %w", a.path, fmt.Sprintf(format, args...), err)
}

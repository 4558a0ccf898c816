package ctf

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/ocimapping"
)

// The names of the files in an archive.
const (
	indexName      = "artifact-index.json"
	descriptorName = ocimapping.DescriptorFile
	blobFolder     = "blobs/"
)

var blobName = regexp.MustCompile(`^blobs/sha256\.[0-9a-f]{64}$`)

// entry is a file in a tar.
type entry struct {
	offset int64 // of its content
	size   int64
	data   []byte // if it is kept in memory, else nil
	kept   bool
}

// scan reads the headers of a tar and calls found for every file that belongs to
// an archive. offset gives the position in the tar.
func scan(r io.Reader, cfg Config, offset func() (int64, error), found func(name string, size int64, content io.Reader) (entry, error)) (map[string]entry, error) {
	entries := map[string]entry{}
	reader := tar.NewReader(r)
	for count := 1; ; count++ {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, tarError(err, count == 1)
		}
		if count > cfg.MaxEntries {
			return nil, fmt.Errorf("it has more than %d entries (MaxEntries): %w", cfg.MaxEntries, ErrUnsafe)
		}
		name, err := entryName(header)
		if err != nil {
			return nil, err
		}
		if header.Typeflag != tar.TypeReg || !belongs(name) {
			continue
		}
		if _, twice := entries[name]; twice {
			return nil, fmt.Errorf("entry %q occurs twice: %w", name, ErrUnsafe)
		}
		start, err := offset()
		if err != nil {
			return nil, err
		}
		kept, err := found(name, header.Size, reader)
		if err != nil {
			return nil, fmt.Errorf("read entry %q: %w", name, err)
		}
		kept.offset, kept.size = start, header.Size
		entries[name] = kept
	}
}

func tarError(err error, first bool) error {
	switch {
	case errors.Is(err, ErrUnsafe):
		return err
	case first && errors.Is(err, tar.ErrHeader):
		return fmt.Errorf("it is neither a directory, a tar nor a gzipped tar: %w", ErrNotCTF)
	}
	return fmt.Errorf("read tar, which is damaged or truncated, fetch it again: %w", err)
}

// entryName returns the clean name of an entry, or an error if the entry is
// hostile: if unpacking it could write outside of the target folder.
func entryName(header *tar.Header) (string, error) {
	name := header.Name
	switch header.Typeflag {
	case tar.TypeReg, tar.TypeDir:
	case tar.TypeXGlobalHeader:
		return "", nil
	case tar.TypeSymlink, tar.TypeLink:
		return "", fmt.Errorf("entry %q is a link to %q, want files and folders only, pack it again without: %w", name, header.Linkname, ErrUnsafe)
	default:
		return "", fmt.Errorf("entry %q has the type %q, want files and folders only, pack it again without: %w", name, header.Typeflag, ErrUnsafe)
	}
	if strings.HasPrefix(name, "/") || strings.Contains("/"+name+"/", "/../") || strings.ContainsAny(name, "\\\x00") {
		return "", fmt.Errorf("entry %q points out of the archive: %w", name, ErrUnsafe)
	}
	return path.Clean(name), nil
}

func belongs(name string) bool {
	return name == indexName || name == descriptorName || blobName.MatchString(name)
}

func (e entry) memory() io.ReadCloser { return io.NopCloser(bytes.NewReader(e.data)) }

func notInTar(name string) error { return fmt.Errorf("entry %s: %w", name, component.ErrNotFound) }

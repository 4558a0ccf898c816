package image

import (
	"errors"
	"fmt"
	"io/fs"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Root is the root file system of an image for one platform, as far as it was
// asked for. It does not change and is safe for concurrent use.
type Root struct {
	// Digest is that of the image's manifest.
	Digest string
	// Platform is what index or configuration say; all fields may be empty.
	Platform ocispec.Platform

	tree node
}

// ReadFile returns the content of a file; links are followed inside the image.
// Only the paths that were asked for, and what they link to, are known. The error
// wraps [fs.ErrNotExist] if there is no such file, and [ErrBudget] if it is larger
// than [Config.MaxFileBytes]. The caller must not change the content.
func (r *Root) ReadFile(name string) ([]byte, error) {
	n, err := r.tree.open(name)
	if err == nil {
		switch n.kind {
		case file:
			return n.content, nil
		case oversized:
			err = fmt.Errorf("%w: file is too large", ErrBudget)
		default:
			err = fmt.Errorf("no regular file: %w", fs.ErrNotExist)
		}
	}
	return nil, &fs.PathError{Op: "read", Path: name, Err: err}
}

// missing returns the path, not wanted so far, that name links to, or "".
func (r *Root) missing(name string) string {
	_, err := r.tree.open(name)
	var absent *absentError
	if !errors.As(err, &absent) || len(absent.path) > maxPath {
		return ""
	}
	return absent.path
}

package component

import (
	"context"
	"errors"
	"io"
)

// ErrNotFound is wrapped by every error about a component version, blob or
// archive that is not there.
var ErrNotFound = errors.New("not found")

var (
	// ErrUnavailable is wrapped by errors about a repository that cannot be asked at
	// present: it does not answer in time, cannot be reached, or says that it has a
	// fault or too much to do. The same request may succeed later.
	ErrUnavailable = errors.New("unavailable")
	// ErrDenied is wrapped by errors about what a repository keeps from us: it wants
	// a credential, or another one.
	ErrDenied = errors.New("access denied")
)

// ID identifies a component version.
type ID struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// String returns name:version.
func (id ID) String() string { return id.Name + ":" + id.Version }

// Resolver finds descriptors.
type Resolver interface {
	// Descriptor returns the descriptor of a component version. The descriptor's
	// own name and version equal id. A missing one is an error that wraps
	// [ErrNotFound]. The result is shared: callers must not change it.
	Descriptor(ctx context.Context, id ID) (*Descriptor, error)
}

// VersionLister lists the versions of a component.
type VersionLister interface {
	// Versions returns all versions of a component, as published, in ascending
	// order (see [CompareVersions]); none if the component is unknown.
	Versions(ctx context.Context, name string) ([]string, error)
}

// Blob is content that is being read. Read verifies the digest on the way and
// returns an error in place of [io.EOF] if the content does not have it.
type Blob struct {
	io.ReadCloser
	MediaType string
	Digest    string // sha256:<64 hex>
	Size      int64  // in bytes, -1 if unknown
}

// BlobOpener opens content that is stored with a component version.
type BlobOpener interface {
	// OpenBlob opens the blob, manifest or layer with that digest which is stored
	// in the repository of the component version id. The caller closes it.
	OpenBlob(ctx context.Context, id ID, digest string) (*Blob, error)
}

// ImageResolver finds OCI artefacts that a repository holds beside components.
type ImageResolver interface {
	// ResolveImage returns the digest and media type of the manifest or index
	// that an image reference names. Its content is opened with [BlobOpener].
	// An image that is elsewhere is an error that wraps [ErrNotFound].
	ResolveImage(ctx context.Context, reference string) (digest, mediaType string, err error)
}

// Repository is an OCM repository that can be read.
type Repository interface {
	Resolver
	VersionLister
	BlobOpener
	ImageResolver
}

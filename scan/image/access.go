package image

import (
	"fmt"
	"slices"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/opendeliverygear/odg/component"
)

// access is where a resource says that its image is.
type access struct {
	reference string // of an image in a registry, or
	digest    string // of a blob
	mediaType string
}

// isDocument tells if the blob is a manifest or index, and not an archive.
func (a access) isDocument() bool {
	return slices.Contains([]string{
		ocispec.MediaTypeImageManifest, ocispec.MediaTypeImageIndex, dockerManifest, dockerList,
	}, a.mediaType)
}

// parseAccess reads the access types of OCI artefacts and local blobs.
func parseAccess(a component.Access) (access, error) {
	switch a.Kind() {
	case component.AccessImage:
		if reference, ok := a.ImageReference(); ok {
			return access{reference: reference}, nil
		}
	case component.AccessRelative:
		if reference, ok := a.RelativeReference(); ok {
			return access{reference: reference}, nil
		}
	case component.AccessLocal:
		return localAccess(a)
	default:
		return access{}, fmt.Errorf("%w: %q", ErrAccess, a.Type)
	}
	return access{}, fmt.Errorf("%w: access of type %q names no content", ErrCorrupt, a.Type)
}

// localAccess reads a local blob, which archives of a single component name by its
// file.
func localAccess(a component.Access) (access, error) {
	blob, ok := a.LocalBlob()
	if !ok {
		return access{}, fmt.Errorf("%w: access of type %q names no content", ErrCorrupt, a.Type)
	}
	if len(blob.Digests) != 1 {
		return access{}, fmt.Errorf("%w: access of type %q refers to %q, want the digest of one blob", ErrCorrupt, a.Type, blob.Reference)
	}
	return access{digest: blob.Digests[0], mediaType: blob.MediaType}, nil
}

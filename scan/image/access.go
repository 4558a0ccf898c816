package image

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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

// parseAccess reads the access types of OCI artefacts and local blobs, in all
// their spellings (OCM specification, access methods).
func parseAccess(a component.Access) (access, error) {
	var fields struct {
		ImageReference string `json:"imageReference"`
		LocalReference string `json:"localReference"`
		Digest         string `json:"digest"`
		MediaType      string `json:"mediaType"`
	}
	if err := json.Unmarshal(a.Raw, &fields); err != nil {
		return access{}, fmt.Errorf("%w: access: %w", ErrCorrupt, err)
	}
	name, _, _ := strings.Cut(strings.ToLower(a.Type), "/")
	switch name {
	case "ociregistry", "ociartifact", "ociartefact", "ociimage":
		if fields.ImageReference != "" {
			return access{reference: fields.ImageReference}, nil
		}
	case "localblob":
		if fields.LocalReference != "" {
			return access{digest: fields.LocalReference, mediaType: fields.MediaType}, nil
		}
	case "localociblob":
		if fields.Digest != "" {
			return access{digest: fields.Digest, mediaType: fields.MediaType}, nil
		}
	default:
		return access{}, fmt.Errorf("%w: %q", ErrAccess, a.Type)
	}
	return access{}, fmt.Errorf("%w: access of type %q names no content", ErrCorrupt, a.Type)
}

package image

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Media types of Docker that mean the same as those of OCI (image manifest
// version 2, schema 2).
const (
	dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
	dockerList     = "application/vnd.docker.distribution.manifest.list.v2+json"
	dockerConfig   = "application/vnd.docker.container.image.v1+json"
	dockerLayer    = "application/vnd.docker.image.rootfs."
	ociLayer       = "application/vnd.oci.image.layer."
)

// attestation marks manifests that builders put beside the images of an index.
const attestation = "vnd.docker.reference.type"

// maxDepth bounds indexes within indexes.
const maxDepth = 4

// Image is an image for one platform.
type Image struct {
	// Digest is that of the manifest.
	Digest string
	// Platform is what the index says, or else the image configuration; all fields
	// may be empty.
	Platform ocispec.Platform
	// Layers are the parts of the root file system, lowest first.
	Layers []Layer
}

// Layer is a part of a root file system.
type Layer struct {
	Digest    string // of the layer as it is stored
	MediaType string // as the manifest states it
	Size      int64  // in bytes as stored, 0 if the manifest does not say
	DiffID    string // digest of the uncompressed tar, empty if unknown
	// Foreign layers (of Windows) may be distributed by others only.
	Foreign bool
}

// documents returns the content of a manifest, index or configuration.
type documents func(ctx context.Context, d ocispec.Descriptor) ([]byte, error)

// document is a manifest or an index.
type document struct {
	MediaType     string               `json:"mediaType"`
	SchemaVersion int                  `json:"schemaVersion"`
	Config        *ocispec.Descriptor  `json:"config"`
	Layers        []ocispec.Descriptor `json:"layers"`
	Manifests     []ocispec.Descriptor `json:"manifests"`
	Annotations   map[string]string    `json:"annotations"`
}

// loader finds the images below an index.
type loader struct {
	documents documents
	cfg       Config
	images    []Image
}

func (l *loader) load(ctx context.Context, d ocispec.Descriptor, depth int) error {
	doc, err := l.document(ctx, d)
	if err != nil {
		return err
	}
	if doc.Config != nil {
		return l.manifest(ctx, d, doc)
	}
	if doc.Manifests == nil {
		return fmt.Errorf("%w: %s is neither an image manifest (schema 2) nor an index", ErrNotImage, d.Digest)
	}
	return l.index(ctx, d, doc, depth)
}

func (l *loader) index(ctx context.Context, d ocispec.Descriptor, doc document, depth int) error {
	if depth >= maxDepth {
		return fmt.Errorf("%w: indexes are nested deeper than %d", ErrBudget, maxDepth)
	}
	for _, m := range doc.Manifests {
		if !isImage(m) {
			continue
		}
		if err := l.load(ctx, m, depth+1); err != nil {
			return fmt.Errorf("read manifest of index %s: %w", d.Digest, err)
		}
	}
	return nil
}

// isImage leaves out what builders and signers add to an index.
func isImage(d ocispec.Descriptor) bool {
	known := []string{"", ocispec.MediaTypeImageManifest, ocispec.MediaTypeImageIndex, dockerManifest, dockerList}
	_, attests := d.Annotations[attestation]
	unknown := d.Platform != nil && d.Platform.OS == "unknown" && d.Platform.Architecture == "unknown"
	return slices.Contains(known, d.MediaType) && !attests && !unknown
}

func (l *loader) manifest(ctx context.Context, d ocispec.Descriptor, doc document) error {
	if !holdsRoot(doc) {
		return fmt.Errorf("%w: the configuration of manifest %s has the media type %q", ErrNotImage, d.Digest, doc.Config.MediaType)
	}
	if len(doc.Layers) > l.cfg.MaxLayers {
		return fmt.Errorf("%w: manifest %s has more than %d layers", ErrBudget, d.Digest, l.cfg.MaxLayers)
	}
	if len(l.images) >= l.cfg.MaxImages {
		return fmt.Errorf("%w: index has more than %d images", ErrBudget, l.cfg.MaxImages)
	}
	img := Image{Digest: string(d.Digest), Layers: layersOf(doc)}
	if err := l.configure(ctx, &img, *doc.Config); err != nil {
		return fmt.Errorf("read configuration of image %s: %w", d.Digest, err)
	}
	if d.Platform != nil {
		img.Platform = *d.Platform
	}
	l.images = append(l.images, img)
	return nil
}

func holdsRoot(doc document) bool {
	switch doc.Config.MediaType {
	case ocispec.MediaTypeImageConfig, dockerConfig:
		return true
	}
	return slices.ContainsFunc(doc.Layers, isLayer)
}

func isLayer(d ocispec.Descriptor) bool {
	return strings.HasPrefix(d.MediaType, ociLayer) || strings.HasPrefix(d.MediaType, dockerLayer)
}

func layersOf(doc document) []Layer {
	var layers []Layer
	for _, d := range doc.Layers {
		layers = append(layers, Layer{
			Digest: string(d.Digest), MediaType: d.MediaType, Size: d.Size,
			Foreign: strings.Contains(d.MediaType, "nondistributable") || strings.Contains(d.MediaType, "foreign"),
		})
	}
	return layers
}

// configure takes platform and diff ids from the image configuration.
func (l *loader) configure(ctx context.Context, img *Image, d ocispec.Descriptor) error {
	if d.MediaType != ocispec.MediaTypeImageConfig && d.MediaType != dockerConfig {
		return nil
	}
	text, err := l.fetch(ctx, d)
	if err != nil {
		return err
	}
	var config ocispec.Image
	if err := json.Unmarshal(text, &config); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	img.Platform = config.Platform
	ids := config.RootFS.DiffIDs
	if len(ids) == 0 {
		return nil
	}
	if len(ids) != len(img.Layers) {
		return fmt.Errorf("%w: %d diff ids for %d layers", ErrCorrupt, len(ids), len(img.Layers))
	}
	for i, id := range ids {
		img.Layers[i].DiffID = string(id)
	}
	return nil
}

func (l *loader) document(ctx context.Context, d ocispec.Descriptor) (document, error) {
	var doc document
	text, err := l.fetch(ctx, d)
	if err != nil {
		return doc, err
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return doc, fmt.Errorf("%w: manifest %s: %w", ErrCorrupt, d.Digest, err)
	}
	return doc, nil
}

func (l *loader) fetch(ctx context.Context, d ocispec.Descriptor) ([]byte, error) {
	if err := validDigest(d.Digest); err != nil {
		return nil, err
	}
	text, err := l.documents(ctx, d)
	if err != nil {
		return nil, err
	}
	if d.Size > 0 && int64(len(text)) != d.Size {
		return nil, fmt.Errorf("%w: %s has %d bytes, want %d", ErrCorrupt, d.Digest, len(text), d.Size)
	}
	return text, nil
}

// validDigest lets only digests pass that this package can verify.
func validDigest(d digest.Digest) error {
	if err := d.Validate(); err != nil || d.Algorithm() != digest.SHA256 {
		return fmt.Errorf("%w: digest %q, want sha256:<64 hex>", ErrCorrupt, string(d))
	}
	return nil
}

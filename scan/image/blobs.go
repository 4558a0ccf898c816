package image

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/opendeliverygear/odg/component"
)

// Blobs opens the blobs of images: manifests, configurations and layers, as they
// are stored. Each is read once, to its end, before the next is opened.
type Blobs interface {
	// OpenBlob opens the blob with that digest. Read verifies the digest, see
	// [component.Blob]. A missing one is an error that wraps [component.ErrNotFound].
	OpenBlob(ctx context.Context, digest string) (*component.Blob, error)
}

// stored are the blobs that are stored with a component version.
type stored struct {
	component.BlobOpener
	id component.ID
}

func (s stored) OpenBlob(ctx context.Context, digest string) (*component.Blob, error) {
	return s.BlobOpener.OpenBlob(ctx, s.id, digest)
}

// Load reads the manifest or index with that digest and returns the images below,
// in the order of the index. Attestations and signatures beside them are left out.
// It reads no layer. The error wraps [ErrNotImage] if there is none.
func Load(ctx context.Context, blobs Blobs, root string, cfg Config) ([]Image, error) {
	l := loader{cfg: cfg.withDefaults()}
	l.documents = func(ctx context.Context, d ocispec.Descriptor) ([]byte, error) {
		return readDocument(ctx, blobs, d, l.cfg.MaxDocumentBytes)
	}
	if err := l.load(ctx, ocispec.Descriptor{Digest: digest.Digest(root)}, 0); err != nil {
		return nil, err
	}
	if len(l.images) == 0 {
		return nil, fmt.Errorf("%w: index %s lists no image", ErrNotImage, root)
	}
	return l.images, nil
}

func readDocument(ctx context.Context, blobs Blobs, d ocispec.Descriptor, limit int64) ([]byte, error) {
	blob, err := blobs.OpenBlob(ctx, string(d.Digest))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", d.Digest, err)
	}
	defer blob.Close()
	text, err := io.ReadAll(io.LimitReader(blob, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", d.Digest, err)
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("%w: document %s has more than %d bytes", ErrBudget, d.Digest, limit)
	}
	return text, nil
}

// layerReader reads layers, each once per pass although platforms share them.
type layerReader struct {
	blobs  Blobs
	wanted wanted
	cfg    Config
	total  *budget
	read   map[string]layer
}

func (r *layerReader) layer(ctx context.Context, of Layer) (layer, error) {
	if l, ok := r.read[of.Digest]; ok {
		return l, nil
	}
	if err := validDigest(digest.Digest(of.Digest)); err != nil {
		return layer{}, err
	}
	blob, err := r.blobs.OpenBlob(ctx, of.Digest)
	if of.Foreign && errors.Is(err, component.ErrNotFound) {
		return layer{}, nil
	}
	if err != nil {
		return layer{}, fmt.Errorf("open layer %s: %w", of.Digest, err)
	}
	defer blob.Close()
	l, err := readLayer(ctx, blob, r.wanted, r.cfg, r.total)
	if err != nil {
		return layer{}, fmt.Errorf("read layer %s: %w", of.Digest, err)
	}
	r.read[of.Digest] = l
	return l, nil
}

// layers returns a layer that was or can be read.
type layers func(ctx context.Context, of Layer) (layer, error)

// assemble puts the layers of img together.
func assemble(ctx context.Context, img Image, get layers) (*Root, error) {
	root := &Root{Digest: img.Digest, Platform: img.Platform}
	for _, of := range img.Layers {
		l, err := get(ctx, of)
		if err != nil {
			return nil, err
		}
		if of.DiffID != "" && l.diffID != "" && of.DiffID != string(l.diffID) {
			return nil, fmt.Errorf("%w: layer %s has the diff id %s, want %s", ErrCorrupt, of.Digest, l.diffID, of.DiffID)
		}
		root.tree.apply(l)
	}
	return root, nil
}

// Root reads the layers of i and returns its root file system, as far as paths
// ask for it. Unlike [Reader.Read] it does not read twice to follow links that
// leave paths.
func (i Image) Root(ctx context.Context, blobs Blobs, cfg Config, paths ...string) (*Root, error) {
	cfg = cfg.withDefaults()
	r := layerReader{blobs, want(paths), cfg, totalBudget(cfg), map[string]layer{}}
	return assemble(ctx, i, r.layer)
}

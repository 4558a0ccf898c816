package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/opendeliverygear/odg/component"
)

// Repository is where images lie: a [component.Repository] is one.
type Repository interface {
	component.BlobOpener
	component.ImageResolver
}

// Reader reads the images of a repository. Make one with [New]. It is safe for
// concurrent use if the repository is.
type Reader struct {
	repo Repository
	cfg  Config
}

// New returns a reader of the images in repo. cfg must be valid.
func New(repo Repository, cfg Config) *Reader {
	return &Reader{repo: repo, cfg: cfg.withDefaults()}
}

// Read returns the root file systems of the image that is the resource res of the
// component version id, one for each platform in the order of the image's index,
// as far as paths ask for them. Paths are relative to the root; a leading slash is
// fine.
//
// The error wraps [ErrNotImage], [ErrAccess], [ErrBudget], [ErrCorrupt] or
// [ErrElsewhere] for what they say, else it is one of the repository.
func (r *Reader) Read(ctx context.Context, id component.ID, res component.Resource, paths ...string) ([]*Root, error) {
	access, err := parseAccess(res.Access)
	if err != nil {
		return nil, err
	}
	w := want(paths)
	for pass := 1; ; pass++ {
		roots, err := r.pass(ctx, id, res, access, w)
		if err != nil {
			return nil, err
		}
		if pass >= r.cfg.MaxPasses || !follow(roots, paths, w) {
			return roots, nil
		}
	}
}

// follow adds to w where links lead, and tells if there was anything new.
func follow(roots []*Root, paths []string, w wanted) bool {
	grown := false
	for _, root := range roots {
		for _, name := range paths {
			if next := root.missing(name); next != "" && w.add(next) {
				grown = true
			}
		}
	}
	return grown
}

func (r *Reader) pass(ctx context.Context, id component.ID, res component.Resource, a access, w wanted) ([]*Root, error) {
	switch {
	case a.reference != "":
		return r.artefact(ctx, id, res, a.reference, w)
	case a.isDocument():
		return r.parts(ctx, id, res, a.digest, w)
	}
	return r.set(ctx, id, res, a, w)
}

// artefact reads an image that lies beside the components.
func (r *Reader) artefact(ctx context.Context, id component.ID, res component.Resource, reference string, w wanted) ([]*Root, error) {
	main, _, err := r.repo.ResolveImage(ctx, reference)
	if errors.Is(err, component.ErrNotFound) {
		return nil, fmt.Errorf("%w: %w", ErrElsewhere, err)
	}
	if err != nil {
		return nil, fmt.Errorf("resolve image %s: %w", reference, err)
	}
	return r.parts(ctx, id, res, main, w)
}

// parts reads an image whose manifest, configuration and layers are blobs.
func (r *Reader) parts(ctx context.Context, id component.ID, res component.Resource, main string, w wanted) ([]*Root, error) {
	if err := checkDigest(res, main); err != nil {
		return nil, err
	}
	blobs := stored{r.repo, id}
	images, err := Load(ctx, blobs, main, r.cfg)
	if err != nil {
		return nil, err
	}
	layers := layerReader{blobs, w, r.cfg, totalBudget(r.cfg), map[string]layer{}}
	return assembleAll(ctx, images, layers.layer)
}

// set reads an image that is packed into one blob.
func (r *Reader) set(ctx context.Context, id component.ID, res component.Resource, a access, w wanted) ([]*Root, error) {
	blob, err := r.repo.OpenBlob(ctx, id, a.digest)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", a.digest, err)
	}
	defer blob.Close()
	s, err := readSet(ctx, blob, w, r.cfg)
	if err != nil {
		return nil, fmt.Errorf("read %s (%s): %w", a.digest, a.mediaType, err)
	}
	main, err := s.main()
	if err != nil {
		return nil, err
	}
	if err := checkDigest(res, string(main.Digest)); err != nil {
		return nil, err
	}
	l := loader{documents: s.document, cfg: r.cfg}
	if err := l.load(ctx, main, 0); err != nil {
		return nil, err
	}
	if len(l.images) == 0 {
		return nil, fmt.Errorf("%w: index %s lists no image", ErrNotImage, main.Digest)
	}
	return assembleAll(ctx, l.images, s.layer)
}

// main is the image that an artefact set is about: the annotated one, the only
// one, or all together.
func (s *set) main() (ocispec.Descriptor, error) {
	var index ocispec.Index
	if err := json.Unmarshal(s.index, &index); err != nil {
		return ocispec.Descriptor{}, fmt.Errorf("%w: %s: %w", ErrCorrupt, indexFile, err)
	}
	if main := index.Annotations[mainAnnotation]; main != "" {
		return ocispec.Descriptor{Digest: digest.Digest(main)}, nil
	}
	if len(index.Manifests) == 1 {
		return index.Manifests[0], nil
	}
	self := digest.FromBytes(s.index)
	s.documents[self] = s.index
	return ocispec.Descriptor{Digest: self}, nil
}

func assembleAll(ctx context.Context, images []Image, get layers) ([]*Root, error) {
	var roots []*Root
	for _, img := range images {
		root, err := assemble(ctx, img, get)
		if err != nil {
			return nil, fmt.Errorf("read image %s: %w", img.Digest, err)
		}
		roots = append(roots, root)
	}
	return roots, nil
}

// checkDigest compares the digest of an image with what the descriptor says.
func checkDigest(res component.Resource, main string) error {
	if res.Digest == nil || !strings.HasPrefix(res.Digest.NormalisationAlgorithm, "ociArtifactDigest/") ||
		res.Digest.HashAlgorithm != "SHA-256" {
		return nil
	}
	if want := "sha256:" + res.Digest.Value; want != main {
		return fmt.Errorf("%w: image of resource %s has the digest %s, the descriptor says %s", ErrCorrupt, res.Name, main, want)
	}
	return nil
}

package image

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Annotations and files of artefact sets (OCM-OCI mapping).
const (
	mainAnnotation = "software.ocm/main"
	indexFile      = "index.json"
	oldIndexFile   = "artifact-descriptor.json"
)

// set is what matters of an artefact set or OCI layout.
type set struct {
	index     []byte
	documents map[digest.Digest][]byte
	layers    map[digest.Digest]layer

	ctx     context.Context // of the one call that reads the set
	wanted  wanted
	cfg     Config
	total   *budget
	docs    *budget
	archive *tar.Reader
}

// readSet reads an archive to its end. What is no archive, or none that holds an
// index, is an error that wraps ErrNotImage.
func readSet(ctx context.Context, stream io.Reader, w wanted, cfg Config) (*set, error) {
	src := &source{ctx: ctx, Reader: stream}
	content, stop, err := decompress(src)
	if err != nil {
		return nil, src.blame(err)
	}
	defer stop()
	around := &budget{fmt.Sprintf("the archive has more than %d bytes", cfg.MaxTotalBytes), cfg.MaxTotalBytes}
	counted := &metered{content, []*budget{around}}
	s := &set{
		documents: map[digest.Digest][]byte{}, layers: map[digest.Digest]layer{},
		ctx: ctx, wanted: w, cfg: cfg,
		total:   totalBudget(cfg),
		docs:    &budget{fmt.Sprintf("documents of an archive have more than %d bytes", 8*cfg.MaxDocumentBytes), 8 * cfg.MaxDocumentBytes},
		archive: tar.NewReader(counted),
	}
	if err := s.walk(); err != nil {
		return nil, src.blame(err)
	}
	if err := drain(counted); err != nil {
		return nil, src.blame(err)
	}
	if s.index == nil {
		return nil, fmt.Errorf("%w: the archive has no %s", ErrNotImage, indexFile)
	}
	return s, nil
}

func totalBudget(cfg Config) *budget {
	return &budget{fmt.Sprintf("the layers have more than %d bytes", cfg.MaxTotalBytes), cfg.MaxTotalBytes}
}

func (s *set) walk() error {
	for n := 0; ; n++ {
		header, err := s.archive.Next()
		switch {
		case errors.Is(err, io.EOF) && n > 0:
			return nil
		case n == 0 && isForeign(err):
			return fmt.Errorf("%w: content is no tar archive", ErrNotImage)
		case err != nil && !errors.Is(err, tar.ErrInsecurePath):
			return err
		case n >= s.cfg.MaxEntries:
			return fmt.Errorf("%w: the archive has more than %d entries", ErrBudget, s.cfg.MaxEntries)
		}
		if header.Typeflag == tar.TypeReg {
			if err := s.visit(clean(header.Name)); err != nil {
				return fmt.Errorf("read %s: %w", header.Name, err)
			}
		}
	}
}

// isForeign tells if the first entry of a tar cannot be read because the content
// is something else, and not because it is damaged.
func isForeign(err error) bool {
	return !errors.Is(err, ErrCorrupt) &&
		(errors.Is(err, io.EOF) || errors.Is(err, tar.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF))
}

func (s *set) visit(name string) error {
	switch name {
	case indexFile, oldIndexFile:
		text, err := s.readDocument(s.archive)
		if name == indexFile || s.index == nil {
			s.index = text
		}
		return err
	}
	if d := blobDigest(name); d != "" {
		return s.visitBlob(d)
	}
	return nil
}

// blobDigest returns the digest that names a blob, flat or in a folder, or "".
func blobDigest(name string) digest.Digest {
	dir, base := path.Split(name)
	switch dir {
	case "blobs/":
		base = strings.TrimPrefix(base, "sha256.")
	case "blobs/sha256/":
	default:
		return ""
	}
	d := digest.NewDigestFromEncoded(digest.SHA256, base)
	if d.Validate() != nil {
		return ""
	}
	return d
}

func (s *set) visitBlob(d digest.Digest) error {
	hash := digest.SHA256.Hash()
	content := bufio.NewReaderSize(io.TeeReader(s.archive, hash), bufferBytes)
	if err := s.keepBlob(d, content); err != nil {
		return err
	}
	if err := drain(content); err != nil {
		return err
	}
	if got := digest.NewDigest(digest.SHA256, hash); got != d {
		return fmt.Errorf("%w: content has the digest %s", ErrCorrupt, got)
	}
	return nil
}

// keepBlob keeps documents, and of what could be a layer what is wanted. A blob
// that turns out to be no layer matters only if a manifest says it is one.
func (s *set) keepBlob(d digest.Digest, content *bufio.Reader) error {
	head, err := content.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch {
	case bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("{")) && !isTar(head):
		s.documents[d], err = s.readDocument(content)
		return err
	case bytes.HasPrefix(head, gzipMagic), bytes.HasPrefix(head, zstdMagic), len(head) == 512:
		l, err := readLayer(s.ctx, content, s.wanted, s.cfg, s.total)
		if errors.Is(err, ErrBudget) || err != nil && !errors.Is(err, ErrCorrupt) {
			return err
		}
		l.err = err
		s.layers[d] = l
	}
	return nil
}

func isTar(head []byte) bool {
	const at = 257 // of the magic in a POSIX tar header
	return len(head) == 512 && bytes.HasPrefix(head[at:], []byte("ustar"))
}

// readDocument returns nil for a document that is too large to be one.
func (s *set) readDocument(content io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(content, s.cfg.MaxDocumentBytes+1))
	if err != nil || int64(len(text)) > s.cfg.MaxDocumentBytes {
		return nil, err
	}
	return text, s.docs.spend(int64(len(text)))
}

// document is the [documents] of a set.
func (s *set) document(_ context.Context, d ocispec.Descriptor) ([]byte, error) {
	text := s.documents[d.Digest]
	if text == nil {
		return nil, fmt.Errorf("%w: the archive has no document %s of at most %d bytes", ErrCorrupt, d.Digest, s.cfg.MaxDocumentBytes)
	}
	return text, nil
}

// layer is the [layers] of a set.
func (s *set) layer(_ context.Context, of Layer) (layer, error) {
	l, ok := s.layers[digest.Digest(of.Digest)]
	switch {
	case !ok && of.Foreign:
		return layer{}, nil
	case !ok:
		return l, fmt.Errorf("%w: the archive has no layer %s", ErrCorrupt, of.Digest)
	case l.err != nil:
		return l, fmt.Errorf("read layer %s: %w", of.Digest, l.err)
	}
	return l, nil
}

package image

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
)

// Whiteouts of the OCI image specification v1.1, "layer".
const (
	whiteoutPrefix = ".wh."
	whiteoutOpaque = ".wh..wh..opq"
)

type kind byte

const (
	directory kind = iota
	file
	symlink
	hardlink
	oversized // a file that is too large to keep
	special   // device, pipe, or a link to more than a path can hold
)

// entry is a wanted entry of a layer, or one above.
type entry struct {
	name    string
	kind    kind
	target  string // of links
	content []byte // of files
}

// layer is what matters of a layer: little, however large the layer is.
type layer struct {
	entries []entry  // in tar order, the last one of each name
	hidden  []string // whited out names
	opaque  []string // directories that hide all of the lower layers
	diffID  digest.Digest
	err     error // why a blob of an archive cannot be a layer
}

// readLayer reads a layer as it is stored, to its end.
func readLayer(ctx context.Context, stored io.Reader, w wanted, cfg Config, total *budget) (layer, error) {
	src := &source{ctx: ctx, Reader: stored}
	content, stop, err := decompress(src)
	if err != nil {
		return layer{}, src.blame(err)
	}
	defer stop()
	diff := sha256.New()
	own := &budget{fmt.Sprintf("a layer has more than %d bytes", cfg.MaxLayerBytes), cfg.MaxLayerBytes}
	stream := io.TeeReader(&metered{content, []*budget{own, total}}, diff)
	l := layer{}
	if err = l.walk(stream, w, cfg); err == nil {
		err = drain(stream)
	}
	l.diffID = digest.NewDigest(digest.SHA256, diff)
	return l, src.blame(err)
}

func (l *layer) walk(stream io.Reader, w wanted, cfg Config) error {
	archive := tar.NewReader(stream)
	for n := 0; ; n++ {
		header, err := archive.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !errors.Is(err, tar.ErrInsecurePath): // clean makes names secure
			return err
		case n >= cfg.MaxEntries:
			return fmt.Errorf("%w: a layer has more than %d entries", ErrBudget, cfg.MaxEntries)
		}
		if err := l.visit(header, archive, w, cfg); err != nil {
			return err
		}
	}
}

func (l *layer) visit(header *tar.Header, content io.Reader, w wanted, cfg Config) error {
	name := clean(header.Name)
	if base := path.Base(name); strings.HasPrefix(base, whiteoutPrefix) {
		l.hide(path.Dir(name), base, w)
		return nil
	}
	if !w.touches(name) {
		return nil
	}
	e := entry{name: name, kind: special}
	linked := len(header.Linkname) <= maxPath
	switch {
	case header.Typeflag == tar.TypeDir:
		e.kind = directory
	case header.Typeflag == tar.TypeSymlink && linked:
		e.kind, e.target = symlink, header.Linkname
	case header.Typeflag == tar.TypeLink && linked:
		e.kind, e.target = hardlink, clean(header.Linkname)
	case header.Typeflag == tar.TypeReg, header.Typeflag == tar.TypeGNUSparse:
		return l.keepFile(e, header.Size, content, w, cfg)
	}
	l.keep(e)
	return nil
}

func (l *layer) hide(dir, base string, w wanted) {
	if dir == "." {
		dir = ""
	}
	if base == whiteoutOpaque {
		if (dir == "" || w.touches(dir)) && !slices.Contains(l.opaque, dir) {
			l.opaque = append(l.opaque, dir)
		}
		return
	}
	name := path.Join(dir, base[len(whiteoutPrefix):])
	if w.touches(name) && !slices.Contains(l.hidden, name) {
		l.hidden = append(l.hidden, name)
	}
}

func (l *layer) keepFile(e entry, size int64, content io.Reader, w wanted, cfg Config) error {
	e.kind = file
	switch {
	case !w[e.name]: // a file where a directory is expected
	case size > cfg.MaxFileBytes:
		e.kind = oversized
	default:
		text, err := io.ReadAll(content)
		if err != nil {
			return fmt.Errorf("read %s: %w", e.name, err)
		}
		e.content = text
	}
	l.keep(e)
	return nil
}

// keep makes e the last entry of its name, so that a layer never keeps more than
// one entry per wanted name.
func (l *layer) keep(e entry) {
	l.entries = append(slices.DeleteFunc(l.entries, func(old entry) bool { return old.name == e.name }), e)
}

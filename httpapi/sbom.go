package httpapi

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/klauspost/compress/gzip"
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/store"
)

// componentSBOMs sends the SBOMs of all artefacts of a component and what it refers to,
// one file each.
func (s *Server) componentSBOMs(w http.ResponseWriter, r *http.Request) error {
	if s.cfg.Blobs == nil {
		return noDatabase()
	}
	l, err := s.lookup(r)
	if err != nil {
		return err
	}
	depth, err := recursionDepth(r.URL.Query().Get("recursion_depth"))
	if err != nil {
		return err
	}
	root, err := l.id(r.Context(), s.cfg.Now())
	if err != nil {
		return err
	}
	tree, err := treeOf(r.Context(), l.finder, root, depth)
	if err != nil {
		return err
	}
	files, err := sbomFiles(s.core.QueryMetadata(r.Context(), tree.query()), tree)
	if err != nil {
		return err
	}
	done, err := s.download(r.Context())
	if err != nil {
		return err
	}
	defer done()
	setAttachment(w.Header(), "application/x-tar", root.Name+"_"+root.Version+".sboms.tar")
	w.Header().Set("Content-Encoding", "gzip")
	return sent(s.writeSBOMs(r.Context(), w, files))
}

// everywhere is a recursion depth without limit.
const everywhere = -1

func recursionDepth(text string) (int, error) {
	if text == "" {
		return everywhere, nil
	}
	depth, err := strconv.Atoi(text)
	if err != nil || depth < everywhere {
		return 0, badRequest("recursion_depth: want -1 for all, or how many references to follow, not %q", shorten(text))
	}
	return depth, nil
}

// treeOf resolves a component and those that are at most so many references away.
func treeOf(ctx context.Context, finder finders, root component.ID, depth int) (sbomTree, error) {
	if depth == 0 {
		d, err := finder.Descriptor(ctx, root)
		if err != nil {
			return nil, err
		}
		return newSBOMTree(func(yield func(*component.Descriptor) bool) { yield(d) }), nil
	}
	cfg := component.WalkConfig{MaxDepth: depth}
	if depth == everywhere || depth > component.DefaultMaxDepth {
		cfg.MaxDepth = 0
	}
	graph, err := walk(ctx, finder, root, cfg)
	if err != nil {
		return nil, err
	}
	return newSBOMTree(graph.Descriptors()), nil
}

// writeSBOMs writes a compressed tar whose bytes depend on its content only.
func (s *Server) writeSBOMs(ctx context.Context, w io.Writer, files []sbomFile) error {
	packed, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(packed)
	for _, file := range files {
		switch err := s.writeSBOM(ctx, archive, file); {
		case errors.Is(err, store.ErrNotFound):
			zerolog.Ctx(ctx).Warn().Str("digest", file.digest).Str("file", file.name).Msg("sbom missing")
		case err != nil:
			return fmt.Errorf("write %s: %w", file.name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return packed.Close()
}

func (s *Server) writeSBOM(ctx context.Context, archive *tar.Writer, file sbomFile) error {
	blob, content, err := s.cfg.Blobs.OpenBlob(ctx, file.digest)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }() // it was read only
	verified, err := store.NewBlobReader(blob, content)
	if err != nil {
		return err
	}
	if err := archive.WriteHeader(&tar.Header{Name: file.name, Size: blob.Size, Mode: 0o644, Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err = io.Copy(archive, verified)
	return err
}

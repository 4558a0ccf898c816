package client

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/opendeliverygear/odg/component"
)

const sbomsPath = "/components/sbom"

// SBOM is that of an artefact. It can be read until the next one is asked for.
type SBOM struct {
	io.Reader
	// Name has two parts, component version and artefact, with a slash between them and
	// none inside: acme.org_shop_1.0.0/web_ociImage.json.
	Name string
	Size int64 // in bytes
}

// SBOMs yields the SBOMs of all artefacts of a component version, and of what it refers
// to up to a depth, -1 for all, by name. Artefacts without one are left out. They come as
// a stream, of which an error is the last.
func (c Components) SBOMs(ctx context.Context, id component.ID, depth int) iter.Seq2[SBOM, error] {
	return func(yield func(SBOM, error) bool) {
		fail := func(err error) { yield(SBOM{}, fmt.Errorf("SBOMs of %s: %w", id, err)) }
		query := c.lookup.of(id)
		query.Set("recursion_depth", strconv.Itoa(depth))
		resp, err := c.client.do(ctx, call{method: http.MethodGet, path: sbomsPath, query: query, accept: "application/x-tar"})
		if err != nil {
			fail(err)
			return
		}
		defer func() { _ = resp.Body.Close() }()
		content := io.Reader(contextReader{ctx, resp.Body})
		if resp.Header.Get("Content-Encoding") == "gzip" { // else the transport has inflated it
			if content, err = gzip.NewReader(content); err != nil {
				fail(err)
				return
			}
		}
		for archive := tar.NewReader(content); ; {
			header, err := archive.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil && !(fs.ValidPath(header.Name) && filepath.IsLocal(header.Name) && strings.Count(header.Name, "/") == 1) {
				err = fmt.Errorf("the server names one %q", header.Name)
			}
			if err != nil {
				fail(err)
				return
			}
			if !yield(SBOM{archive, header.Name, header.Size}, nil) {
				return
			}
		}
	}
}

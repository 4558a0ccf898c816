package httpapi

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/opendeliverygear/odg/component"
)

// artefactBlob streams a local blob of a component version.
func (s *Server) artefactBlob(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	asked, err := readAsked(params)
	if err != nil {
		return err
	}
	finder, err := s.finder(r.Context(), params.Get("ocm_repository"), false)
	if err != nil {
		return err
	}
	d, err := lookup{finder: finder, name: asked.component.Name, version: asked.component.Version}.resolve(r.Context(), s.cfg.Now())
	if err != nil {
		return err
	}
	artefact, local, err := asked.find(d)
	if err != nil {
		return err
	}
	tag := `"` + strings.Join(local.Digests, "+") + `;unzip=` + strconv.FormatBool(asked.unzip) + `"`
	w.Header().Set("ETag", tag)
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	done, err := s.download(r.Context())
	if err != nil {
		return err
	}
	defer done()
	content := &parts{digests: local.Digests, open: func(digest string) (*component.Blob, error) {
		return finder.openBlob(r.Context(), d.ID, digest)
	}}
	defer content.Close()
	return s.sendBlob(w, content, blobFile{id: d.ID, artefact: artefact, mediaType: local.MediaType}, asked.unzip)
}

// sendBlob sends what content has. Small content is verified before the answer begins.
func (s *Server) sendBlob(w http.ResponseWriter, content *parts, file blobFile, unzip bool) error {
	if err := content.next(); err != nil {
		return err
	}
	packed := bufio.NewReaderSize(&limited{content, s.cfg.MaxArtefactBytes, s.cfg.MaxArtefactBytes}, chunk)
	size := content.size
	plain := io.Reader(packed)
	if start, _ := packed.Peek(2); unzip && isGzip(file.mediaType) && string(start) == "\x1f\x8b" {
		inflating, err := gzip.NewReader(packed)
		if err != nil {
			return ofRepository(fmt.Errorf("inflate %s: %w", file, err))
		}
		plain, size, file.inflated = &limited{inflating, s.cfg.MaxArtefactBytes, s.cfg.MaxArtefactBytes}, -1, true
	}
	if size > s.cfg.MaxArtefactBytes {
		return tooLong(s.cfg.MaxArtefactBytes)
	}
	out := bufio.NewReaderSize(plain, chunk)
	if _, err := out.Peek(chunk); err != nil && err != io.EOF {
		return ofRepository(fmt.Errorf("read %s: %w", file, err))
	}
	setAttachment(w.Header(), file.contentType(), file.name())
	w.Header().Set("Accept-Ranges", "none")
	if size >= 0 {
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	}
	w.WriteHeader(http.StatusOK)
	// What follows compressed content belongs to its digest, too.
	return sent(copyVerified(w, io.MultiReader(out, &nothing{packed})))
}

// download waits until there are not too many of them.
func (s *Server) download(ctx context.Context) (done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.IdleTimeout)
	defer cancel()
	select {
	case s.downloads <- struct{}{}:
		return func() { <-s.downloads }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for one of %d downloads to end: %w", cap(s.downloads), ctx.Err())
	}
}

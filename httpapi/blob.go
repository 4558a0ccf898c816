package httpapi

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"unicode/utf8"

	"github.com/opendeliverygear/odg/store"
)

const (
	blobPath = "/blob"
	// createdLayout is the form of the header Created.
	createdLayout = "02/01/06 15:04:05 -0700"
)

func (s *Server) putBlob(w http.ResponseWriter, r *http.Request) error {
	given, err := s.givenBlob(r)
	if err != nil {
		return err
	}
	body := &bodyReader{Reader: r.Body}
	stored, err := s.cfg.Blobs.PutBlob(r.Context(), given, body)
	if err != nil && body.err != nil {
		return body.err // also if the store has other words, as when the request ended with it
	}
	if err != nil {
		return blobError(err, given.Digest)
	}
	setBlobHeaders(w, stored, 0)
	w.WriteHeader(http.StatusOK)
	return nil
}

// givenBlob reads the headers of an upload.
func (s *Server) givenBlob(r *http.Request) (store.Blob, error) {
	blob := store.Blob{Size: r.ContentLength, MediaType: r.Header.Get("Content-Type"), Created: s.cfg.Now().UTC()}
	digest := r.Header.Get("Digest")
	switch {
	case s.cfg.Blobs == nil:
		return blob, noDatabase()
	case digest == "":
		return blob, badRequest("The Digest header is required.")
	case blob.MediaType == "":
		return blob, badRequest("The Content-Type header is required.")
	case blob.Size < 0, blob.Size == 0 && r.Header.Get("Content-Length") == "":
		return blob, badRequest("The Content-Length header is required.")
	case blob.Size > s.cfg.MaxBlobBytes:
		return blob, tooLarge(s.cfg.MaxBlobBytes)
	case !utf8.ValidString(blob.MediaType), utf8.RuneCountInString(blob.MediaType) > store.MaxMediaType:
		return blob, badRequest("Content-Type: want at most %d characters in UTF-8", store.MaxMediaType)
	}
	var err error
	if blob.Digest, err = store.ParseDigest(digest); err != nil {
		return blob, badRequest("Digest: %v", err)
	}
	return blob, nil
}

func (s *Server) blobInfo(w http.ResponseWriter, r *http.Request) error {
	digest, err := s.askedBlob(r)
	if err != nil {
		return err
	}
	blob, err := s.cfg.Blobs.FindBlob(r.Context(), digest)
	if err != nil {
		return blobError(err, digest)
	}
	setBlobHeaders(w, blob, blob.Size)
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Server) getBlob(w http.ResponseWriter, r *http.Request) error {
	digest, err := s.askedBlob(r)
	if err != nil {
		return err
	}
	blob, content, err := s.cfg.Blobs.OpenBlob(r.Context(), digest)
	if err != nil {
		return blobError(err, digest)
	}
	defer func() { _ = content.Close() }()
	setBlobHeaders(w, blob, blob.Size)
	w.WriteHeader(http.StatusOK)
	_, err = io.CopyBuffer(w, content, make([]byte, chunk))
	return sent(err)
}

func (s *Server) deleteBlob(w http.ResponseWriter, r *http.Request) error {
	digest, err := s.askedBlob(r)
	if err != nil {
		return err
	}
	if err := s.cfg.Blobs.DeleteBlob(r.Context(), digest); err != nil {
		return blobError(err, digest)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) askedBlob(r *http.Request) (string, error) {
	if s.cfg.Blobs == nil {
		return "", noDatabase()
	}
	text, err := required(r.URL.Query(), "digest")
	if err != nil {
		return "", err
	}
	digest, err := store.ParseDigest(text)
	if err != nil {
		return "", badRequest("digest: %v", err)
	}
	return digest, nil
}

func noDatabase() error { return &inactiveError{[]string{"delivery-db"}} }

// blobError finds the words for what a store says about a blob.
func blobError(err error, digest string) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return &statusError{http.StatusNotFound, "blob-not-found", "There is no blob with the digest " + digest + "."}
	case errors.Is(err, store.ErrDigest):
		return &statusError{http.StatusBadRequest, "wrong-digest", "The content does not have the digest " + digest + "; nothing was stored."}
	}
	return err
}

// setBlobHeaders sets the headers about a blob, of whose content length bytes follow.
// Its media type is whatever somebody once gave, so browsers must not run it as a
// page of this server.
func setBlobHeaders(w http.ResponseWriter, b store.Blob, length int64) {
	header := w.Header()
	header.Set("Digest", b.Digest)
	header.Set("Created", b.Created.UTC().Format(createdLayout))
	header.Set("Content-Type", b.MediaType)
	header.Set("Content-Length", strconv.FormatInt(length, 10))
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Security-Policy", "sandbox; default-src 'none'")
}

// bodyReader tells what is wrong with a body in the words of the server, and
// remembers it.
type bodyReader struct {
	io.Reader
	err error
}

func (b *bodyReader) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = bodyError(err)
		b.err = err
	}
	return n, err
}

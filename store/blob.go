package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"
)

// Blob describes content that is stored under its digest, such as an SBOM.
type Blob struct {
	// Digest is sha256: and 64 hexadecimal digits in lower case.
	Digest string
	// Size is the length of the content in bytes. For [Blobs.PutBlob] 0 means that
	// it is not known.
	Size int64
	// MediaType is what was given with the content, at most [MaxMediaType]
	// characters; if nothing was given, [DefaultMediaType].
	MediaType string
	// Created is when the content was first stored.
	Created time.Time
}

const (
	// MaxMediaType is how many characters of a media type fit into the database.
	MaxMediaType = 512
	// DefaultMediaType is that of content which may be anything.
	DefaultMediaType = "application/octet-stream"
)

// Blobs keeps content that is too large for an entry. Every implementation passes
// the suite RunBlobs of package storetest and is safe for concurrent use. Digests
// may have upper-case digits; one that [ParseDigest] refuses is refused by every
// method with its error.
type Blobs interface {
	// PutBlob reads content to its end and stores it under b.Digest, with
	// b.MediaType and b.Created. Content that has another digest, or another size
	// than b.Size unless that is 0, is an error that wraps [ErrDigest]. An error, of
	// the reader as well, leaves nothing behind.
	//
	// Content that is stored already is verified and stays as it is. The result
	// describes what is stored.
	PutBlob(ctx context.Context, b Blob, content io.Reader) (Blob, error)

	// FindBlob describes the blob with a digest. If there is none, the error wraps
	// [ErrNotFound].
	FindBlob(ctx context.Context, digest string) (Blob, error)

	// OpenBlob opens the content of the blob with a digest, which the caller closes.
	// If there is none, the error wraps [ErrNotFound]. Reading ends with ctx. A blob
	// that is deleted meanwhile is read to its end, or reading fails; it never just
	// ends early.
	OpenBlob(ctx context.Context, digest string) (Blob, io.ReadCloser, error)

	// DeleteBlob removes the blob with a digest. If there is none, the error wraps
	// [ErrNotFound].
	DeleteBlob(ctx context.Context, digest string) error
}

// ParseDigest returns a digest in lower case. If it is not sha256: and 64
// hexadecimal digits, the error says so and wraps [ErrDigest].
func ParseDigest(text string) (string, error) {
	algorithm, digits, ok := strings.Cut(text, ":")
	sum, err := hex.DecodeString(digits)
	switch {
	case !ok || algorithm == "":
		return "", fmt.Errorf("%w: %q is not of the form sha256:<64 hexadecimal digits>", ErrDigest, text)
	case algorithm != "sha256":
		return "", fmt.Errorf("%w: %q is made with %q, only sha256 is known", ErrDigest, text, algorithm)
	case err != nil || len(sum) != sha256.Size:
		return "", fmt.Errorf("%w: %q does not have 64 hexadecimal digits", ErrDigest, text)
	}
	return strings.ToLower(text), nil
}

// BlobReader reads the content of a blob and finds out whether it is that: at the
// end it returns an error that wraps [ErrDigest] in place of [io.EOF] if it is not.
// It is for those who implement [Blobs], or do not trust one, and for one goroutine.
type BlobReader struct {
	content io.Reader
	blob    Blob
	hash    hash.Hash
	size    int64
	err     error
}

// NewBlobReader reads content, which should be that of b. It returns the error of
// [ParseDigest] if b has no digest.
func NewBlobReader(b Blob, content io.Reader) (*BlobReader, error) {
	digest, err := ParseDigest(b.Digest)
	if err != nil {
		return nil, err
	}
	b.Digest, b.MediaType = digest, cmp.Or(b.MediaType, DefaultMediaType)
	return &BlobReader{content: content, blob: b, hash: sha256.New()}, nil
}

// Read implements [io.Reader].
func (r *BlobReader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.content.Read(p)
	r.hash.Write(p[:n])
	r.size += int64(n)
	switch err {
	case nil:
	case io.EOF:
		err = r.check()
	default: // nobody takes io.ErrUnexpectedEOF for that of io.ReadFull
		err = fmt.Errorf("read content: %w", err)
	}
	r.err = err
	return n, err
}

func (r *BlobReader) check() error {
	digest := "sha256:" + hex.EncodeToString(r.hash.Sum(nil))
	switch {
	case r.blob.Size != 0 && r.size != r.blob.Size:
		return fmt.Errorf("%w: the content of %s has %d bytes, not %d", ErrDigest, r.blob.Digest, r.size, r.blob.Size)
	case digest != r.blob.Digest:
		return fmt.Errorf("%w: the content has the digest %s, not %s", ErrDigest, digest, r.blob.Digest)
	}
	return io.EOF
}

// Blob describes what was read so far, as a store describes it.
func (r *BlobReader) Blob() Blob {
	b := r.blob
	b.Size = r.size
	return b
}

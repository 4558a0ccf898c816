package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/opendeliverygear/odg/store"
)

var _ store.Blobs = (*Client)(nil)

const (
	blobPath = "/blob"
	// createdLayout is the form of the header Created.
	createdLayout = "02/01/06 15:04:05 -0700"
)

// PutBlob implements [store.Blobs]. Content is streamed. If it is an [io.Seeker],
// such as an *os.File, the upload is tried again like every request; else it is
// sent once, and b.Size must be set unless the content is empty. The server knows
// best when it was created, and keeps whole seconds of it.
func (c *Client) PutBlob(ctx context.Context, b store.Blob, content io.Reader) (store.Blob, error) {
	digest, err := store.ParseDigest(b.Digest)
	if err != nil {
		return store.Blob{}, fmt.Errorf("put blob: %w", err)
	}
	b.Digest, b.MediaType = digest, cmp.Or(b.MediaType, store.DefaultMediaType)
	up, err := newUpload(content, b.Size)
	if err != nil {
		return store.Blob{}, fmt.Errorf("put blob %s: %w", digest, err)
	}
	resp, err := c.upload(ctx, b, up)
	if err != nil {
		return store.Blob{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	stored, err := blobOf(resp.Header)
	stored.Size = up.size // the length is that of the answer
	return stored, err
}

// FindBlob implements [store.Blobs].
func (c *Client) FindBlob(ctx context.Context, digest string) (store.Blob, error) {
	resp, err := c.aboutBlob(ctx, http.MethodHead, digest)
	if err != nil {
		return store.Blob{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	return blobOf(resp.Header)
}

// OpenBlob implements [store.Blobs]. Reading verifies the content, and returns an
// error that wraps [store.ErrDigest] in place of [io.EOF] if it is another one.
func (c *Client) OpenBlob(ctx context.Context, digest string) (store.Blob, io.ReadCloser, error) {
	resp, err := c.aboutBlob(ctx, http.MethodGet, digest)
	if err != nil {
		return store.Blob{}, nil, err
	}
	blob, err := blobOf(resp.Header)
	if err == nil {
		blob.Digest, err = store.ParseDigest(digest)
	}
	var content *store.BlobReader
	if err == nil {
		content, err = store.NewBlobReader(blob, contextReader{ctx, resp.Body})
	}
	if err != nil {
		_ = resp.Body.Close()
		return store.Blob{}, nil, err
	}
	return blob, struct {
		io.Reader
		io.Closer
	}{content, resp.Body}, nil
}

// contextReader ends with its context at once, not when the connection notices.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// DeleteBlob implements [store.Blobs]. An attempt whose answer was lost makes the
// next one say that there is no such blob.
func (c *Client) DeleteBlob(ctx context.Context, digest string) error {
	resp, err := c.aboutBlob(ctx, http.MethodDelete, digest)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// aboutBlob sends a request about the blob with a digest.
func (c *Client) aboutBlob(ctx context.Context, method, digest string) (*http.Response, error) {
	digest, err := store.ParseDigest(digest)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, blobPath, err)
	}
	resp, err := c.do(ctx, call{method: method, path: blobPath, query: url.Values{"digest": {digest}}})
	var answer *Error
	if errors.As(err, &answer) && answer.Status == http.StatusNotFound && answer.sentinel == nil {
		answer.sentinel = store.ErrNotFound // an answer to HEAD has no body to say so
	}
	return resp, err
}

// blobOf reads the headers about a blob.
func blobOf(h http.Header) (b store.Blob, err error) {
	b = store.Blob{Digest: h.Get("Digest"), MediaType: h.Get("Content-Type")}
	if b.Size, err = strconv.ParseInt(h.Get("Content-Length"), 10, 64); err != nil {
		return b, fmt.Errorf("read answer about a blob: header Content-Length: %w", err)
	}
	// Servers of old leave out the zone.
	for _, layout := range []string{createdLayout, "02/01/06 15:04:05 "} {
		if b.Created, err = time.Parse(layout, h.Get("Created")); err == nil {
			b.Created = b.Created.UTC()
			return b, nil
		}
	}
	return b, fmt.Errorf("read answer about a blob: header Created: %w", err)
}

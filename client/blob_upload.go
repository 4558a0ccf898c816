package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/opendeliverygear/odg/store"
)

// errUnknownSize says what PutBlob needs.
var errUnknownSize = errors.New("the size is unknown; set Blob.Size, or give an io.Seeker such as *os.File")

// upload sends content until it succeeds or no further attempt can help.
func (c *Client) upload(ctx context.Context, b store.Blob, up *upload) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		body, err := up.next(ctx)
		if err != nil {
			return nil, err
		}
		resp, err := c.uploadOnce(ctx, b, up.size, body)
		if failure := body.revoke(); failure != nil && err != nil {
			return nil, fmt.Errorf("%s %s: %w", http.MethodPost, blobPath, failure)
		}
		if err == nil {
			return resp, nil
		}
		if up.seeker == nil || attempt == c.cfg.Attempts || ctx.Err() != nil || !transient(err) {
			return nil, err
		}
		if err := pause(ctx, c.pause(attempt, err)); err != nil {
			return nil, err
		}
	}
}

func (c *Client) uploadOnce(ctx context.Context, b store.Blob, size int64, body io.Reader) (*http.Response, error) {
	req, err := c.request(ctx, call{method: http.MethodPost, path: blobPath})
	if err != nil {
		return nil, err
	}
	req.Body, req.GetBody, req.ContentLength = io.NopCloser(body), nil, size
	if size == 0 {
		req.Body = http.NoBody // else the length would not be sent
	}
	req.Header.Set("Digest", b.Digest)
	req.Header.Set("Content-Type", b.MediaType)
	return c.once(req)
}

// upload is content that is sent, more than once if it can be.
type upload struct {
	content io.Reader
	seeker  io.Seeker // nil if content can be read once only
	start   int64     // where the content begins
	size    int64
}

// newUpload finds out the size of content.
func newUpload(content io.Reader, size int64) (*upload, error) {
	if seeker, ok := content.(io.Seeker); ok {
		if start, err := seeker.Seek(0, io.SeekCurrent); err == nil { // pipes are files, too
			return seekableUpload(content, seeker, start, size)
		}
	}
	if size == 0 {
		switch n, err := io.ReadFull(content, make([]byte, 1)); {
		case n > 0:
			return nil, errUnknownSize
		case err != io.EOF:
			return nil, err
		}
	}
	return &upload{content: content, size: size}, nil
}

func seekableUpload(content io.Reader, seeker io.Seeker, start, size int64) (*upload, error) {
	end, err := seeker.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("find the size: %w", err)
	}
	if size != 0 && size != end-start {
		return nil, fmt.Errorf("%w: the content has %d bytes, not %d", store.ErrDigest, end-start, size)
	}
	return &upload{content: content, seeker: seeker, start: start, size: end - start}, nil
}

// next returns the content for the next attempt.
func (u *upload) next(ctx context.Context) (*revocable, error) {
	if u.seeker != nil {
		if _, err := u.seeker.Seek(u.start, io.SeekStart); err != nil {
			return nil, fmt.Errorf("read the content again: %w", err)
		}
	}
	return &revocable{content: contextReader{ctx, u.content}}, nil
}

// revocable is the body of one attempt. A transport may go on reading a body after
// its answer is there; the caller's reader must be out of its reach by then.
type revocable struct {
	mu      sync.Mutex
	content io.Reader
	revoked bool
	err     error // of content
}

var errRevoked = errors.New("the attempt is over")

func (r *revocable) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.revoked {
		return 0, errRevoked
	}
	n, err := r.content.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// revoke ends the attempt and returns the error of the content.
func (r *revocable) revoke() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.revoked = true
	return r.err
}

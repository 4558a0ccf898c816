package oci

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/ocimapping"
)

// OpenBlob implements [component.BlobOpener], for local blobs of a component version
// and for all that images consist of, after [Repository.ResolveImage]. Manifests are
// read before OpenBlob returns, other blobs are streams of the registry: they end
// with ctx, and with an error if nothing comes for some time. The media type is known
// of manifests, and of what a manifest that was opened before points to.
func (r *Repository) OpenBlob(ctx context.Context, id component.ID, digest string) (*component.Blob, error) {
	blob, err := r.openBlob(ctx, id, digest)
	if err != nil {
		return nil, r.fail(err, "open blob %s of component version %s", shorten(digest), id)
	}
	return blob, nil
}

func (r *Repository) openBlob(ctx context.Context, id component.ID, digest string) (*component.Blob, error) {
	if err := checkDigest(digest); err != nil {
		return nil, err
	}
	own, err := r.location.place(id.Name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, component.ErrNotFound)
	}
	if at, known := r.found.get(digest); known && at.place != own {
		// Whoever knows a digest may have said so: the component itself comes next.
		if blob, err := r.openAt(ctx, at, digest); !errors.Is(err, component.ErrNotFound) {
			return blob, err
		}
	} else if known {
		return r.openAt(ctx, at, digest)
	}
	blob, err := r.client.stream(ctx, own, digest)
	if errors.Is(err, component.ErrNotFound) {
		// OCI artefacts that are local blobs may be manifests beside that of the component.
		return r.openManifest(ctx, own, digest)
	}
	return blob, err
}

// openAt opens a blob or manifest whose place is known.
func (r *Repository) openAt(ctx context.Context, at blobPlace, digest string) (*component.Blob, error) {
	if ocimapping.IsManifestType(at.mediaType) {
		return r.openManifest(ctx, at.place, digest)
	}
	blob, err := r.client.stream(ctx, at.place, digest)
	if err == nil {
		blob.MediaType = at.mediaType
	}
	return blob, err
}

// openManifest opens a manifest or index, and remembers where its parts are.
func (r *Repository) openManifest(ctx context.Context, p place, digest string) (*component.Blob, error) {
	d, err := r.client.manifest(ctx, p, digest)
	if err != nil {
		return nil, err
	}
	m, err := ocimapping.Parse(d.data, digest)
	if err != nil {
		return nil, err
	}
	for _, part := range m.Parts() {
		if digestPattern.MatchString(part.Digest) {
			r.found.add(part.Digest, blobPlace{place: p, mediaType: shorten(part.MediaType)})
		}
	}
	return &component.Blob{
		ReadCloser: io.NopCloser(bytes.NewReader(d.data)), MediaType: d.mediaType, Digest: digest, Size: int64(len(d.data)),
	}, nil
}

// stream opens a blob of any size.
func (c *Client) stream(ctx context.Context, p place, digest string) (*component.Blob, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(c.cfg.Timeout, func() { cancel(late("no answer within %s", c.cfg.Timeout)) })
	response, err := c.send(ctx, http.MethodGet, p, p.url("blobs", digest), "")
	timer.Stop()
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err == nil && response.ContentLength > c.cfg.MaxBlobBytes {
		response.Body.Close()
		err = tooLarge("blob "+digest, c.cfg.MaxBlobBytes)
	}
	if err != nil {
		cancel(nil)
		return nil, err
	}
	body := &patient{ReadCloser: response.Body, ctx: ctx, cancel: cancel, idle: c.cfg.IdleTimeout}
	return &component.Blob{
		ReadCloser: verify(body, digest, c.cfg.MaxBlobBytes), Digest: digest, Size: response.ContentLength,
	}, nil
}

// steady is how many bytes must come in [Config].IdleTimeout, so that nobody holds a
// stream with a byte now and then.
const steady = 16 << 10

// patient is a stream that ends if hardly anything comes for some time. The time that
// its reader takes does not count.
type patient struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	idle   time.Duration
	read   int           // of the bytes that must come
	waited time.Duration // for them
}

func (s *patient) Read(p []byte) (int, error) {
	began, sent := time.Now(), s.read
	timer := time.AfterFunc(s.idle-s.waited, func() { s.cancel(late("the registry sent %d bytes in %s", sent, s.idle)) })
	n, err := s.ReadCloser.Read(p)
	timer.Stop()
	if s.read += n; s.read >= steady {
		s.read, s.waited = 0, 0
	} else {
		s.waited += time.Since(began)
	}
	if err != nil && err != io.EOF {
		if cause := context.Cause(s.ctx); cause != nil {
			err = cause
		}
		err = fmt.Errorf("read blob: %w", unavailable(err))
	}
	return n, err
}

func (s *patient) Close() error {
	err := s.ReadCloser.Close()
	s.cancel(nil)
	return err
}

package oci

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/ocimapping"
)

// acceptManifests are the media types that a registry may answer with.
var acceptManifests = strings.Join([]string{
	ocimapping.TypeManifest, ocimapping.TypeIndex, ocimapping.TypeDockerManifest, ocimapping.TypeDockerList,
}, ", ")

// document is what a registry answers, if it is small.
type document struct {
	data      []byte
	mediaType string
	digest    string // of data
	header    http.Header
}

// fetch reads a document. A connection that ends too early is tried again.
func (c *Client) fetch(ctx context.Context, p place, u *url.URL, accept string, limit int64) (document, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.Timeout, late("%s%s: no complete answer within %s", u.Host, u.Path, c.cfg.Timeout))
	defer cancel()
	again := retrying{retries: c.cfg.Retries, maxWait: c.cfg.MaxWait}
	for attempt := 0; ; attempt++ {
		d, err := c.fetchOnce(ctx, p, u, accept, limit)
		if err != nil && ctx.Err() != nil {
			return document{}, context.Cause(ctx)
		}
		if err == nil || attempt >= c.cfg.Retries || !truncated(err) {
			return d, err
		}
		if err := sleep(ctx, again.wait(attempt, nil)); err != nil {
			return document{}, err
		}
	}
}

func (c *Client) fetchOnce(ctx context.Context, p place, u *url.URL, accept string, limit int64) (document, error) {
	response, err := c.send(ctx, http.MethodGet, p, u, accept)
	if err != nil {
		return document{}, err
	}
	defer response.Body.Close()
	if response.ContentLength > limit {
		return document{}, tooLarge(u.Host+u.Path, limit)
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, limit+1))
	switch {
	case err != nil:
		return document{}, fmt.Errorf("read %s%s: %w", u.Host, u.Path, unavailable(err))
	case int64(len(data)) > limit:
		return document{}, tooLarge(u.Host+u.Path, limit)
	}
	mediaType, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")) // judged by who needs it
	return document{data, mediaType, digestOf(data), response.Header}, nil
}

// check compares the digest with what was asked for and with what the registry says.
func (d document) check(reference string) error {
	stated := d.header.Get("Docker-Content-Digest")
	switch {
	case digestPattern.MatchString(reference) && reference != d.digest:
		return mismatch(reference, d.digest)
	case digestPattern.MatchString(stated) && stated != d.digest:
		return mismatch(stated, d.digest)
	}
	return nil
}

// manifest reads a manifest or index by tag or digest.
func (c *Client) manifest(ctx context.Context, p place, reference string) (document, error) {
	d, err := c.fetch(ctx, p, p.url("manifests", reference), acceptManifests, c.cfg.MaxManifestBytes)
	if err == nil {
		err = d.check(reference)
	}
	if err != nil {
		return document{}, err
	}
	m, err := ocimapping.Parse(d.data, d.digest)
	switch {
	case !ocimapping.IsManifestType(d.mediaType):
		return document{}, fmt.Errorf("%s answers with the media type %q, want a manifest or index: %w", p.url("manifests", reference).Path, shorten(d.mediaType), component.ErrMalformed)
	case err != nil:
		return document{}, err
	case m.MediaType != "" && m.MediaType != d.mediaType:
		return document{}, fmt.Errorf("manifest %s is a %q, but the registry says a %q: %w", d.digest, shorten(m.MediaType), d.mediaType, component.ErrMalformed)
	}
	return d, nil
}

// blob reads a small blob.
func (c *Client) blob(ctx context.Context, p place, pointer ocimapping.Pointer, limit int64) ([]byte, error) {
	if err := checkDigest(pointer.Digest); err != nil {
		return nil, err
	}
	if pointer.Size > limit {
		return nil, fmt.Errorf("blob %s has %d bytes: %w", pointer.Digest, pointer.Size, tooLarge("it", limit))
	}
	d, err := c.fetch(ctx, p, p.url("blobs", pointer.Digest), "", limit)
	if err == nil {
		err = d.check(pointer.Digest)
	}
	if err != nil {
		return nil, err
	}
	if pointer.Size > 0 && pointer.Size != int64(len(d.data)) {
		return nil, fmt.Errorf("blob %s has %d bytes, the manifest says %d: %w", pointer.Digest, len(d.data), pointer.Size, component.ErrMalformed)
	}
	return d.data, nil
}

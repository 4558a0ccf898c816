package oci

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/ocimapping"
)

// ResolveImage implements [component.ImageResolver], for images in this registry and
// in others that may be contacted. A reference without a host is one in this
// registry. The error wraps [component.ErrNotFound] and [ErrHost] if the image is
// where we must not go.
//
// The blobs of images that were resolved are opened with [Repository.OpenBlob]. The
// repository remembers where the last few ten thousand of them are.
func (r *Repository) ResolveImage(ctx context.Context, reference string) (digest, mediaType string, err error) {
	digest, mediaType, err = r.resolve(ctx, reference)
	if errors.Is(err, ErrHost) {
		err = fmt.Errorf("%w: %w", err, component.ErrNotFound)
	}
	if err != nil {
		return "", "", r.fail(err, "image %s", shorten(reference))
	}
	return digest, mediaType, nil
}

func (r *Repository) resolve(ctx context.Context, text string) (digest, mediaType string, err error) {
	parsed, err := parseReference(text)
	if err != nil {
		return "", "", fmt.Errorf("%w: %w", err, component.ErrMalformed)
	}
	p, err := r.imagePlace(parsed)
	if err != nil {
		return "", "", err
	}
	name := parsed.tag
	if parsed.digest != "" {
		name = parsed.digest
	}
	if digest, mediaType, err = r.client.head(ctx, p, name); err != nil {
		return "", "", err
	}
	r.found.add(digest, blobPlace{place: p, mediaType: mediaType})
	return digest, mediaType, nil
}

// imagePlace returns the OCI repository of an image.
func (r *Repository) imagePlace(parsed reference) (place, error) {
	if parsed.host == "" || contacted(parsed.host) == contacted(r.location.Host) {
		return newPlace(r.location.Host, r.location.PlainHTTP, parsed.repository)
	}
	p, err := newPlace(parsed.host, matches(r.client.cfg.PlainHTTP, parsed.host), parsed.repository)
	if err == nil {
		err = r.client.allowed.host(hostPort(p.url("", "")))
	}
	return p, err
}

// head returns the digest and media type of a manifest without reading it, if the
// registry says them.
func (c *Client) head(ctx context.Context, p place, reference string) (digest, mediaType string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.Timeout, late("no answer within %s", c.cfg.Timeout))
	defer cancel()
	response, err := c.send(ctx, http.MethodHead, p, p.url("manifests", reference), acceptManifests)
	if err != nil {
		return "", "", err
	}
	discard(response.Body)
	digest = response.Header.Get("Docker-Content-Digest")
	mediaType, _, _ = mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case !digestPattern.MatchString(digest) || !ocimapping.IsManifestType(mediaType):
		d, err := c.manifest(ctx, p, reference)
		return d.digest, d.mediaType, err
	case digestPattern.MatchString(reference) && digest != reference:
		return "", "", mismatch(reference, digest)
	}
	return digest, mediaType, nil
}

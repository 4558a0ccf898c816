package oci

import (
	"context"
	"fmt"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/ocimapping"
)

// A Repository is an OCM repository in an OCI registry. It is safe for concurrent
// use and needs no closing.
type Repository struct {
	client   *Client
	location Location
	found    places
}

var _ component.Repository = (*Repository)(nil)

// Location returns where the repository is.
func (r *Repository) Location() Location { return r.location }

// Descriptor implements [component.Resolver]. The error wraps
// [component.ErrNotFound] if the registry has no such component version,
// [component.ErrMalformed] if it is not one, [component.ErrLimit] if it is too
// large, [ErrDigest] if it was altered, [ErrDenied] if it is not for us,
// [ErrHost] if the registry sends us where we must not go, and
// [component.ErrUnavailable] if the registry cannot be asked at present.
func (r *Repository) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	d, _, err := r.ReadDescriptor(ctx, id)
	return d, err
}

// RawDescriptor returns the document of a component version, YAML or JSON, byte for
// byte as it is stored. Errors are those of [Repository.Descriptor].
func (r *Repository) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	_, document, err := r.ReadDescriptor(ctx, id)
	return document, err
}

// ReadDescriptor returns what [Repository.Descriptor] and [Repository.RawDescriptor] do,
// with the requests of one of them. Errors are those of [Repository.Descriptor].
func (r *Repository) ReadDescriptor(ctx context.Context, id component.ID) (d *component.Descriptor, document []byte, err error) {
	document, layer, err := r.stored(ctx, id)
	if err == nil {
		if d, err = component.Decode(document); err != nil {
			err = fmt.Errorf("read descriptor layer %s: %w", layer, err)
		}
	}
	if err == nil {
		err = ocimapping.Confirm(d, id)
	}
	if err != nil {
		return nil, nil, r.fail(err, "component version %s", id)
	}
	return d, document, nil
}

// stored returns the document of a component version and the digest of its layer.
func (r *Repository) stored(ctx context.Context, id component.ID) (document []byte, layer string, err error) {
	p, err := r.location.place(id.Name)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", err, component.ErrNotFound)
	}
	tag := ocimapping.TagOf(id.Version)
	if !tagPattern.MatchString(tag) {
		return nil, "", fmt.Errorf("version %q cannot be a tag: %w", shorten(id.Version), component.ErrNotFound)
	}
	root, err := r.client.manifest(ctx, p, tag)
	if err != nil {
		return nil, "", fmt.Errorf("read manifest: %w", err)
	}
	pointer := ocimapping.Pointer{Digest: root.digest, MediaType: root.mediaType}
	return ocimapping.Document(id, pointer, source{ctx, r.client, p, root})
}

// source reads the parts of a component version whose first manifest is at hand.
type source struct {
	ctx    context.Context
	client *Client
	place  place
	root   document
}

func (s source) Manifest(p ocimapping.Pointer) ([]byte, error) {
	if p.Digest == s.root.digest {
		return s.root.data, nil
	}
	if err := checkDigest(p.Digest); err != nil {
		return nil, err
	}
	d, err := s.client.manifest(s.ctx, s.place, p.Digest)
	return d.data, err
}

func (s source) Blob(p ocimapping.Pointer) ([]byte, error) {
	return s.client.blob(s.ctx, s.place, p, s.client.cfg.MaxDescriptorBytes)
}

// fail adds to an error which repository it is about.
func (r *Repository) fail(err error, format string, args ...any) error {
	return fmt.Errorf("OCM repository %s: %s: %w", r.location, fmt.Sprintf(format, args...), err)
}

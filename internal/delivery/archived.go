package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/component/oci"
)

// archived is an archive, which may lack the images that its components refer to. They
// are read from the registries where they are, as far as these may be contacted.
type archived struct {
	*ctf.Archive
	registries *Registries

	mu   sync.Mutex
	used []*oci.Repository // in which images were found
}

// ResolveImage implements [component.ImageResolver].
func (a *archived) ResolveImage(ctx context.Context, reference string) (digest, mediaType string, err error) {
	digest, mediaType, err = a.Archive.ResolveImage(ctx, reference)
	if !errors.Is(err, component.ErrNotFound) {
		return digest, mediaType, err
	}
	host, named := hostOf(reference)
	if !named {
		return "", "", err
	}
	registry, elsewhere := a.registries.at(host)
	if elsewhere == nil {
		digest, mediaType, elsewhere = registry.ResolveImage(ctx, reference)
	}
	switch {
	case errors.Is(elsewhere, oci.ErrHost), errors.Is(elsewhere, component.ErrNotFound):
		return "", "", fmt.Errorf("%w; %w", err, elsewhere)
	case elsewhere != nil:
		return "", "", elsewhere
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !slices.Contains(a.used, registry) {
		a.used = append(a.used, registry)
	}
	return digest, mediaType, nil
}

// OpenBlob implements [component.BlobOpener], also for images of ResolveImage.
func (a *archived) OpenBlob(ctx context.Context, id component.ID, digest string) (*component.Blob, error) {
	blob, err := a.Archive.OpenBlob(ctx, id, digest)
	a.mu.Lock()
	used := slices.Clone(a.used)
	a.mu.Unlock()
	for _, registry := range used {
		if !errors.Is(err, component.ErrNotFound) {
			break
		}
		blob, err = registry.OpenBlob(ctx, id, digest)
	}
	return blob, err
}

// hostOf returns the host of an image reference; without one, the image is in no
// registry that is named (distribution reference grammar).
func hostOf(reference string) (host string, named bool) {
	if _, rest, found := strings.Cut(reference, "://"); found {
		reference = rest
	}
	host, _, found := strings.Cut(reference, "/")
	return strings.ToLower(host), found && (host == "localhost" || strings.ContainsAny(host, ".:"))
}

// at returns a repository at a host, for its images.
func (r *Registries) at(host string) (*oci.Repository, error) {
	return r.client.Repository(oci.Location{Host: host, PlainHTTP: slices.Contains(r.plain, host)})
}

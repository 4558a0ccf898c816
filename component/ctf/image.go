package ctf

import (
	"context"
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/component"
)

// ResolveImage implements [component.ImageResolver]. An archive holds an image if
// its index lists the repository exactly as the reference names it, host
// included, with the tag, or if it has a manifest with the digest.
func (a *Archive) ResolveImage(ctx context.Context, reference string) (digest, mediaType string, err error) {
	if err := ctx.Err(); err != nil {
		return "", "", err
	}
	digest, err = a.image(reference)
	if err != nil {
		return "", "", a.fail(err, "image %s", reference)
	}
	if mediaType = a.index.mediaTypes[digest]; mediaType == "" {
		m, err := a.manifest(digest)
		if err != nil {
			return "", "", a.fail(err, "image %s", reference)
		}
		mediaType = m.MediaType
	}
	return digest, mediaType, nil
}

func (a *Archive) image(reference string) (string, error) {
	if _, rest, found := strings.Cut(reference, "://"); found {
		reference = rest
	}
	reference, digest, pinned := strings.Cut(reference, "@")
	if pinned {
		return digest, a.exists(digest)
	}
	repository, tag := reference, "latest"
	if colon := strings.LastIndexByte(reference, ':'); colon > strings.LastIndexByte(reference, '/') {
		repository, tag = reference[:colon], reference[colon+1:]
	}
	found, err := a.index.find(repository, tag)
	return found.Digest, err
}

// exists returns an error that wraps component.ErrNotFound if there is no such blob.
func (a *Archive) exists(digest string) error {
	name, err := blobFile(digest)
	if err != nil {
		return fmt.Errorf("%w: %w", component.ErrNotFound, err)
	}
	content, _, err := a.files.open(name)
	if err != nil {
		return err
	}
	return content.Close()
}

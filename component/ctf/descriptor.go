package ctf

import (
	"context"
	"fmt"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/ocimapping"
)

// Descriptor implements [component.Resolver]. The error wraps
// [component.ErrNotFound] if the archive has no such component version,
// [component.ErrMalformed] if it is not one, and [ErrDigest] if it was altered.
func (a *Archive) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	if single := a.index.single; single != nil && single.ID == id && ctx.Err() == nil {
		return single, nil
	}
	d, _, err := a.descriptor(ctx, id)
	return d, err
}

// RawDescriptor returns the document of a component version, YAML or JSON, byte for
// byte as it is stored. Errors are those of [Archive.Descriptor].
func (a *Archive) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	_, document, err := a.descriptor(ctx, id)
	return document, err
}

// descriptor returns a descriptor with the document that it was read from.
func (a *Archive) descriptor(ctx context.Context, id component.ID) (d *component.Descriptor, document []byte, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	source := ""
	if document, source, err = a.stored(id); err == nil {
		if d, err = component.Decode(document); err != nil {
			err = fmt.Errorf("read %s: %w", source, err)
		}
	}
	if err == nil {
		err = ocimapping.Confirm(d, id)
	}
	if err != nil {
		return nil, nil, a.fail(err, "component version %s", id)
	}
	return d, document, nil
}

// stored returns the document of a component version, and where it was found.
func (a *Archive) stored(id component.ID) (document []byte, source string, err error) {
	if single := a.index.single; single != nil {
		if single.ID != id {
			return nil, "", fmt.Errorf("the archive holds %s only: %w", single.ID, component.ErrNotFound)
		}
		document, err = a.file(descriptorName)
		return document, descriptorName, err
	}
	found, err := a.index.find(ocimapping.Folder+id.Name, ocimapping.TagOf(id.Version))
	if err != nil {
		return nil, "", err
	}
	document, layer, err := ocimapping.Document(id, ocimapping.Pointer{Digest: found.Digest}, blobs{a})
	return document, "descriptor layer " + layer, err
}

// blobs are the blobs of an archive, where manifests are nothing special.
type blobs struct{ archive *Archive }

func (b blobs) Manifest(p ocimapping.Pointer) ([]byte, error) { return b.archive.document(p.Digest) }

func (b blobs) Blob(p ocimapping.Pointer) ([]byte, error) { return b.archive.document(p.Digest) }

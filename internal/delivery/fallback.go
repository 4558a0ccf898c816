package delivery

import (
	"context"
	"errors"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/mapped"
)

// fallback looks component versions up in a repository, and those that it lacks in
// another. The versions of a component are those of the first.
type fallback struct {
	mapped.Repository
	then mapped.Repository
}

// Descriptor implements [component.Resolver].
func (f *fallback) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	return either(f, func(r mapped.Repository) (*component.Descriptor, error) { return r.Descriptor(ctx, id) })
}

// RawDescriptor returns the document of Descriptor.
func (f *fallback) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	return either(f, func(r mapped.Repository) ([]byte, error) { return r.RawDescriptor(ctx, id) })
}

// OpenBlob implements [component.BlobOpener].
func (f *fallback) OpenBlob(ctx context.Context, id component.ID, digest string) (*component.Blob, error) {
	return either(f, func(r mapped.Repository) (*component.Blob, error) { return r.OpenBlob(ctx, id, digest) })
}

// either asks the second repository for what the first lacks. If both lack it, the
// error says where it was looked for.
func either[T any](f *fallback, ask func(mapped.Repository) (T, error)) (T, error) {
	found, err := ask(f.Repository)
	if !errors.Is(err, component.ErrNotFound) {
		return found, err
	}
	found, again := ask(f.then)
	if errors.Is(again, component.ErrNotFound) {
		return found, errors.Join(err, again)
	}
	return found, again
}

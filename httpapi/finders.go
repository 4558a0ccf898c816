package httpapi

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/component"
)

// RawDescriptors is a [component.VersionFinder] that also has the documents as they
// are stored. For components of one that is none, raw=true is refused.
type RawDescriptors interface {
	// RawDescriptor returns a document byte for byte. Errors are those of
	// [component.Resolver].
	RawDescriptor(ctx context.Context, id component.ID) ([]byte, error)
}

// Unfiltered is a [component.VersionFinder] whose Versions leave out what the
// configuration does. It is asked for all of them by requests that bring a
// version_filter of their own, which replaces that of the configuration.
type Unfiltered interface {
	// AllVersions is Versions without any filter.
	AllVersions(ctx context.Context, name string) ([]string, error)
}

// Uncached is a [component.VersionFinder] that remembers what it was asked. Requests
// with raw or ignore_cache ask what is behind it.
type Uncached interface {
	// Uncached returns a finder of the same that remembers nothing.
	Uncached() component.VersionFinder
}

// finders asks one after the other.
type finders []component.VersionFinder

// uncached are the same, without what they remember.
func (f finders) uncached() finders {
	return each(f, func(finder component.VersionFinder) component.VersionFinder {
		if remembering, ok := finder.(Uncached); ok {
			return remembering.Uncached()
		}
		return finder
	})
}

// Descriptor returns the first that is found.
func (f finders) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	return firstOf(f, id, func(finder component.VersionFinder) (*component.Descriptor, error) {
		return finder.Descriptor(ctx, id)
	})
}

// rawDescriptor returns the document of the one that Descriptor returns.
func (f finders) rawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	return firstOf(f, id, func(finder component.VersionFinder) ([]byte, error) {
		if source, ok := finder.(RawDescriptors); ok {
			return source.RawDescriptor(ctx, id)
		}
		if _, err := finder.Descriptor(ctx, id); err != nil {
			return nil, err
		}
		return nil, badRequest("raw: the repository of %s does not keep component descriptors as they were written", id)
	})
}

// openBlob opens the blob of the first that has it: wherever it comes from, it is
// verified.
func (f finders) openBlob(ctx context.Context, id component.ID, digest string) (*component.Blob, error) {
	return firstOf(f, id, func(finder component.VersionFinder) (*component.Blob, error) {
		if source, ok := finder.(component.BlobOpener); ok {
			return source.OpenBlob(ctx, id, digest)
		}
		return nil, fmt.Errorf("the repository of component version %s has descriptors only: %w", id, component.ErrNotFound)
	})
}

// firstOf asks until something is found. If nothing is, the error is theirs, as they
// know where they have looked.
func firstOf[T any](f finders, id component.ID, ask func(component.VersionFinder) (T, error)) (none T, missing error) {
	for _, finder := range f {
		found, err := ask(finder)
		switch {
		case !errors.Is(err, component.ErrNotFound):
			return found, ofRepository(err)
		case missing == nil:
			missing = err
		default:
			missing = fmt.Errorf("%w; %w", missing, err)
		}
	}
	if missing == nil {
		missing = fmt.Errorf("component version %s: %w: there are no repositories", id, component.ErrNotFound)
	}
	return none, missing
}

// Versions returns those of all, each once.
func (f finders) Versions(ctx context.Context, name string) ([]string, error) {
	return f.versions(ctx, name, false)
}

// versions returns those of all, each once, or even those that they leave out.
func (f finders) versions(ctx context.Context, name string, unfiltered bool) ([]string, error) {
	var all []string
	for _, finder := range f {
		list := finder.Versions
		if filtering, ok := finder.(Unfiltered); ok && unfiltered {
			list = filtering.AllVersions
		}
		versions, err := list(ctx, name)
		if err != nil {
			return nil, ofRepository(err)
		}
		all = append(all, versions...)
	}
	slices.SortFunc(all, component.CompareVersions)
	return slices.Compact(all), nil
}

// repositoryError is what went wrong in a repository, such as content that is not what
// its digest says. It is not the fault of this server.
type repositoryError struct{ err error }

func (e *repositoryError) Error() string { return e.err.Error() }
func (e *repositoryError) Unwrap() error { return e.err }

func ofRepository(err error) error {
	if err == nil {
		return nil
	}
	return &repositoryError{err}
}

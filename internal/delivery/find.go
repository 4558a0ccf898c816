package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/component"
)

// Find returns the first repository that has a component version, the places that the
// configuration names before those that are mapped. One that fails does not keep the
// others from being asked; if none of them has the version, the error wraps those of all
// that failed, or else [component.ErrNotFound].
func (r *Repositories) Find(ctx context.Context, id component.ID) (Repository, error) {
	var faults []error
	var asked []string
	for _, s := range r.sources {
		if !s.Holds(id.Name) || slices.Contains(asked, s.Repository) {
			continue
		}
		asked = append(asked, s.Repository)
		repository, err := r.open(s.Repository)
		if err == nil {
			_, err = repository.Descriptor(ctx, id)
		}
		switch {
		case err == nil:
			return repository, nil
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case !errors.Is(err, component.ErrNotFound):
			faults = append(faults, err)
		}
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("component version %s: %w", id, errors.Join(faults...))
	}
	if len(asked) == 0 {
		return nil, fmt.Errorf("component version %s: %w: no OCM repository is configured for components of this name", id, component.ErrNotFound)
	}
	return nil, fmt.Errorf("component version %s: %w in %s", id, component.ErrNotFound, strings.Join(asked, ", "))
}

// Descriptor implements [component.Resolver], in the repository of Find.
func (r *Repositories) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	repository, err := r.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	return repository.Descriptor(ctx, id)
}

// RawDescriptor returns the document of a component version byte for byte.
func (r *Repositories) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	repository, err := r.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	return repository.RawDescriptor(ctx, id)
}

// OpenBlob implements [component.BlobOpener], in the repository of Find.
func (r *Repositories) OpenBlob(ctx context.Context, id component.ID, digest string) (*component.Blob, error) {
	repository, err := r.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	return repository.OpenBlob(ctx, id, digest)
}

// Versions implements [component.VersionLister]: those of all repositories, as far as
// their mappings pick them. A place that is no repository does not count. If a
// repository fails, so does Versions: a list that lacks some would look whole.
func (r *Repositories) Versions(ctx context.Context, name string) ([]string, error) {
	return r.versions(ctx, name, true)
}

// AllVersions is Versions without the filters of the mappings, for requests that bring
// one of their own.
func (r *Repositories) AllVersions(ctx context.Context, name string) ([]string, error) {
	return r.versions(ctx, name, false)
}

func (r *Repositories) versions(ctx context.Context, name string, filtered bool) ([]string, error) {
	var all []string
	for _, s := range r.sources {
		if !s.Holds(name) {
			continue
		}
		repository, err := r.open(s.Repository)
		if err != nil {
			continue // told whoever asks for that place
		}
		versions, err := repository.Versions(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, version := range versions {
			if !filtered || s.Versions.Picks(version) {
				all = append(all, version)
			}
		}
	}
	slices.SortFunc(all, component.CompareVersions)
	return slices.Compact(all), nil
}

package mapped

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/corecfg"
)

// Repository is what is asked of each repository. The archives of component/ctf and
// the repositories of component/oci are such.
type Repository interface {
	component.VersionFinder
	component.BlobOpener
	// RawDescriptor returns the document of a component version byte for byte.
	// Errors are those of [component.Resolver].
	RawDescriptor(ctx context.Context, id component.ID) ([]byte, error)
}

// Open opens the repository at a place, as the mappings write it.
type Open func(place string) (Repository, error)

// A Finder finds component versions in repositories that have an order. Make one
// with [New]. It is safe for concurrent use, if its repositories are.
type Finder struct {
	sources []source
}

var _ Repository = (*Finder)(nil)

// source is a repository, and what it is asked for.
type source struct {
	corecfg.OCIMapping
	from Repository
}

// New returns a Finder over the repositories that requested stands for, see
// [corecfg.Mappings.Resolve]; empty is [corecfg.Auto]. Each of them is opened once.
// The error joins those of all that cannot be opened. Without any repository nothing
// is found.
func New(mappings *corecfg.Mappings, requested string, open Open) (*Finder, error) {
	resolved := mappings.Resolve(requested)
	f := &Finder{}
	opened := map[string]Repository{}
	var faults []error
	for _, mapping := range resolved {
		from, done := opened[mapping.Repository]
		if !done {
			var err error
			if from, err = open(mapping.Repository); err != nil {
				faults = append(faults, fmt.Errorf("open OCM repository %s: %w", mapping.Repository, err))
			}
			opened[mapping.Repository] = from
		}
		f.sources = append(f.sources, source{mapping, from})
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return f, nil
}

// Descriptor implements [component.Resolver]: the first repository wins that can have
// components of the name and has the version. Version filters do not apply to a
// version that is asked for. If a repository fails, those after it are not asked, as
// they could have something else under the same name. Errors name the repositories
// that were asked, and wrap theirs.
func (f *Finder) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	return first(f, id, func(r Repository) (*component.Descriptor, error) { return r.Descriptor(ctx, id) })
}

// RawDescriptor returns the document of the component version that [Finder.Descriptor]
// returns, byte for byte.
func (f *Finder) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	return first(f, id, func(r Repository) ([]byte, error) { return r.RawDescriptor(ctx, id) })
}

// OpenBlob implements [component.BlobOpener]: the blob is that of the first repository
// that can have components of the name and has it. Whichever that is, the content is
// what the digest says.
func (f *Finder) OpenBlob(ctx context.Context, id component.ID, digest string) (*component.Blob, error) {
	blob, err := first(f, id, func(r Repository) (*component.Blob, error) { return r.OpenBlob(ctx, id, digest) })
	if err != nil {
		return nil, fmt.Errorf("open blob %s: %w", digest, err)
	}
	return blob, nil
}

// Unfiltered returns a Finder over the same repositories, whose version filters do not
// apply: for those who bring a filter of their own.
func (f *Finder) Unfiltered() *Finder {
	all := &Finder{sources: slices.Clone(f.sources)}
	for i := range all.sources {
		all.sources[i].OCIMapping.Versions = corecfg.VersionFilter{}
	}
	return all
}

func first[T any](f *Finder, id component.ID, ask func(Repository) (T, error)) (none T, err error) {
	var asked []string
	for _, s := range f.holding(id.Name) {
		if slices.Contains(asked, s.Repository) {
			continue // mapped again, with another version filter
		}
		found, err := ask(s.from)
		switch {
		case err == nil:
			return found, nil
		case !errors.Is(err, component.ErrNotFound):
			return none, named(s.Repository, err)
		}
		asked = append(asked, s.Repository)
	}
	if len(asked) == 0 {
		return none, fmt.Errorf("component version %s: %w: no OCM repository is mapped for components of this name", id, component.ErrNotFound)
	}
	return none, fmt.Errorf("component version %s: %w in %s", id, component.ErrNotFound, strings.Join(asked, ", "))
}

// named adds to an error which repository it is about, unless it says so.
func named(place string, err error) error {
	if strings.Contains(err.Error(), place) {
		return err
	}
	return fmt.Errorf("OCM repository %s: %w", place, err)
}

// Versions implements [component.VersionLister]: the versions of all repositories that
// can have components of the name, as far as the filter of each picks them. If one of
// the repositories fails, so does Versions: a list that lacks some would look whole.
func (f *Finder) Versions(ctx context.Context, name string) ([]string, error) {
	listed := map[string][]string{}
	var all []string
	for _, s := range f.holding(name) {
		versions, done := listed[s.Repository]
		if !done {
			var err error
			if versions, err = s.from.Versions(ctx, name); err != nil {
				return nil, named(s.Repository, err)
			}
			listed[s.Repository] = versions
		}
		for _, version := range versions {
			if s.OCIMapping.Versions.Picks(version) {
				all = append(all, version)
			}
		}
	}
	slices.SortFunc(all, component.CompareVersions)
	return slices.Compact(all), nil
}

// holding returns the sources that can have components of a name.
func (f *Finder) holding(name string) (holding []source) {
	for _, s := range f.sources {
		if s.Holds(name) {
			holding = append(holding, s)
		}
	}
	return holding
}

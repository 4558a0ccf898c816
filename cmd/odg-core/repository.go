package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

// archives are searched one after the other.
type archives []*ctf.Archive

func openArchives(paths []string) (archives, error) {
	var all archives
	for _, path := range paths {
		archive, err := ctf.Open(path, ctf.Config{})
		if err != nil {
			return nil, errors.Join(err, all.Close())
		}
		all = append(all, archive)
	}
	return all, nil
}

// Descriptor returns the first that is found.
func (a archives) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	for _, archive := range a {
		d, err := archive.Descriptor(ctx, id)
		if !errors.Is(err, component.ErrNotFound) {
			return d, err
		}
	}
	return nil, fmt.Errorf("component version %s: %w in %d archives", id, component.ErrNotFound, len(a))
}

// RawDescriptor returns the document of the first that is found.
func (a archives) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	for _, archive := range a {
		document, err := archive.RawDescriptor(ctx, id)
		if !errors.Is(err, component.ErrNotFound) {
			return document, err
		}
	}
	return nil, fmt.Errorf("component version %s: %w in %d archives", id, component.ErrNotFound, len(a))
}

// Versions returns those of all archives, each once.
func (a archives) Versions(ctx context.Context, name string) ([]string, error) {
	var all []string
	for _, archive := range a {
		versions, err := archive.Versions(ctx, name)
		if err != nil {
			return nil, err
		}
		all = append(all, versions...)
	}
	slices.SortFunc(all, component.CompareVersions)
	return slices.Compact(all), nil
}

// Close closes the archives.
func (a archives) Close() error {
	var errs []error
	for _, archive := range a {
		errs = append(errs, archive.Close())
	}
	return errors.Join(errs...)
}

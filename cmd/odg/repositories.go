package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/enumerator"
)

// repositories opens the archives that a configuration names, each once.
type repositories struct {
	dir string // to which paths are relative

	mu      sync.Mutex
	opened  map[string]opened // by path
	order   []string          // of paths, as they were named
	retired []retired         // in the order of their times
}

type opened struct {
	archive *ctf.Archive // nil if there is an err
	err     error
	stamp   string
}

func newRepositories(dir string) *repositories {
	return &repositories{dir: dir, opened: map[string]opened{}}
}

// Repository returns the archive that an ocm_repo_url names.
func (r *repositories) Repository(_ context.Context, url string) (enumerator.Repository, error) {
	path, err := archivePath(url)
	if err != nil {
		return nil, err
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.dir, path)
	}
	archive, err := r.open(path)
	if err != nil {
		return nil, err // not a nil archive in an interface
	}
	return archive, nil
}

func (r *repositories) open(path string) (*ctf.Archive, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o, ok := r.opened[path]
	if !ok {
		o = openArchive(path)
		r.opened[path] = o
		r.order = append(r.order, path)
	}
	return o.archive, o.err
}

// inUse returns the archives that could be opened, in the order in which the
// configuration first named them.
func (r *repositories) inUse() []*ctf.Archive {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []*ctf.Archive
	for _, path := range r.order {
		if o := r.opened[path]; o.err == nil {
			all = append(all, o.archive)
		}
	}
	return all
}

// archivePath accepts what names an archive: ./delivery.ctf, /srv/delivery.tgz,
// delivery.tar, ctf::delivery.
func archivePath(url string) (string, error) {
	if path, ok := strings.CutPrefix(url, "ctf::"); ok && path != "" {
		return path, nil
	}
	switch {
	case url == "":
		return "", errors.New("ocm_repo_url is missing; name a CTF archive, such as ./delivery.tgz")
	case strings.HasPrefix(url, "."), filepath.IsAbs(url):
		return url, nil
	case strings.HasSuffix(url, ".ctf"), strings.HasSuffix(url, ".tar"), strings.HasSuffix(url, ".tgz"), strings.HasSuffix(url, ".tar.gz"):
		return url, nil
	}
	return "", fmt.Errorf("ocm_repo_url %q is not a CTF archive; this version reads archives only, write ./PATH or ctf::PATH", url)
}

// Find returns the first archive that holds a component version. Archives are
// asked in the order in which the configuration first named them.
func (r *repositories) Find(ctx context.Context, id component.ID) (component.Repository, error) {
	archives := r.inUse()
	for _, archive := range archives {
		_, err := archive.Descriptor(ctx, id)
		if err == nil {
			return archive, nil
		}
		if !errors.Is(err, component.ErrNotFound) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("component version %s: %w in %s", id, component.ErrNotFound, count(len(archives), "archive"))
}

// byArtefact finds the archive that holds an artefact, for scanners.
type byArtefact struct{ *repositories }

// Repository returns the archive that holds the component version of id.
func (r byArtefact) Repository(ctx context.Context, id artefact.ID) (component.Repository, error) {
	return r.Find(ctx, component.ID{Name: artefact.Text(id.ComponentName), Version: artefact.Text(id.ComponentVersion)})
}

// Descriptor resolves a component version in any of the archives.
func (r *repositories) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	repository, err := r.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	return repository.Descriptor(ctx, id)
}

// RawDescriptor returns the document of a component version as it is stored.
func (r *repositories) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	repository, err := r.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	archive, ok := repository.(*ctf.Archive)
	if !ok {
		return nil, fmt.Errorf("component version %s: its repository tells no documents", id)
	}
	return archive.RawDescriptor(ctx, id)
}

// Versions returns those of all archives, each once.
func (r *repositories) Versions(ctx context.Context, name string) ([]string, error) {
	var all []string
	for _, archive := range r.inUse() {
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
func (r *repositories) Close() error {
	var all []error
	for _, archive := range r.inUse() {
		all = append(all, archive.Close())
	}
	for _, old := range r.retired {
		all = append(all, old.archive.Close())
	}
	return errors.Join(all...)
}

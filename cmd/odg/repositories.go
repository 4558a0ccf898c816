package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
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

	mu     sync.Mutex
	opened map[string]opened
	order  []*ctf.Archive
}

type opened struct {
	archive *ctf.Archive
	err     error
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
	if o, ok := r.opened[path]; ok {
		return o.archive, o.err
	}
	archive, err := ctf.Open(path, ctf.Config{})
	r.opened[path] = opened{archive, err}
	if err == nil {
		r.order = append(r.order, archive)
	}
	return archive, err
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
	r.mu.Lock()
	archives := append([]*ctf.Archive(nil), r.order...)
	r.mu.Unlock()
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

// Close closes the archives.
func (r *repositories) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []error
	for _, archive := range r.order {
		all = append(all, archive.Close())
	}
	return errors.Join(all...)
}

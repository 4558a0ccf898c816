package delivery

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/opendeliverygear/odg/component/ctf"
)

// retireAfter is how long an archive that was replaced stays open for who began to
// read it: longer than any scan may take.
const retireAfter = 2 * time.Hour

// Archives opens archives, each once. They stay open until Close, as somebody may still
// read what an earlier configuration named. The zero Archives is ready, has paths
// relative to the working directory, and is safe for concurrent use.
type Archives struct {
	// Dir is the folder to which paths are relative.
	Dir string

	mu      sync.Mutex
	opened  map[string]opened // by path
	retired []retired         // in the order of their times
}

type opened struct {
	archive *ctf.Archive // nil if there is an err
	err     error
	stamp   string
}

// retired is an archive that was replaced.
type retired struct {
	archive *ctf.Archive
	at      time.Time
}

// Open returns the archive at a path. The error of one that does not open stays until
// Refresh.
func (a *Archives) Open(path string) (*ctf.Archive, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(a.Dir, path)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	o, ok := a.opened[path]
	if !ok {
		o = openArchive(path)
		if a.opened == nil {
			a.opened = map[string]opened{}
		}
		a.opened[path] = o
	}
	return o.archive, o.err
}

// Refresh opens the archives again that have changed on disk, or that could not be
// opened before. Who reads one that was replaced can go on for two hours. Call it from
// one goroutine at a time.
func (a *Archives) Refresh() {
	a.mu.Lock()
	known := maps.Clone(a.opened)
	a.mu.Unlock()
	for path, o := range known {
		if o.err != nil || o.stamp != stamp(path) {
			a.replace(path, openArchive(path))
		}
	}
	a.closeRetired(time.Now().Add(-retireAfter))
}

// replace puts another archive in the place of one, which stays open for now.
func (a *Archives) replace(path string, by opened) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if old := a.opened[path].archive; old != nil {
		a.retired = append(a.retired, retired{old, time.Now()})
	}
	a.opened[path] = by
}

// closeRetired closes the archives that were replaced before a time.
func (a *Archives) closeRetired(before time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.retired) > 0 && a.retired[0].at.Before(before) {
		_ = a.retired[0].archive.Close() // it was only read
		a.retired = a.retired[1:]
	}
}

// Close closes all archives.
func (a *Archives) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []error
	for _, o := range a.opened {
		if o.archive != nil {
			all = append(all, o.archive.Close())
		}
	}
	for _, old := range a.retired {
		all = append(all, old.archive.Close())
	}
	a.opened, a.retired = nil, nil
	return errors.Join(all...)
}

func openArchive(path string) opened {
	before := stamp(path) // taken first, so that no change is missed
	archive, err := ctf.Open(path, ctf.Config{})
	return opened{archive, err, before}
}

// stamp changes whenever what an archive holds does: size and time of its file, or
// of the indexes in its folder.
func stamp(path string) string {
	var all []string
	for _, name := range []string{"", "artifact-index.json", "component-descriptor.yaml"} {
		if info, err := os.Stat(filepath.Join(path, name)); err == nil {
			all = append(all, fmt.Sprint(info.Size(), info.ModTime().UnixNano()))
		}
	}
	return strings.Join(all, "|")
}

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/component/ctf"
)

// retireAfter is how long an archive that was replaced stays open for who began to
// read it: longer than any scan may take.
const retireAfter = 2 * time.Hour

// retired is an archive that was replaced.
type retired struct {
	archive *ctf.Archive
	at      time.Time
}

// refresh opens the archives again that have changed on disk, or that could not be
// opened before. Call it from one goroutine at a time; others read meanwhile.
func (r *repositories) refresh() {
	r.mu.Lock()
	known := maps.Clone(r.opened)
	r.mu.Unlock()
	for path, o := range known {
		if o.err != nil || o.stamp != stamp(path) {
			r.replace(path, openArchive(path))
		}
	}
	r.closeRetired(time.Now().Add(-retireAfter))
}

// replace puts another archive in the place of one, which stays open for now.
func (r *repositories) replace(path string, by opened) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.opened[path].archive; old != nil {
		r.retired = append(r.retired, retired{old, time.Now()})
	}
	r.opened[path] = by
}

// closeRetired closes the archives that were replaced before a time.
func (r *repositories) closeRetired(before time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.retired) > 0 && r.retired[0].at.Before(before) {
		_ = r.retired[0].archive.Close() // it was only read
		r.retired = r.retired[1:]
	}
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

package rescore

import (
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
)

// Package is a package of an artefact, in all the versions that findings are
// shown together for.
type Package struct {
	Artefact artefact.ID
	Name     string
	Versions []string // known versions, in any order
	// LastUpdate is when the scanner last wrote the findings. Write-backs before
	// that are in effect already.
	LastUpdate metadata.Timestamp
}

// writeback is what both kinds of write-backs say of the package.
type writeback struct {
	PackageName        string  `json:"package_name"`
	PackageVersion     *string `json:"package_version"`
	PackageVersionFrom *string `json:"package_version_from"`
}

// PendingWritebacks returns those of the write-backs that correct package p at
// the scanner and were created after its findings were last written, in their
// order. One without a package version holds for all versions. The results point
// into writebacks.
func PendingWritebacks(p Package, writebacks []metadata.Entry, o Options) []*metadata.Entry {
	scanned, err := p.LastUpdate.Time()
	var pending []*metadata.Entry
	for i := range writebacks {
		w := &writebacks[i]
		if w.Meta.Type != metadata.TypeWriteback || !o.Covers(w.Artefact, p.Artefact) || !corrects(w, p) {
			continue
		}
		if created, errCreated := w.Meta.CreationDate.Time(); err == nil && (errCreated != nil || !created.After(scanned)) {
			continue
		}
		pending = append(pending, w)
	}
	return pending
}

func corrects(e *metadata.Entry, p Package) bool {
	var w writeback
	if e.Data.Decode(&w) != nil || w.PackageName != p.Name {
		return false
	}
	version := w.PackageVersion
	if version == nil {
		version = w.PackageVersionFrom
	}
	return version == nil || slices.Contains(p.Versions, *version)
}

package ctf

import (
	"context"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/ocimapping"
)

// Versions implements [component.VersionLister]. Tags that are no versions, such
// as "latest", are left out.
func (a *Archive) Versions(ctx context.Context, name string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if single := a.index.single; single != nil {
		if single.Name != name {
			return nil, nil
		}
		return []string{single.Version}, nil
	}
	var versions []string
	for tag, found := range a.index.tagged[ocimapping.Folder+name] {
		if version := a.version(name, tag, found); component.IsVersion(version) {
			versions = append(versions, version)
		}
	}
	slices.SortFunc(versions, component.CompareVersions)
	return slices.Compact(versions), nil
}

// version returns the version that a tag stands for. Where the tag leaves that
// open, the manifest decides, if it can be read.
func (a *Archive) version(name, tag string, found artifact) string {
	version, ambiguous := ocimapping.VersionOf(tag)
	if !ambiguous {
		return version
	}
	m, err := a.manifest(found.Digest)
	if err != nil {
		return version
	}
	if stated, ok := m.Version(name, tag); ok {
		return stated
	}
	return version
}

func (a *Archive) manifest(digest string) (*ocimapping.Manifest, error) {
	data, err := a.document(digest)
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	return ocimapping.Parse(data, digest)
}

package component

import (
	"context"
	"fmt"
	"slices"
)

// Memory finds descriptors that the caller already has, such as those of a build
// that is not published yet. It is a [VersionFinder], does not change, and is safe
// for concurrent use.
type Memory struct {
	byID     map[ID]*Descriptor
	versions map[string][]string
}

var _ VersionFinder = (*Memory)(nil)

// NewMemory makes a Memory of descriptors, which must not change afterwards. Of
// several of one component version the last one counts.
func NewMemory(descriptors ...*Descriptor) *Memory {
	m := &Memory{byID: map[ID]*Descriptor{}, versions: map[string][]string{}}
	for _, d := range descriptors {
		if m.byID[d.ID] == nil {
			m.versions[d.Name] = append(m.versions[d.Name], d.Version)
		}
		m.byID[d.ID] = d
	}
	for _, versions := range m.versions {
		slices.SortFunc(versions, CompareVersions)
	}
	return m
}

// Descriptor implements [Resolver].
func (m *Memory) Descriptor(_ context.Context, id ID) (*Descriptor, error) {
	if d := m.byID[id]; d != nil {
		return d, nil
	}
	return nil, fmt.Errorf("component version %s: %w", id, ErrNotFound)
}

// Versions implements [VersionLister].
func (m *Memory) Versions(_ context.Context, name string) ([]string, error) {
	return slices.Clone(m.versions[name]), nil
}

package httpapi_test

import (
	"context"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/component"
)

// repository holds descriptors in memory.
type repository struct {
	descriptors map[component.ID]*component.Descriptor
	versions    map[string][]string
}

func (r *repository) add(d *component.Descriptor) {
	if r.versions == nil {
		r.versions = map[string][]string{}
	}
	r.descriptors[d.ID] = d
	r.versions[d.Name] = append(r.versions[d.Name], d.Version)
	slices.SortFunc(r.versions[d.Name], component.CompareVersions)
}

func (r *repository) Descriptor(_ context.Context, id component.ID) (*component.Descriptor, error) {
	d, ok := r.descriptors[id]
	if !ok {
		return nil, fmt.Errorf("component version %s: %w", id, component.ErrNotFound)
	}
	return d, nil
}

func (r *repository) Versions(_ context.Context, name string) ([]string, error) {
	return r.versions[name], nil
}

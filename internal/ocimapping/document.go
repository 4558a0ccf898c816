package ocimapping

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/component"
)

// Source gives the content of what a component version consists of. It checks that
// the content has the digest.
type Source interface {
	// Manifest returns a manifest or index.
	Manifest(p Pointer) ([]byte, error)
	// Blob returns a configuration or layer.
	Blob(p Pointer) ([]byte, error)
}

// Document returns the descriptor of a component version as it is stored, YAML or
// JSON, and the digest of the layer that it was found in. root points to the
// manifest of the component version, or to an index that lists it. Errors are
// those of the source, or wrap [component.ErrMalformed].
func Document(id component.ID, root Pointer, source Source) (document []byte, layer string, err error) {
	m, digest, err := componentManifest(id, root, source)
	if err != nil {
		return nil, "", err
	}
	if !slices.Contains(configTypes, m.Config.MediaType) {
		return nil, "", fmt.Errorf("manifest %s is no component version: its config has the media type %q: %w", digest, m.Config.MediaType, component.ErrMalformed)
	}
	found, err := descriptorLayer(m, source)
	if err != nil {
		return nil, "", err
	}
	data, err := source.Blob(found)
	if err != nil {
		return nil, "", fmt.Errorf("read descriptor layer: %w", err)
	}
	document, err = unpack(found, data)
	return document, found.Digest, err
}

func readManifest(p Pointer, source Source) (*Manifest, error) {
	data, err := source.Manifest(p)
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	return Parse(data, p.Digest)
}

// componentManifest reads the manifest of a component version, which may be in an index.
func componentManifest(id component.ID, root Pointer, source Source) (m *Manifest, digest string, err error) {
	if m, err = readManifest(root, source); err != nil || !m.IsIndex() {
		return m, root.Digest, err
	}
	chosen, err := choose(m.Manifests, id)
	if err != nil {
		return nil, "", fmt.Errorf("index %s %w", root.Digest, err)
	}
	m, err = readManifest(chosen, source)
	return m, chosen.Digest, err
}

// descriptorLayer finds the layer with the descriptor. The config names it, but
// need not be read if there is only one that it can be.
func descriptorLayer(m *Manifest, source Source) (Pointer, error) {
	var candidates []Pointer
	for _, layer := range m.Layers {
		if isDescriptorLayer(layer.MediaType) {
			candidates = append(candidates, layer)
		}
	}
	if len(candidates) == 1 {
		return candidates[0], nil
	}
	data, err := source.Blob(m.Config)
	if err != nil {
		return Pointer{}, fmt.Errorf("read config: %w", err)
	}
	var config struct {
		Layer Pointer `json:"componentDescriptorLayer"`
	}
	if err := json.Unmarshal(data, &config); err != nil {
		return Pointer{}, fmt.Errorf("config %s is no JSON: %v: %w", m.Config.Digest, err, component.ErrMalformed)
	}
	for _, layer := range candidates {
		if layer.Digest == config.Layer.Digest {
			return layer, nil
		}
	}
	return Pointer{}, fmt.Errorf("none of the %d layers is a component descriptor that config %s names: %w", len(m.Layers), m.Config.Digest, component.ErrMalformed)
}

// Confirm returns an error if d is not what was asked for. Versions that share a
// tag, such as 1.0.0+x and 1.0.0.build-x, are no fault of the repository, so the
// error wraps [component.ErrNotFound] then, otherwise [component.ErrMalformed].
func Confirm(d *component.Descriptor, id component.ID) error {
	switch {
	case d.ID == id:
		return nil
	case d.Name == id.Name && TagOf(d.Version) == TagOf(id.Version):
		return fmt.Errorf("version %s is stored there: %w", d.Version, component.ErrNotFound)
	}
	return fmt.Errorf("the descriptor found there is that of %s: %w", d.ID, component.ErrMalformed)
}

package ctf

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/opendeliverygear/odg/component"
)

// Descriptor implements [component.Resolver]. The error wraps
// [component.ErrNotFound] if the archive has no such component version,
// [component.ErrMalformed] if it is not one, and [ErrDigest] if it was altered.
func (a *Archive) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	if single := a.index.single; single != nil && single.ID == id && ctx.Err() == nil {
		return single, nil
	}
	d, _, err := a.descriptor(ctx, id)
	return d, err
}

// RawDescriptor returns the document of a component version, YAML or JSON, byte for
// byte as it is stored. Errors are those of [Archive.Descriptor].
func (a *Archive) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	_, document, err := a.descriptor(ctx, id)
	return document, err
}

// descriptor returns a descriptor with the document that it was read from.
func (a *Archive) descriptor(ctx context.Context, id component.ID) (d *component.Descriptor, document []byte, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	source := ""
	if document, source, err = a.stored(id); err == nil {
		if d, err = component.Decode(document); err != nil {
			err = fmt.Errorf("read %s: %w", source, err)
		}
	}
	if err == nil {
		err = confirm(d, id)
	}
	if err != nil {
		return nil, nil, a.fail(err, "component version %s", id)
	}
	return d, document, nil
}

// confirm returns an error if d is not what was asked for. Versions that share a
// tag, such as 1.0.0+x and 1.0.0.build-x, are no fault of the archive.
func confirm(d *component.Descriptor, id component.ID) error {
	switch {
	case d.ID == id:
		return nil
	case d.Name == id.Name && tagOf(d.Version) == tagOf(id.Version):
		return fmt.Errorf("the archive holds version %s: %w", d.Version, component.ErrNotFound)
	}
	return fmt.Errorf("the descriptor found there is that of %s: %w", d.ID, component.ErrMalformed)
}

// stored returns the document of a component version, and where it was found.
func (a *Archive) stored(id component.ID) (document []byte, source string, err error) {
	if single := a.index.single; single != nil {
		if single.ID != id {
			return nil, "", fmt.Errorf("the archive holds %s only: %w", single.ID, component.ErrNotFound)
		}
		document, err = a.file(descriptorName)
		return document, descriptorName, err
	}
	found, err := a.index.find(componentFolder+id.Name, tagOf(id.Version))
	if err != nil {
		return nil, "", err
	}
	m, err := a.componentManifest(id, found.Digest)
	if err != nil {
		return nil, "", err
	}
	layer, err := a.descriptorLayer(m)
	if err != nil {
		return nil, "", err
	}
	document, err = a.readLayer(layer)
	return document, "descriptor layer " + layer.Digest, err
}

// descriptorLayer finds the layer with the descriptor. The config names it, but
// need not be read if there is only one that it can be.
func (a *Archive) descriptorLayer(m *manifest) (ociDescriptor, error) {
	var candidates []ociDescriptor
	for _, layer := range m.Layers {
		if isDescriptorLayer(layer.MediaType) {
			candidates = append(candidates, layer)
		}
	}
	if len(candidates) == 1 {
		return candidates[0], nil
	}
	data, err := a.document(m.Config.Digest)
	if err != nil {
		return ociDescriptor{}, fmt.Errorf("read config: %w", err)
	}
	var config struct {
		Layer ociDescriptor `json:"componentDescriptorLayer"`
	}
	if err := json.Unmarshal(data, &config); err != nil {
		return ociDescriptor{}, fmt.Errorf("config %s is no JSON: %v: %w", m.Config.Digest, err, component.ErrMalformed)
	}
	for _, layer := range candidates {
		if layer.Digest == config.Layer.Digest {
			return layer, nil
		}
	}
	return ociDescriptor{}, fmt.Errorf("none of the %d layers is a component descriptor that config %s names: %w", len(m.Layers), m.Config.Digest, component.ErrMalformed)
}

// readLayer returns the document in a layer.
func (a *Archive) readLayer(layer ociDescriptor) ([]byte, error) {
	data, err := a.document(layer.Digest)
	if err != nil {
		return nil, fmt.Errorf("read descriptor layer: %w", err)
	}
	if strings.HasSuffix(layer.MediaType, "+tar") {
		if data, err = untar(data); err != nil {
			return nil, fmt.Errorf("read descriptor layer %s: %w", layer.Digest, err)
		}
	}
	return data, nil
}

// untar returns the first component descriptor in a tar.
func untar(data []byte) ([]byte, error) {
	reader := tar.NewReader(bytes.NewReader(data))
	for {
		header, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil, fmt.Errorf("the tar has no %s: %w", descriptorName, component.ErrMalformed)
		case err != nil:
			return nil, fmt.Errorf("the tar is damaged: %v: %w", err, component.ErrMalformed)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(header.Name, "."), "/")
		if header.Typeflag == tar.TypeReg && name == descriptorName {
			return io.ReadAll(io.LimitReader(reader, component.MaxDescriptorBytes+1))
		}
	}
}

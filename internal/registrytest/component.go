package registrytest

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

// Media types of component versions (OCM-OCI mapping).
const (
	descriptorType = "application/vnd.ocm.software.component-descriptor.v2+yaml"
	configType     = "application/vnd.ocm.software.component.config.v1+json"
	manifestType   = "application/vnd.oci.image.manifest.v1+json"
)

// PushReferring writes the component versions of a CTF archive into repositories below a
// path, but their images, which are artefact sets in the archive, into another registry,
// as images with manifests and layers of their own. Their accesses refer to them.
func (r Registry) PushReferring(file, subPath string, images Registry) error {
	return referring(file, images, func(id component.ID, document []byte) error {
		return r.PushComponent(id, subPath, document)
	})
}

// referring calls write with the descriptors of an archive, after it has pushed their
// images.
func referring(file string, images Registry, write func(id component.ID, document []byte) error) error {
	ctx := context.Background()
	archive, err := ctf.Open(file, ctf.Config{})
	if err != nil {
		return err
	}
	defer func() { _ = archive.Close() }()
	names, err := archive.Components(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		versions, err := archive.Versions(ctx, name)
		if err != nil {
			return err
		}
		for _, version := range versions {
			id := component.ID{Name: name, Version: version}
			document, err := images.pushImages(ctx, archive, id)
			if err == nil {
				err = write(id, document)
			}
			if err != nil {
				return fmt.Errorf("component version %s: %w", id, err)
			}
		}
	}
	return nil
}

// pushImages writes the images of a component version, and returns its descriptor that
// refers to them.
func (r Registry) pushImages(ctx context.Context, archive *ctf.Archive, id component.ID) ([]byte, error) {
	document, err := archive.RawDescriptor(ctx, id)
	if err != nil {
		return nil, err
	}
	var descriptor map[string]any
	if err := yaml.Unmarshal(document, &descriptor); err != nil {
		return nil, err
	}
	resources, _ := descriptor["component"].(map[string]any)["resources"].([]any)
	for _, resource := range resources {
		if err := r.pushImage(ctx, archive, id, resource.(map[string]any)); err != nil {
			return nil, err
		}
	}
	return yaml.Marshal(descriptor)
}

// pushImage writes the image of a resource, if it has one, and lets its access refer to
// it.
func (r Registry) pushImage(ctx context.Context, archive *ctf.Archive, id component.ID, resource map[string]any) error {
	access, _ := resource["access"].(map[string]any)
	if mediaType, _ := access["mediaType"].(string); !strings.HasSuffix(mediaType, "+tar+gzip") {
		return nil
	}
	blob, err := archive.OpenBlob(ctx, id, access["localReference"].(string))
	if err != nil {
		return err
	}
	defer func() { _ = blob.Close() }()
	set, err := read(blob)
	if err != nil {
		return err
	}
	var index manifest
	if err := json.Unmarshal(set["index.json"], &index); err != nil {
		return err
	}
	name, version := resource["name"].(string), resource["version"].(string)
	repository := path.Join("images", id.Name, name)
	main := index.Annotations["software.ocm/main"]
	for _, m := range index.Manifests {
		if m.Digest == main {
			err = r.pushTree(set, repository, version, m.Digest, m.MediaType)
		}
	}
	if err != nil {
		return err
	}
	resource["access"] = map[string]any{"type": "ociArtifact", "imageReference": r.Host() + "/" + repository + ":" + version}
	return nil
}

// PushComponent writes a component version without local blobs into repositories below a
// path. document is its descriptor, schema v2, in YAML.
func (r Registry) PushComponent(id component.ID, subPath string, document []byte) error {
	repository := path.Join(subPath, "component-descriptors", id.Name)
	data, err := versionManifest(document, func(mediaType string, data []byte) (Pointer, error) {
		return r.PushBlob(repository, mediaType, data)
	})
	if err != nil {
		return err
	}
	return r.PushManifest(repository, id.Version, manifestType, data)
}

// versionManifest writes the blobs of a component version and returns its manifest.
func versionManifest(document []byte, push func(mediaType string, data []byte) (Pointer, error)) ([]byte, error) {
	layer, err := push(descriptorType, document)
	if err != nil {
		return nil, err
	}
	about, err := json.Marshal(map[string]any{"componentDescriptorLayer": layer})
	if err != nil {
		return nil, err
	}
	config, err := push(configType, about)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"schemaVersion": 2, "mediaType": manifestType, "config": config, "layers": []Pointer{layer}})
}

package ctf

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/component"
)

// The annotations that component versions carry.
const (
	annotationVersion    = "software.ocm.componentversion"  // <name>:<version>
	annotationDescriptor = "software.ocm.descriptor"        // "true"
	annotationName       = "software.ocm.component.name"    // of old writers
	annotationOldVersion = "software.ocm.component.version" // of old writers
	mediaTypeIndex       = "application/vnd.oci.image.index.v1+json"
	mediaTypeDockerList  = "application/vnd.docker.distribution.manifest.list.v2+json"
)

// configTypes are the media types of the config of a component version.
var configTypes = []string{
	"application/vnd.ocm.software.component.config.v1+json",
	"application/vnd.gardener.cloud.cnudie.component.config.v1+json",
	"application/vnd.oci.gardener.cloud.cnudie.component-descriptor-metadata.config.v2+json",
}

// layerTypes are what the media types of descriptor layers start with.
var layerTypes = []string{
	"application/vnd.ocm.software.component-descriptor.",
	"application/vnd.gardener.cloud.cnudie.component-descriptor.",
	"application/vnd.oci.gardener.cloud.cnudie.component-descriptor.config.",
}

// layerForms are what the media types of descriptor layers end with.
var layerForms = []string{"v2+yaml", "v2+json", "v2+yaml+tar", "v2+json+tar", "v3alpha1+yaml", "v3alpha1+json", "v3alpha1+yaml+tar", "v3alpha1+json+tar"}

// ociDescriptor points from a manifest to a blob.
type ociDescriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Annotations map[string]string `json:"annotations"`
}

// manifest is an OCI image manifest or index, of which we need little.
type manifest struct {
	MediaType   string            `json:"mediaType"`
	Config      ociDescriptor     `json:"config"`
	Layers      []ociDescriptor   `json:"layers"`
	Manifests   []ociDescriptor   `json:"manifests"`
	Annotations map[string]string `json:"annotations"`
}

func (m *manifest) isIndex() bool {
	return m.MediaType == mediaTypeIndex || m.MediaType == mediaTypeDockerList || m.MediaType == "" && len(m.Manifests) > 0
}

func (a *Archive) manifest(digest string) (*manifest, error) {
	data, err := a.document(digest)
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	m := &manifest{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("manifest %s is no JSON manifest: %v: %w", digest, err, component.ErrMalformed)
	}
	return m, nil
}

// componentManifest reads the manifest of a component version, which may be in an index.
func (a *Archive) componentManifest(id component.ID, digest string) (*manifest, error) {
	m, err := a.manifest(digest)
	if err != nil {
		return nil, err
	}
	if m.isIndex() {
		chosen, err := choose(m.Manifests, id)
		if err != nil {
			return nil, fmt.Errorf("index %s %w", digest, err)
		}
		digest = chosen.Digest
		if m, err = a.manifest(digest); err != nil {
			return nil, err
		}
	}
	if !slices.Contains(configTypes, m.Config.MediaType) {
		return nil, fmt.Errorf("manifest %s is no component version: its config has the media type %q: %w", digest, m.Config.MediaType, component.ErrMalformed)
	}
	return m, nil
}

// choose finds the manifest of a component version in an index: the only one that
// says it has the descriptor, else the only one that names the component, else
// the first.
func choose(manifests []ociDescriptor, id component.ID) (ociDescriptor, error) {
	var marked, named []ociDescriptor
	for _, m := range manifests {
		if m.Annotations[annotationDescriptor] == "true" {
			marked = append(marked, m)
		}
		if names(m.Annotations, id) {
			named = append(named, m)
		}
	}
	switch {
	case len(manifests) == 0:
		return ociDescriptor{}, fmt.Errorf("lists no manifest: %w", component.ErrMalformed)
	case len(marked) > 1:
		return ociDescriptor{}, fmt.Errorf("has %d manifests with the annotation %s: %w", len(marked), annotationDescriptor, component.ErrMalformed)
	case len(marked) == 1:
		return marked[0], nil
	case len(named) == 1:
		return named[0], nil
	}
	return manifests[0], nil
}

func names(annotations map[string]string, id component.ID) bool {
	return annotations[annotationVersion] == id.String() ||
		annotations[annotationName] == id.Name && annotations[annotationOldVersion] == id.Version
}

// isDescriptorLayer tells if a media type is that of a component descriptor.
func isDescriptorLayer(mediaType string) bool {
	for _, prefix := range layerTypes {
		if form, ok := strings.CutPrefix(mediaType, prefix); ok {
			return slices.Contains(layerForms, form)
		}
	}
	return false
}

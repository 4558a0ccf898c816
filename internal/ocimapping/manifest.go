package ocimapping

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/opendeliverygear/odg/component"
)

// The annotations that component versions carry.
const (
	annotationVersion    = "software.ocm.componentversion"  // <name>:<version>
	annotationDescriptor = "software.ocm.descriptor"        // "true"
	annotationName       = "software.ocm.component.name"    // of old writers
	annotationOldVersion = "software.ocm.component.version" // of old writers
)

// The media types of manifests and indexes.
const (
	TypeManifest       = "application/vnd.oci.image.manifest.v1+json"
	TypeIndex          = "application/vnd.oci.image.index.v1+json"
	TypeDockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
	TypeDockerList     = "application/vnd.docker.distribution.manifest.list.v2+json"
)

// IsManifestType tells if a media type is that of a manifest or an index.
func IsManifestType(mediaType string) bool {
	return mediaType == TypeManifest || mediaType == TypeDockerManifest || isIndexType(mediaType)
}

func isIndexType(mediaType string) bool { return mediaType == TypeIndex || mediaType == TypeDockerList }

// Pointer points to a blob or manifest (OCI content descriptor).
type Pointer struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"` // in bytes, 0 if unknown
	Annotations map[string]string `json:"annotations"`
}

// Manifest is an OCI image manifest or index, of which we need little.
type Manifest struct {
	MediaType   string            `json:"mediaType"`
	Config      Pointer           `json:"config"`
	Layers      []Pointer         `json:"layers"`
	Manifests   []Pointer         `json:"manifests"`
	Annotations map[string]string `json:"annotations"`
}

// Parse reads a manifest or index. The digest is for messages. The error wraps
// [component.ErrMalformed].
func Parse(data []byte, digest string) (*Manifest, error) {
	m := &Manifest{}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("manifest %s is no JSON manifest: %v: %w", digest, err, component.ErrMalformed)
	}
	return m, nil
}

// IsIndex tells if m is an index.
func (m *Manifest) IsIndex() bool {
	return isIndexType(m.MediaType) || m.MediaType == "" && len(m.Manifests) > 0
}

// Parts returns all that m points to: configuration, layers and manifests.
func (m *Manifest) Parts() []Pointer {
	parts := append([]Pointer{}, m.Layers...)
	parts = append(parts, m.Manifests...)
	if m.Config.Digest != "" {
		parts = append(parts, m.Config)
	}
	return parts
}

// Version returns the version that m, stored under tag, says it has of the
// component. It is false if it says nothing that fits the tag.
func (m *Manifest) Version(name, tag string) (string, bool) {
	stated := m.Annotations[annotationVersion]
	if stated == "" && m.IsIndex() && len(m.Manifests) > 0 {
		stated = m.Manifests[0].Annotations[annotationVersion]
	}
	version, ok := strings.CutPrefix(stated, name+":")
	return version, ok && TagOf(version) == tag
}

// choose finds the manifest of a component version in an index: the only one that
// says it has the descriptor, else the only one that names the component, else
// the first.
func choose(manifests []Pointer, id component.ID) (Pointer, error) {
	var marked, named []Pointer
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
		return Pointer{}, fmt.Errorf("lists no manifest: %w", component.ErrMalformed)
	case len(marked) > 1:
		return Pointer{}, fmt.Errorf("has %d manifests with the annotation %s: %w", len(marked), annotationDescriptor, component.ErrMalformed)
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

package component

import (
	"encoding/json"
	"time"
)

// The schemas of component descriptors.
const (
	SchemaV2       = "v2"
	SchemaV3Alpha1 = "ocm.software/v3alpha1"
)

// LabelCreationDate is the label on a component that says when it was made,
// where the descriptor has no creation time of its own. Its value is a string.
const LabelCreationDate = "cloud.gardener/ocm/creation-date"

// Descriptor is a component version, whichever schema it was written in.
// Absent and null lists are nil. Whoever shares a Descriptor must not change it.
type Descriptor struct {
	ID
	// Schema is [SchemaV2] or [SchemaV3Alpha1].
	Schema   string
	Provider string
	// ProviderLabels are the labels of the provider, which schema v2 hides in a
	// provider that is itself a JSON object.
	ProviderLabels []Label
	Labels         []Label
	// CreationTime is the time as written, RFC 3339, empty if there is none.
	// [Descriptor.Created] knows the label too.
	CreationTime string
	// RepositoryContexts are the repositories where the component version has
	// been, as written, the present one last.
	RepositoryContexts []json.RawMessage
	Resources          []Resource
	Sources            []Source
	References         []Reference
	// Signatures and NestedDigests are the lists as written, nil if absent.
	Signatures    json.RawMessage
	NestedDigests json.RawMessage
}

// Created is when the component version was made: its creation time, else its
// [LabelCreationDate]. It is false if neither is a time. Times without a zone are UTC.
func (d *Descriptor) Created() (time.Time, bool) {
	if t, ok := parseTime(d.CreationTime); ok {
		return t, true
	}
	label, ok := FindLabel(d.Labels, LabelCreationDate)
	if !ok {
		return time.Time{}, false
	}
	var text string
	if json.Unmarshal(label.Value, &text) != nil {
		return time.Time{}, false
	}
	return parseTime(text)
}

func parseTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime, "2006-01-02 15:04:05Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// Element is what resources, sources and references have in common.
type Element struct {
	Name          string            `json:"name"`
	Version       string            `json:"version"`
	ExtraIdentity map[string]string `json:"extraIdentity,omitempty"`
	Labels        []Label           `json:"labels,omitempty"`
}

// Label is a named value on a component version or an element.
type Label struct {
	Name    string          `json:"name"`
	Value   json.RawMessage `json:"value"`
	Version string          `json:"version,omitempty"`
	Signing bool            `json:"signing,omitempty"`
	// Merge says how values are merged when component versions are transferred,
	// as written, nil if absent.
	Merge json.RawMessage `json:"merge,omitempty"`
}

// FindLabel returns the first label with that name.
func FindLabel(labels []Label, name string) (Label, bool) {
	for _, label := range labels {
		if label.Name == name {
			return label, true
		}
	}
	return Label{}, false
}

// Resource is an artefact that is delivered.
type Resource struct {
	Element
	// Type is the artefact type in ODG's canonical spelling (see
	// [NormaliseArtefactType]), WrittenType the one of the document.
	Type        string
	WrittenType string
	// Relation is "local" if the provider of the component owns the resource,
	// "external" if a third party does. It says nothing about where it is stored.
	Relation string
	Access   Access
	Digest   *Digest // nil if unknown
	SrcRefs  []SrcRef
}

// SrcRef points from a resource to the sources that it was made from.
type SrcRef struct {
	IdentitySelector map[string]string `json:"identitySelector,omitempty"`
	Labels           []Label           `json:"labels,omitempty"`
}

// Source is what an artefact was made from. Its version may be empty.
type Source struct {
	Element
	Type        string // as in [Resource]
	WrittenType string
	Access      Access
}

// Reference names another component version.
type Reference struct {
	Element
	ComponentName string
	Digest        *Digest // of the component version, nil if unknown
}

// Target is the component version that r names.
func (r Reference) Target() ID { return ID{Name: r.ComponentName, Version: r.Version} }

// Access says where the content of an artefact is.
type Access struct {
	// Type is the access type in ODG's canonical spelling, such as
	// "ociRegistry" or "localBlob/v1"; unknown types as written.
	Type string
	// Raw is the access object as written.
	Raw json.RawMessage
}

// Digest is the digest of an artefact as the descriptor states it.
type Digest struct {
	HashAlgorithm          string `json:"hashAlgorithm"`
	NormalisationAlgorithm string `json:"normalisationAlgorithm"`
	Value                  string `json:"value"` // bare hexadecimal
}

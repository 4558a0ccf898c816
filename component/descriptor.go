package component

import "encoding/json"

// Descriptor is a component version, whichever schema it was written in.
type Descriptor struct {
	ID
	Provider     string
	Labels       []Label
	CreationTime string // RFC 3339, empty if unknown
	Resources    []Resource
	Sources      []Source
	References   []Reference
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
}

// Resource is an artefact that is delivered.
type Resource struct {
	Element
	Type     string
	Relation string
	Access   Access
	Digest   *Digest
}

// Source is what an artefact was made from.
type Source struct {
	Element
	Type   string
	Access Access
}

// Reference names another component version.
type Reference struct {
	Element
	ComponentName string
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
	Value                  string `json:"value"`
}

// CompareVersions orders versions (skeleton).
func CompareVersions(a, b string) int { return 0 }

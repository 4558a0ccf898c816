package artefact

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Kind says what an artefact is to its component. The empty Kind is ODG's null.
type Kind string

// The kinds that ODG knows.
const (
	KindArtefact Kind = "artefact"
	KindResource Kind = "resource"
	KindRuntime  Kind = "runtime"
	KindSource   Kind = "source"
)

// ErrNoArtefact is returned where an attribute of the local artefact is needed,
// and the identity has none.
var ErrNoArtefact = errors.New("identity has no artefact")

// Validate returns an error that names the known kinds if k is none of them.
// The empty Kind is valid.
func (k Kind) Validate() error {
	switch k {
	case "", KindArtefact, KindResource, KindRuntime, KindSource:
		return nil
	}
	return fmt.Errorf("artefact kind %q is unknown, want one of artefact, resource, runtime, source", string(k))
}

// MarshalJSON writes the empty Kind as null.
func (k Kind) MarshalJSON() ([]byte, error) {
	if k == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(k))
}

// LocalID identifies an artefact within its component version.
// It is ODG's LocalArtefactId. A nil field is ODG's null, which is not the same
// identity as the empty string.
type LocalID struct {
	Name    *string `json:"artefact_name"`
	Type    *string `json:"artefact_type"`
	Version *string `json:"artefact_version"`
	// ExtraID is the OCM extra identity. A nil map equals an empty one.
	ExtraID map[string]string `json:"artefact_extra_id"`
}

// ID identifies an artefact of a component version, or something that runs.
// It is ODG's ComponentArtefactId. The zero ID is valid and has a key.
// An ID is safe for concurrent use as long as nobody changes it.
type ID struct {
	ComponentName    *string  `json:"component_name"`
	ComponentVersion *string  `json:"component_version"`
	Artefact         *LocalID `json:"artefact"`
	Kind             Kind     `json:"artefact_kind"`
	// References are part of the key, but never stored. Existing data has none.
	References []ID `json:"references"`
}

// Local returns the local artefact, or an empty one if id has none.
func (id ID) Local() LocalID {
	if id.Artefact == nil {
		return LocalID{}
	}
	return *id.Artefact
}

// String returns the [ID.Key], for messages and logs.
func (id ID) String() string { return id.Key() }

// Text returns what p points to, or "" for nil.
func Text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

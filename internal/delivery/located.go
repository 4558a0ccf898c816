package delivery

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/oci"
)

// Located is a registry whose descriptors tell where they were found, see [Locate].
type Located struct{ *oci.Repository }

// Descriptor implements [component.Resolver].
func (l Located) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	d, err := l.Repository.Descriptor(ctx, id)
	return Locate(d, l.Location()), err
}

// Locate returns a descriptor whose last repository context is where it was found: that
// is the present one (OCM specification, component descriptor), from which clients of ODG
// read local blobs. d is not changed, and may be nil.
func Locate(d *component.Descriptor, at oci.Location) *component.Descriptor {
	if d == nil || len(d.RepositoryContexts) > 0 && isAt(d.RepositoryContexts[len(d.RepositoryContexts)-1], at) {
		return d
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(repositoryContext{Type: "ociRegistry", BaseURL: at.String()}); err != nil {
		return d
	}
	located := *d
	located.RepositoryContexts = append(slices.Clone(d.RepositoryContexts), bytes.TrimSpace(text.Bytes()))
	return &located
}

// repositoryContext is one of the type OCIRegistry, in the form of ODG.
type repositoryContext struct {
	Type    string  `json:"type"`
	BaseURL string  `json:"baseUrl"`
	SubPath *string `json:"subPath"`
}

// isAt tells if a repository context is a place.
func isAt(raw json.RawMessage, at oci.Location) bool {
	var c repositoryContext
	if json.Unmarshal(raw, &c) != nil {
		return false
	}
	text := strings.TrimSuffix(c.BaseURL, "/")
	if c.SubPath != nil {
		text += "/" + strings.Trim(*c.SubPath, "/")
	}
	stated, err := oci.ParseLocation(text)
	return err == nil && stated.String() == at.String()
}

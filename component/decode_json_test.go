package component_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

func TestToJSON(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	const document = `
meta: {schemaVersion: v2}
component:
  {name: acme.org/shop, version: "1.10", provider: acme, repositoryContexts: [], sources: [], componentReferences: [],
   resources: [{name: image, version: "1", type: ociImage, relation: local, access: {type: ociRegistry, imageReference: "a/b:1"}}]}
`
	want, err := component.Decode([]byte(document))
	is.NoErr(err)
	converted, err := component.ToJSON([]byte(document))
	is.NoErr(err)
	is.Equal(converted[0], byte('{'))
	got, err := component.Decode(converted)
	is.NoErr(err)
	is.Equal(cmp.Diff(want, got), "")
	again, err := component.ToJSON(converted)
	is.NoErr(err)
	is.Equal(string(again), string(converted)) // is JSON already
	_, err = component.ToJSON([]byte("a: [\x00"))
	is.True(errors.Is(err, component.ErrMalformed))
}

package ocimapping_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/ocimapping"
)

const (
	configType = "application/vnd.ocm.software.component.config.v1+json"
	yamlType   = "application/vnd.ocm.software.component-descriptor.v2+yaml"
	document   = "a document"
)

var shop = component.ID{Name: "acme.org/shop", Version: "1.0.0+1"}

// contents are blobs by digest, which may be any text here.
type contents map[string]any

func (c contents) Manifest(p ocimapping.Pointer) ([]byte, error) { return c.Blob(p) }

func (c contents) Blob(p ocimapping.Pointer) ([]byte, error) {
	switch v := c[p.Digest].(type) {
	case nil:
		return nil, component.ErrNotFound
	case string:
		return []byte(v), nil
	default:
		return json.Marshal(v)
	}
}

func manifest(layers ...ocimapping.Pointer) ocimapping.Manifest {
	return ocimapping.Manifest{Config: ocimapping.Pointer{MediaType: configType, Digest: "config"}, Layers: layers}
}

func packed(names ...string) string {
	var buffer bytes.Buffer
	w := tar.NewWriter(&buffer)
	for _, name := range names {
		text := document
		if !strings.HasSuffix(name, ocimapping.DescriptorFile) {
			text = "other"
		}
		_ = w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Size: int64(len(text)), Mode: 0o644})
		_, _ = w.Write([]byte(text))
	}
	_ = w.Close()
	return buffer.String()
}

func annotated(digest, key, value string) ocimapping.Pointer {
	return ocimapping.Pointer{Digest: digest, Annotations: map[string]string{key: value}}
}

func TestDocument(t *testing.T) {
	t.Parallel()
	layer := ocimapping.Pointer{MediaType: yamlType, Digest: "layer"}
	other := ocimapping.Pointer{MediaType: yamlType, Digest: "other"}
	packedLayer := ocimapping.Pointer{MediaType: yamlType + "+tar", Digest: "tar"}
	pointing := contents{"layer": document, "config": map[string]any{"componentDescriptorLayer": layer}}
	for name, test := range map[string]struct {
		root  any
		more  contents
		fault string
	}{
		"a layer":                        {root: manifest(layer)},
		"a tar":                          {root: manifest(packedLayer), more: contents{"tar": packed("readme", "./component-descriptor.yaml")}},
		"the config decides":             {root: manifest(other, layer), more: pointing},
		"a tar without":                  {root: manifest(packedLayer), more: contents{"tar": packed("readme")}, fault: "the tar has no component-descriptor.yaml"},
		"a damaged tar":                  {root: manifest(packedLayer), more: contents{"tar": "no tar" + strings.Repeat("x", 600)}, fault: "the tar is damaged"},
		"no config where it is needed":   {root: manifest(other, layer), fault: "read config"},
		"a config that is no JSON":       {root: manifest(other, layer), more: contents{"config": "{"}, fault: "config config is no JSON"},
		"a config without pointer":       {root: manifest(other, layer), more: contents{"config": "{}"}, fault: "none of the 2 layers"},
		"no component version":           {root: ocimapping.Manifest{Layers: []ocimapping.Pointer{layer}}, fault: "is no component version"},
		"no JSON":                        {root: "<html>", fault: "is no JSON manifest"},
		"the marked one of an index":     {root: index(annotated("no", "x", "y"), annotated("m", "software.ocm.descriptor", "true"))},
		"the named one of an index":      {root: index(annotated("no", "x", "y"), annotated("m", "software.ocm.componentversion", shop.String()))},
		"the first one of an index":      {root: index(ocimapping.Pointer{Digest: "m"}, ocimapping.Pointer{Digest: "no"})},
		"two marked ones":                {root: index(annotated("m", "software.ocm.descriptor", "true"), annotated("m", "software.ocm.descriptor", "true")), fault: "has 2 manifests with the annotation"},
		"an empty index":                 {root: ocimapping.Manifest{MediaType: ocimapping.TypeIndex}, fault: "lists no manifest"},
		"an index in an index":           {root: index(ocimapping.Pointer{Digest: "root"}), fault: "is no component version"},
		"an index whose manifest is not": {root: index(ocimapping.Pointer{Digest: "gone"}), fault: "read manifest"},
		"a layer that is not there":      {root: manifest(other), fault: "read descriptor layer"},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			all := contents{"root": test.root, "m": manifest(layer), "layer": document}
			for digest, content := range test.more {
				all[digest] = content
			}
			got, from, err := ocimapping.Document(shop, ocimapping.Pointer{Digest: "root"}, all)
			if test.fault != "" {
				is.True(err != nil)
				is.True(strings.Contains(err.Error(), test.fault))
				is.True(errors.Is(err, component.ErrMalformed) || errors.Is(err, component.ErrNotFound))
				return
			}
			is.NoErr(err)
			is.Equal(string(got), document)
			is.True(from == "layer" || from == "tar")
		})
	}
}

func index(manifests ...ocimapping.Pointer) ocimapping.Manifest {
	return ocimapping.Manifest{MediaType: ocimapping.TypeIndex, Manifests: manifests}
}

func TestConfirm(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.NoErr(ocimapping.Confirm(&component.Descriptor{ID: shop}, shop))
	twin := component.ID{Name: shop.Name, Version: "1.0.0.build-1"}
	is.True(errors.Is(ocimapping.Confirm(&component.Descriptor{ID: shop}, twin), component.ErrNotFound))
	is.True(errors.Is(ocimapping.Confirm(&component.Descriptor{ID: shop}, component.ID{Name: "acme.org/x", Version: "1"}), component.ErrMalformed))
}

func TestNames(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.Equal(ocimapping.PathOf("acme.org/Shop"), "component-descriptors/acme.org/shop")
	is.Equal(len(ocimapping.DigestPathOf("acme.org/shop")), 64)
	is.Equal(ocimapping.TagOf(shop.Version), "1.0.0.build-1")
	m := manifest()
	m.Annotations = map[string]string{"software.ocm.componentversion": "acme.org/shop:1.0.0-x.build-1"}
	version, ok := m.Version("acme.org/shop", "1.0.0-x.build-1")
	is.True(ok)
	is.Equal(version, "1.0.0-x.build-1")
	_, ok = m.Version("acme.org/shop", "2.0.0")
	is.True(!ok)
	outer := index(annotated("m", "software.ocm.componentversion", shop.String()))
	version, ok = outer.Version(shop.Name, "1.0.0.build-1")
	is.True(ok) // an index says it about its first manifest
	is.Equal(version, shop.Version)
	is.Equal(len(outer.Parts()), 1)
	is.True(ocimapping.IsManifestType(ocimapping.TypeDockerList))
	is.True(!ocimapping.IsManifestType("text/html"))
}

package ctf_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/matryer/is"
	"go.uber.org/goleak"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const configType = "application/vnd.ocm.software.component.config.v1+json"

// builder makes a CTF in memory.
type builder struct {
	t         *testing.T
	artifacts []object
	entries   map[string]entry
}

func build(t *testing.T) *builder { return &builder{t: t, entries: map[string]entry{}} }

func (b *builder) blob(data string) (digest string) {
	e, digest := blobEntry(data)
	b.entries[e.Name] = e
	return digest
}

func (b *builder) json(v any) (digest string) {
	data, err := json.Marshal(v)
	must(b.t, err)
	return b.blob(string(data))
}

// manifest makes a manifest of a component version without content.
func (b *builder) manifest(id component.ID, annotations object) (digest string) {
	layer := b.json(object{
		"meta":      object{"schemaVersion": "v2"},
		"component": object{"name": id.Name, "version": id.Version, "provider": "acme.org"},
	})
	return b.json(object{
		"config":      object{"mediaType": configType},
		"layers":      []object{{"mediaType": "application/vnd.ocm.software.component-descriptor.v2+json", "digest": layer}},
		"annotations": annotations,
	})
}

// list adds an entry to the index.
func (b *builder) list(repository, tag, digest, mediaType string) *builder {
	b.artifacts = append(b.artifacts, object{"repository": repository, "tag": tag, "digest": digest, "mediaType": mediaType})
	return b
}

func (b *builder) open() *ctf.Archive {
	b.t.Helper()
	data, err := json.Marshal(object{"schemaVersion": 1, "artifacts": b.artifacts})
	must(b.t, err)
	entries := []entry{file("artifact-index.json", string(data))}
	for _, e := range b.entries {
		entries = append(entries, e)
	}
	archive, err := ctf.OpenBytes(packed(b.t, entries...), ctf.Config{})
	must(b.t, err)
	return archive
}

const repository = "component-descriptors/acme.org/x"

func TestVersions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		version string // of the descriptor, empty for none that can be read
		tag     string
		noted   bool // in an annotation
		want    string
	}{
		"plain":                  {"1.0.0", "1.0.0", true, "1.0.0"},
		"build":                  {"1.0.0+a", "1.0.0.build-a", true, "1.0.0+a"},
		"mark in build":          {"1.0.0+a.build-b", "1.0.0.build-a.build-b", false, "1.0.0+a.build-b"},
		"mark in pre-release":    {"1.0.0-x.build-1", "1.0.0-x.build-1", true, "1.0.0-x.build-1"},
		"pre-release and build":  {"1.0.0-x+1", "1.0.0-x.build-1", true, "1.0.0-x+1"},
		"without annotation":     {"1.0.0-x+1", "1.0.0-x.build-1", false, "1.0.0-x+1"},
		"manifest is unreadable": {"", "1.0.0-x.build-1", false, "1.0.0-x+1"},
		"no version":             {"1.0.0", "latest", true, ""},
		"signature":              {"", "sha256-00.sig", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			b := build(t)
			id := component.ID{Name: "acme.org/x", Version: c.version}
			digest, annotations := "sha256:unreadable", object{}
			if c.noted {
				annotations["software.ocm.componentversion"] = id.String()
			}
			if c.version != "" {
				digest = b.manifest(id, annotations)
			}
			archive := b.list(repository, c.tag, digest, "").open()
			got, err := archive.Versions(t.Context(), "acme.org/x")
			is.NoErr(err)
			is.Equal(strings.Join(got, " "), c.want)
			if c.version == c.want && c.want != "" {
				_, err := archive.Descriptor(t.Context(), id)
				is.NoErr(err) // what is listed is found
			}
		})
	}
}

func TestDescriptorFaults(t *testing.T) {
	t.Parallel()
	b := build(t)
	one, two := component.ID{Name: "acme.org/x", Version: "1.0.0"}, component.ID{Name: "acme.org/x", Version: "2.0.0+b"}
	b.list(repository, "1.0.0", b.manifest(one, nil), "").list(repository, "1.0.0", b.manifest(one, nil), "") // the same twice
	b.list(repository, "2.0.0.build-b", b.manifest(two, nil), "")
	b.list(repository, "3.0.0", b.manifest(one, nil), "").list(repository, "3.0.0", b.manifest(two, nil), "")
	b.list(repository, "4.0.0", b.manifest(one, nil), "")
	b.list(repository, "5.0.0", b.json(object{"mediaType": "application/vnd.oci.image.index.v1+json"}), "")
	b.list(repository, "6.0.0", "sha256:../../etc/passwd", "")
	archive := b.open()
	for version, c := range map[string]struct {
		want error
		says string
	}{
		"1.0.0":         {nil, ""},
		"2.0.0+b":       {nil, ""},
		"2.0.0.build-b": {component.ErrNotFound, "version 2.0.0+b is stored there"},
		"3.0.0":         {nil, "more than once, with different digests"},
		"4.0.0":         {component.ErrMalformed, "is that of acme.org/x:1.0.0"},
		"5.0.0":         {component.ErrMalformed, "lists no manifest"},
		"6.0.0":         {ctf.ErrUnsafe, `digest "sha256:../../etc/passwd" is not`},
		"9.0.0":         {component.ErrNotFound, `no repository "component-descriptors/acme.org/x" with the tag "9.0.0"`},
	} {
		t.Run(version, func(t *testing.T) {
			is := is.New(t)
			_, err := archive.Descriptor(t.Context(), component.ID{Name: "acme.org/x", Version: version})
			if c.says == "" {
				is.NoErr(err)
				return
			}
			is.True(err != nil)
			is.True(c.want == nil || errors.Is(err, c.want))
			is.True(strings.Contains(err.Error(), c.says))
			is.True(strings.Contains(err.Error(), "archive memory: component version acme.org/x:"+version))
		})
	}
}

// TestIndexForm chooses the manifest of a component version in an OCI index
// (ocm-format.md 4.2).
func TestIndexForm(t *testing.T) {
	t.Parallel()
	id := component.ID{Name: "acme.org/x", Version: "1.0.0"}
	descriptor, named := object{"software.ocm.descriptor": "true"}, object{"software.ocm.componentversion": "acme.org/x:1.0.0"}
	old := object{"software.ocm.component.name": "acme.org/x", "software.ocm.component.version": "1.0.0"}
	for name, c := range map[string]struct {
		annotations []object // of the manifests
		component   int      // which of them is the component version
		says        string   // if it cannot be found
	}{
		"first":               {[]object{nil, nil}, 0, ""},
		"annotated second":    {[]object{nil, descriptor}, 1, ""},
		"named second":        {[]object{nil, named}, 1, ""},
		"named as of old":     {[]object{nil, old}, 1, ""},
		"annotated and named": {[]object{named, descriptor}, 1, ""},
		"two named":           {[]object{named, named}, 0, ""},
		"two annotated":       {[]object{descriptor, descriptor}, 0, "has 2 manifests with the annotation software.ocm.descriptor"},
		"first is an image":   {[]object{nil, nil}, 1, `its config has the media type "application/vnd.oci.image.config.v1+json"`},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			b := build(t)
			image := b.json(object{"config": object{"mediaType": "application/vnd.oci.image.config.v1+json"}})
			var manifests []object
			for i, annotations := range c.annotations {
				digest := image
				if i == c.component {
					digest = b.manifest(id, nil)
				}
				manifests = append(manifests, object{"digest": digest, "annotations": annotations})
			}
			archive := b.list(repository, "1.0.0", b.json(object{"mediaType": "application/vnd.oci.image.index.v1+json", "manifests": manifests}), "").open()
			_, err := archive.Descriptor(t.Context(), id)
			if c.says == "" {
				is.NoErr(err)
				return
			}
			is.True(errors.Is(err, component.ErrMalformed))
			is.True(strings.Contains(err.Error(), c.says))
		})
	}
}

// TestLayerByConfig lets the config decide between two layers.
func TestLayerByConfig(t *testing.T) {
	t.Parallel()
	descriptor := func(provider string) object {
		return object{"meta": object{"schemaVersion": "v2"}, "component": object{"name": "acme.org/x", "version": "1.0.0", "provider": provider}}
	}
	const layerType = "application/vnd.ocm.software.component-descriptor.v2+json"
	for name, c := range map[string]struct {
		config func(second string) string
		says   string
	}{
		"second":   {func(second string) string { return `{"componentDescriptorLayer":{"digest":"` + second + `"}}` }, ""},
		"neither":  {func(string) string { return `{"componentDescriptorLayer":{"digest":"sha256:0"}}` }, "none of the 2 layers"},
		"no JSON":  {func(string) string { return "x" }, "is no JSON"},
		"no layer": {func(string) string { return "{}" }, "none of the 2 layers"},
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			b := build(t)
			first, second := b.json(descriptor("first")), b.json(descriptor("second"))
			archive := b.list(repository, "1.0.0", b.json(object{
				"config": object{"mediaType": configType, "digest": b.blob(c.config(second))},
				"layers": []object{{"mediaType": layerType, "digest": first}, {"mediaType": layerType, "digest": second}},
			}), "").open()
			d, err := archive.Descriptor(t.Context(), component.ID{Name: "acme.org/x", Version: "1.0.0"})
			if c.says != "" {
				is.True(errors.Is(err, component.ErrMalformed))
				is.True(strings.Contains(err.Error(), c.says))
				return
			}
			is.NoErr(err)
			is.Equal(d.Provider, "second")
		})
	}
}

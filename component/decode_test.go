package component_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	"sigs.k8s.io/yaml"

	"github.com/opendeliverygear/odg/component"
)

// v2 returns a descriptor of schema v2 with further fields of the component.
func v2(fields string) string {
	return "meta: {schemaVersion: v2}\ncomponent:\n  name: acme.org/shop\n  version: 1.0.0\n  provider: acme.org\n" + indented(fields, "  ")
}

// v3 returns a descriptor of schema v3alpha1 with a specification.
func v3(spec string) string {
	return "apiVersion: ocm.software/v3alpha1\nkind: ComponentVersion\nmetadata:\n  name: acme.org/shop\n  version: 1.0.0\n  provider: {name: acme.org}\nspec:\n" + indented(spec, "  ")
}

func indented(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(by + line)
	}
	return b.String() + "\n"
}

const elements = `
resources:
- name: web
  version: 1.4.2
  type: ociArtifact/v1
  relation: external
  extraIdentity: {os: linux}
  labels: [{name: l1, value: {b: 1, a: null}, version: v1, signing: true, merge: {algorithm: default}}]
  access: {type: ociArtifact, imageReference: "http://registry.example:5000/web:1"}
  digest: {hashAlgorithm: SHA-256, normalisationAlgorithm: ociArtifactDigest/v1, value: ab}
  srcRefs: [{identitySelector: {name: main}, labels: []}]
- name: notes
  version: 1.4.2
  type: vendor.example/notes/v1
  relation: local
  access: {type: vendor.example/store/v7, path: [1, 2]}
  digest: {hashAlgorithm: "", normalisationAlgorithm: "", value: ""}
  srcRef: [{identitySelector: {name: main}}]
sources:
- name: main
  type: git/v1
  access: {type: GitHub/v1, repoUrl: github.com/acme/shop, commit: abc}
`

const references = `
- name: api
  version: v3.1.0
  componentName: acme.org/shop/api
  digest: {hashAlgorithm: SHA-256, normalisationAlgorithm: jsonNormalisation/v3, value: cd}
- {name: base, version: "1.0", componentName: acme.org/base, digest: null}
`

func decode(t *testing.T, text string) *component.Descriptor {
	t.Helper()
	d, err := component.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDecodeBothSchemas(t *testing.T) {
	t.Parallel()
	old := decode(t, v2(elements+"componentReferences:"+references))
	modern := decode(t, v3(elements+"references:"+references))
	t.Run("equal", func(t *testing.T) {
		is := is.New(t)
		is.Equal(old.Schema, component.SchemaV2)
		is.Equal(modern.Schema, component.SchemaV3Alpha1)
		same := *modern
		same.Schema = old.Schema
		is.Equal(cmp.Diff(*old, same), "") // v2, v3alpha1
	})
	t.Run("content", func(t *testing.T) {
		is := is.New(t)
		web, notes := old.Resources[0], old.Resources[1]
		is.Equal(old.ID, component.ID{Name: "acme.org/shop", Version: "1.0.0"})
		is.Equal(old.Provider, "acme.org")
		is.Equal(web.Type, "ociArtifact/v1")
		is.Equal(notes.Type, "vendor.example/notes/v1") // unknown types stay
		is.Equal(web.Access.Type, "ociRegistry")
		is.Equal(notes.Access.Type, "vendor.example/store/v7")
		is.Equal(string(notes.Access.Raw), `{"path":[1,2],"type":"vendor.example/store/v7"}`)
		is.Equal(web.Digest.Value, "ab")
		is.True(notes.Digest == nil) // a digest without content is none
		is.Equal(web.SrcRefs[0].IdentitySelector, map[string]string{"name": "main"})
		is.Equal(notes.SrcRefs, []component.SrcRef{{IdentitySelector: map[string]string{"name": "main"}}}) // old name
		label := web.Labels[0]
		is.Equal(string(label.Value), `{"a":null,"b":1}`)
		is.True(label.Signing)
		is.Equal(label.Version, "v1")
		is.Equal(string(label.Merge), `{"algorithm":"default"}`)
		is.Equal(old.Sources[0].Version, "") // may be absent
		is.Equal(old.Sources[0].Access.Type, "github")
		is.Equal(old.References[0].Target(), component.ID{Name: "acme.org/shop/api", Version: "v3.1.0"})
		is.Equal(old.References[0].Digest.Value, "cd")
		is.True(old.References[1].Digest == nil)
	})
}

func TestDecodeJSON(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	text := v2(elements + "componentReferences:" + references)
	data, err := yaml.YAMLToJSON([]byte(text))
	is.NoErr(err)
	is.Equal(cmp.Diff(decode(t, text), decode(t, "\ufeff \n"+string(data)+"\n")), "") // YAML, JSON

	d := decode(t, `{"meta":{"schemaVersion":"v2"},"component":{"name":"a\u002fb","version":"1","provider":"p","labels":[{"name":"l","value":1.10}]}}`)
	is.Equal(d.Name, "a/b")
	is.Equal(string(d.Labels[0].Value), "1.10") // as written
}

func TestDecodeIsLenient(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"lists absent":        v2(""),
		"lists null":          v2("sources: null\nresources: ~\ncomponentReferences:\nrepositoryContexts: null"),
		"lists empty":         v2("sources: []\nresources: []"),
		"second document":     v2("") + "---\nmeta: {schemaVersion: v9}\n",
		"byte order mark":     "\ufeff" + v2(""),
		"unknown fields":      v2("future: {a: 1}") + "other: 1\n",
		"anchors":             strings.ReplaceAll(v2("future: [*n]"), "name: acme", "name: &n acme"),
		"last duplicate":      v2("provider: other.org\nprovider: acme.org"),
		"spec null":           strings.TrimSuffix(v3(""), "spec:\n"),
		"meta without schema": v3("") + "meta: odd\n",
		"meta null":           v3("") + "meta:\n",
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			d := decode(t, text)
			is.Equal(d.ID, component.ID{Name: "acme.org/shop", Version: "1.0.0"})
			is.Equal(d.Provider, "acme.org")
			is.Equal(len(d.Resources)+len(d.Sources)+len(d.References)+len(d.RepositoryContexts), 0)
		})
	}
}

func TestDecodeFaults(t *testing.T) {
	t.Parallel()
	resource := func(fields string) string {
		return v2("resources:\n- {name: aa, version: 1.0.0, type: blob, relation: local, access: {type: none}}\n- {" + fields + "}")
	}
	cases := map[string]struct{ text, path, says string }{
		"empty":                {" \n", "", "is empty"},
		"scalar":               {"just text", "", "the document is a string, want an object"},
		"list":                 {"[1]", "", "the document is a list"},
		"YAML syntax":          {"a: [", "", "neither JSON nor YAML"},
		"not UTF-8":            {"a: \xff", "", "not valid UTF-8"},
		"infinity":             {v2("labels: [{name: l1, value: .inf}]"), "", "neither JSON nor YAML"},
		"no schema":            {"component: {}", "", "has no schema"},
		"old schema":           {"meta: {schemaVersion: v1}", "", `meta.schemaVersion "v1" is unknown, want "v2"`},
		"schema is a number":   {"meta: {schemaVersion: 2}", "meta.schemaVersion", "is a number (2), want a string"},
		"both schemas":         {"meta: {schemaVersion: v2}\napiVersion: ocm.software/v3alpha1", "", "remove one"},
		"other API":            {"apiVersion: ocm.gardener.cloud/v3alpha1", "", `apiVersion "ocm.gardener.cloud/v3alpha1" is unknown`},
		"other kind":           {"apiVersion: ocm.software/v3alpha1\nkind: Pod", "", `kind is "Pod"`},
		"no component":         {"meta: {schemaVersion: v2}", "component", "is missing"},
		"no metadata":          {"apiVersion: ocm.software/v3alpha1\nkind: ComponentVersion", "metadata", "is missing"},
		"component is a list":  {"meta: {schemaVersion: v2}\ncomponent: []", "component", "is a list, want an object"},
		"no name":              {"meta: {schemaVersion: v2}\ncomponent: {version: 1.0.0, provider: p}", "component.name", "is missing"},
		"no version":           {"meta: {schemaVersion: v2}\ncomponent: {name: nn, provider: p}", "component.version", "is missing"},
		"no provider":          {"meta: {schemaVersion: v2}\ncomponent: {name: nn, version: 1.0.0}", "component.provider", "is missing"},
		"number for a version": {"meta: {schemaVersion: v2}\ncomponent: {name: nn, version: 1.10}", "component.version", "is a number (1.1), want a string: put it in quotes"},
		"empty name":           {"meta: {schemaVersion: v2}\ncomponent: {name: ''}", "component.name", "is empty"},
		"null name":            {"meta: {schemaVersion: v2}\ncomponent: {name: }", "component.name", "is null, want a string"},
		"provider is object":   {"meta: {schemaVersion: v2}\ncomponent: {provider: {name: p}}", "component.provider", "is an object, want a string"},
		"v3 provider unnamed":  {strings.Replace(v3(""), "{name: acme.org}", "{}", 1), "metadata.provider.name", "is missing"},
		"v3 no provider":       {strings.Replace(v3(""), "  provider: {name: acme.org}\n", "", 1), "metadata.provider", "is missing"},
		"list is an object":    {v2("resources: {}"), "component.resources", "is an object, want a list"},
		"context is text":      {v2("repositoryContexts: [x]"), "component.repositoryContexts[0]", "is a string, want an object"},
		"number in element":    {resource("name: bb, version: 1.10"), "component.resources[1].version", "is a number (1.1)"},
		"boolean name":         {resource("name: yes"), "component.resources[1].name", "is a boolean (true)"},
		"element unnamed":      {resource("version: 1.0.0, type: blob, relation: local, access: {type: none}"), "component.resources[1].name", "is missing"},
		"element no version":   {resource("name: bb, type: blob, relation: local, access: {type: none}"), "component.resources[1].version", "is missing"},
		"element no type":      {resource("name: bb, version: 1.0.0, relation: local, access: {type: none}"), "component.resources[1].type", "is missing"},
		"no relation":          {resource("name: bb, version: 1.0.0, type: blob, access: {type: none}"), "component.resources[1].relation", "is missing"},
		"other relation":       {resource("relation: remote"), "component.resources[1].relation", `is "remote", want "local" or "external"`},
		"no access":            {resource("name: bb, version: 1.0.0, type: blob, relation: local"), "component.resources[1].access", "is missing"},
		"null access":          {resource("access: null"), "component.resources[1].access", "is null, want an object"},
		"access no type":       {resource("access: {}"), "component.resources[1].access.type", "is missing"},
		"extra identity":       {resource("extraIdentity: {size: 1}"), "component.resources[1].extraIdentity.size", "is a number (1)"},
		"reserved key":         {resource("extraIdentity: {name: x}"), "component.resources[1].extraIdentity", "reserved"},
		"digest is text":       {resource("digest: abc"), "component.resources[1].digest", "is a string, want an object"},
		"digest of numbers":    {resource("digest: {value: 1}"), "component.resources[1].digest.value", "is a number (1)"},
		"label unnamed":        {v2("labels: [{value: 1}]"), "component.labels[0].name", "is missing"},
		"label no value":       {v2("labels: [{name: l1}]"), "component.labels[0].value", "is missing"},
		"label signing":        {v2("labels: [{name: l1, value: 1, signing: maybe}]"), "component.labels[0].signing", "is a string, want true or false"},
		"source unnamed":       {v2("sources: [{type: git, access: {type: none}}]"), "component.sources[0].name", "is missing"},
		"source access":        {v2("sources: [{name: aa, type: git, access: null}]"), "component.sources[0].access", "is null"},
		"reference unnamed":    {v2("componentReferences: [{componentName: a/b, version: 1.0.0}]"), "component.componentReferences[0].name", "is missing"},
		"reference to nothing": {v2("componentReferences: [{name: aa, version: 1.0.0}]"), "component.componentReferences[0].componentName", "is missing"},
		"reference no version": {v3("references: [{name: aa, componentName: a/b}]"), "spec.references[0].version", "is missing"},
		"source reference":     {resource("srcRefs: [{identitySelector: []}]"), "component.resources[1].srcRefs[0].identitySelector", "is a list"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			_, err := component.Decode([]byte(c.text))
			is.True(errors.Is(err, component.ErrMalformed))
			var fault *component.DecodeError
			is.True(errors.As(err, &fault))
			is.Equal(fault.Path, c.path)
			is.True(strings.Contains(err.Error(), c.says)) // what is wrong
		})
	}
}

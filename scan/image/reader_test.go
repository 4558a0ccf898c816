package image_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/scan/image"
)

var (
	id    = component.ID{Name: "example.org/shop", Version: "1.0.0"}
	files = []string{"etc/os-release", "usr/lib/os-release"}
)

// contents returns what the files are, "-" for one that is not there.
func contents(root *image.Root, names ...string) []string {
	var list []string
	for _, name := range names {
		text, err := root.ReadFile(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			list = append(list, "-")
		case err != nil:
			list = append(list, err.Error())
		default:
			list = append(list, string(text))
		}
	}
	return list
}

// TestForms reads one image in every form in which archives hold images.
func TestForms(t *testing.T) {
	t.Parallel()
	layers := []layer{
		{{name: "etc/"}, {name: "etc/os-release", link: "../usr/lib/os-release"}, {name: "usr/lib/os-release", content: "ID=old\n"}},
		{{name: "usr/lib/os-release", content: "ID=debian\n"}},
	}
	layout := func(set []member) []member {
		for i, m := range set {
			set[i].name = strings.Replace(m.name, "sha256.", "sha256/", 1)
		}
		return set
	}
	renamed := func(set []member) []member {
		set[0].name = "artifact-descriptor.json"
		return set
	}
	dotted := func(set []member) []member {
		for i := range set {
			set[i].name = "./" + set[i].name
		}
		return set
	}
	const reference = "registry.example.org/shop/web:1"
	cases := map[string]func(s *store) component.Resource{
		"artefact set": func(s *store) component.Resource {
			return s.local(setType, zip(packTar(s.set(s.addImage(zip, layers...), false)...)))
		},
		"artefact set, blobs first": func(s *store) component.Resource {
			return s.local(setType, zip(packTar(s.set(s.addImage(zip, layers...), true)...)))
		},
		"artefact set, old index, plain tar, plain layers": func(s *store) component.Resource {
			return s.local(setType, packTar(renamed(s.set(s.addImage(plain, layers...), false))...))
		},
		"OCI layout, zstd": func(s *store) component.Resource {
			return s.local("application/vnd.ocm.software.oci.layout.v1+tar", zst(packTar(layout(s.set(s.addImage(zst, layers...), false))...)))
		},
		"names with ./": func(s *store) component.Resource {
			return s.local(setType, zip(packTar(dotted(s.set(s.addImage(zip, layers...), false))...)))
		},
		"manifest": func(s *store) component.Resource {
			return s.local(ocispec.MediaTypeImageManifest, s.blobs[string(s.addImage(zip, layers...).Digest)])
		},
		"index": func(s *store) component.Resource {
			return s.local(ocispec.MediaTypeImageIndex, s.blobs[string(s.addIndex(s.addImage(zip, layers...)).Digest)])
		},
		"artefact of the repository": func(s *store) component.Resource {
			s.images[reference] = string(s.addImage(zip, layers...).Digest)
			return component.Resource{Access: component.Access{Type: "ociRegistry", Raw: encode(map[string]string{"imageReference": reference})}}
		},
		"relative artefact of the repository": func(s *store) component.Resource {
			s.images["shop/web:1"] = string(s.addImage(zip, layers...).Digest)
			return component.Resource{Access: component.Access{Type: "relativeOciReference", Raw: encode(map[string]string{"reference": "shop/web:1"})}}
		},
		"artefact with a scheme": func(s *store) component.Resource {
			s.images[reference] = string(s.addImage(zip, layers...).Digest)
			return component.Resource{Access: component.Access{Type: "ociRegistry", Raw: encode(map[string]string{"imageReference": "http://" + reference})}}
		},
		"file of a component archive": func(s *store) component.Resource {
			set := s.add(zip(packTar(s.set(s.addImage(zip, layers...), false)...)))
			return component.Resource{Access: component.Access{Type: "localBlob/v1", Raw: encode(map[string]string{
				"localReference": strings.Replace(string(set), ":", ".", 1), "mediaType": setType,
			})}}
		},
		"old access": func(s *store) component.Resource {
			main := s.addImage(zip, layers...)
			return component.Resource{Access: component.Access{Type: "localOciBlob", Raw: encode(map[string]string{
				"digest": string(main.Digest), "mediaType": ocispec.MediaTypeImageManifest,
			})}}
		},
	}
	for name, make := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := newStore()
			roots, err := image.New(s, image.Config{}).Read(context.Background(), id, make(s), files...)
			is.NoErr(err)
			is.Equal(len(roots), 1)
			is.Equal(contents(roots[0], files...), []string{"ID=debian\n", "ID=debian\n"})
			is.Equal(roots[0].Platform.Architecture, "amd64")
			is.True(strings.HasPrefix(roots[0].Digest, "sha256:"))
		})
	}
}

// TestLayers puts layers together as a container engine does.
func TestLayers(t *testing.T) {
	t.Parallel()
	release := member{name: "etc/os-release", content: "low"}
	cases := map[string]struct {
		layers []layer
		want   string // content of etc/os-release
	}{
		"none":                          {nil, "-"},
		"plain":                         {[]layer{{release}}, "low"},
		"upper layer wins":              {[]layer{{release}, {{name: "etc/os-release", content: "up"}}}, "up"},
		"last entry of a layer wins":    {[]layer{{release, {name: "etc/os-release", content: "last"}}}, "last"},
		"whiteout":                      {[]layer{{release}, {{name: "etc/.wh.os-release"}}}, "-"},
		"whiteout of the directory":     {[]layer{{release}, {{name: ".wh.etc"}}}, "-"},
		"whiteout of nothing":           {[]layer{{{name: "etc/.wh.os-release"}}, {release}}, "low"},
		"whiteout of another file":      {[]layer{{release}, {{name: "etc/.wh.passwd"}, {name: "var/.wh.etc"}}}, "low"},
		"whiteout after own file":       {[]layer{{release}, {{name: "etc/os-release", content: "up"}, {name: "etc/.wh.os-release"}}}, "up"},
		"opaque":                        {[]layer{{release}, {{name: "etc/"}, {name: "etc/.wh..wh..opq"}}}, "-"},
		"opaque root":                   {[]layer{{release}, {{name: ".wh..wh..opq"}}}, "-"},
		"opaque keeps own file":         {[]layer{{release}, {{name: "etc/os-release", content: "up"}, {name: "etc/.wh..wh..opq"}}}, "up"},
		"opaque elsewhere":              {[]layer{{release}, {{name: "var/.wh..wh..opq"}}}, "low"},
		"directory again":               {[]layer{{release}, {{name: "etc/"}}}, "low"},
		"directory replaced by a file":  {[]layer{{release}, {{name: "etc", content: "x"}}}, "-"},
		"file replaced by a directory":  {[]layer{{release}, {{name: "etc/os-release/"}}}, "-"},
		"file where a directory is":     {[]layer{{{name: "etc", content: "x"}}, {release}}, "low"},
		"device":                        {[]layer{{release}, {{name: "etc/os-release", typ: '3'}}}, "-"},
		"absolute name":                 {[]layer{{{name: "/etc/os-release", content: "abs"}}}, "abs"},
		"name with ./":                  {[]layer{{{name: "./etc/os-release", content: "dot"}}}, "dot"},
		"name beyond the root":          {[]layer{{{name: "../../etc/os-release", content: "up"}}}, "up"},
		"name with .. in it":            {[]layer{{{name: "var/../etc//os-release", content: "in"}}}, "in"},
		"backslashes are no separators": {[]layer{{{name: `etc\os-release`, content: "x"}}}, "-"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := newStore()
			main := s.addImage(zip, c.layers...)
			roots, err := image.New(s, image.Config{}).Read(context.Background(), id, s.local(setType, zip(packTar(s.set(main, false)...))), files...)
			is.NoErr(err)
			is.Equal(contents(roots[0], "etc/os-release"), []string{c.want})
		})
	}
}

// TestLinks follows links inside the image and nowhere else.
func TestLinks(t *testing.T) {
	t.Parallel()
	target := member{name: "usr/lib/os-release", content: "found"}
	link := func(to string) member { return member{name: "etc/os-release", link: to} }
	loop := []member{link("../usr/lib/os-release"), {name: "usr/lib/os-release", link: "/etc/os-release"}}
	cases := map[string]struct {
		layers []layer
		want   string // content of etc/os-release
		passes int
	}{
		"relative":                       {[]layer{{target, link("../usr/lib/os-release")}}, "found", 1},
		"absolute":                       {[]layer{{target, link("/usr/lib/os-release")}}, "found", 1},
		"beyond the root":                {[]layer{{target, link("../../../../usr/lib/os-release")}}, "found", 1},
		"to itself":                      {[]layer{{link("os-release")}}, "-", 1},
		"loop":                           {[]layer{loop}, "-", 1},
		"to a directory":                 {[]layer{{{name: "usr/lib/os-release/"}, link("/usr/lib/os-release")}}, "-", 1},
		"through a file":                 {[]layer{{target, link("/usr/lib/os-release/x")}}, "-", 2},
		"dangling":                       {[]layer{{link("/nowhere")}}, "-", 2},
		"to a file that was not wanted":  {[]layer{{link("/opt/release"), {name: "opt/release", content: "far"}}}, "far", 2},
		"twice":                          {[]layer{{link("/a"), {name: "a", link: "b/c"}, {name: "b/c", content: "far"}}}, "far", 3},
		"too far":                        {[]layer{{link("/a"), {name: "a", link: "b"}, {name: "b", link: "c"}, {name: "c", content: "x"}}}, "-", 3},
		"directory":                      {[]layer{{{name: "etc", link: "usr/etc"}, {name: "usr/etc/os-release", content: "far"}}}, "far", 2},
		"directory of a lower layer":     {[]layer{{{name: "etc", link: "usr/etc"}}, {{name: "etc/os-release", content: "up"}}}, "up", 1},
		"directory loop":                 {[]layer{{{name: "etc", link: "etc"}}, {{name: "etc/os-release", content: "up"}}}, "-", 1},
		"hard":                           {[]layer{{target, {name: "etc/os-release", hard: "usr/lib/os-release"}}}, "found", 1},
		"hard, absolute":                 {[]layer{{target, {name: "etc/os-release", hard: "/usr/lib/os-release"}}}, "found", 1},
		"hard, to what was not wanted":   {[]layer{{{name: "x", content: "far"}, {name: "etc/os-release", hard: "x"}}}, "far", 2},
		"hard, to nothing":               {[]layer{{{name: "etc/os-release", hard: "../../x"}}}, "-", 2},
		"hard, target changed above":     {[]layer{{target, {name: "etc/os-release", hard: "usr/lib/os-release"}}, {{name: "usr/lib/os-release", content: "new"}}}, "found", 1},
		"hard, target whited out above":  {[]layer{{target, {name: "etc/os-release", hard: "usr/lib/os-release"}}, {{name: "usr/.wh.lib"}}}, "found", 1},
		"hard, to a symbolic link":       {[]layer{{target, {name: "l", link: "/usr/lib/os-release"}, {name: "etc/os-release", hard: "l"}}}, "found", 2},
		"hard, to a directory":           {[]layer{{{name: "usr/lib/os-release/"}, {name: "etc/os-release", hard: "usr/lib/os-release"}}}, "-", 1},
		"link replaced by a file":        {[]layer{{target, link("/usr/lib/os-release")}, {{name: "etc/os-release", content: "own"}}}, "own", 1},
		"whiteout removes only the link": {[]layer{{target, link("/usr/lib/os-release")}, {{name: "etc/.wh.os-release"}}}, "-", 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := newStore()
			main := s.addImage(zip, c.layers...)
			res := s.local(setType, zip(packTar(s.set(main, false)...)))
			roots, err := image.New(s, image.Config{}).Read(context.Background(), id, res, files...)
			is.NoErr(err)
			is.Equal(contents(roots[0], "etc/os-release"), []string{c.want})
			is.Equal(s.opened, c.passes) // a set is read once, and again only to follow links
		})
	}
}

// TestIndex reads all platforms, in order, and leaves out what is no image.
func TestIndex(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := newStore()
	shared := layer{{name: "etc/os-release", content: "ID=shared"}}
	own := func(arch string, layers ...layer) ocispec.Descriptor {
		d := s.addImage(zip, append([]layer{shared}, layers...)...)
		d.Platform = &ocispec.Platform{OS: "linux", Architecture: arch}
		return d
	}
	attestation := s.addManifest(ocispec.Manifest{Config: s.descriptor(ocispec.MediaTypeImageConfig, []byte("{}"))})
	attestation.Platform = &ocispec.Platform{OS: "unknown", Architecture: "unknown"}
	signature := attestation
	signature.Platform, signature.Annotations = nil, map[string]string{"vnd.docker.reference.type": "attestation-manifest"}
	vendor := ocispec.Descriptor{MediaType: "application/vnd.example.thing", Digest: attestation.Digest}
	nested := s.addIndex(own("arm64", layer{{name: "etc/os-release", content: "ID=arm"}}))
	index := s.addIndex(own("amd64", layer{{name: "app", content: "1"}}), attestation, nested, signature, vendor)
	for name, res := range map[string]component.Resource{
		"parts": s.local(ocispec.MediaTypeImageIndex, s.blobs[string(index.Digest)]),
		"set":   s.local(setType, zip(packTar(s.set(index, false)...))),
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			s.opened = 0
			roots, err := image.New(s, image.Config{}).Read(context.Background(), id, res, "/etc/os-release")
			is.NoErr(err)
			var got []string
			for _, root := range roots {
				got = append(got, root.Platform.Architecture+" "+contents(root, "etc/os-release")[0])
			}
			is.Equal(cmp.Diff([]string{"amd64 ID=shared", "arm64 ID=arm"}, got), "")
			if name == "parts" {
				is.Equal(s.opened, 9) // 2 indexes, 2 manifests, 2 configurations, 3 layers: the shared one once
			}
		})
	}
	images, err := image.Load(context.Background(), blobs{s}, string(index.Digest), image.Config{})
	is.NoErr(err)
	is.Equal(len(images), 2)
	is.Equal(len(images[1].Layers), 2)
	root, err := images[1].Root(context.Background(), blobs{s}, image.Config{}, files...)
	is.NoErr(err)
	is.Equal(contents(root, files...), []string{"ID=arm", "-"})
}

// TestForeign leaves out layers that only their vendor may distribute.
func TestForeign(t *testing.T) {
	t.Parallel()
	s := newStore()
	away := newStore().descriptor("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", zip(packTar()))
	here := s.descriptor(ocispec.MediaTypeImageLayerGzip, zip(packTar(member{name: "etc/os-release", content: "here"})))
	main := s.addManifest(ocispec.Manifest{Config: s.descriptor("", []byte("{}")), Layers: []ocispec.Descriptor{away, here}})
	for name, res := range map[string]component.Resource{
		"parts": s.local(ocispec.MediaTypeImageManifest, s.blobs[string(main.Digest)]),
		"set":   s.local(setType, zip(packTar(s.set(main, false)...))),
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			roots, err := image.New(s, image.Config{}).Read(context.Background(), id, res, files...)
			is.NoErr(err)
			is.Equal(contents(roots[0], "etc/os-release"), []string{"here"})
		})
	}
}

// TestLayoutWithoutMain finds what an OCI layout without annotations is about.
func TestLayoutWithoutMain(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := newStore()
	one := s.addImage(zip, layer{{name: "etc/os-release", content: "1"}})
	two := s.addImage(zip, layer{{name: "etc/os-release", content: "2"}})
	set := s.set(one, false)
	for want, manifests := range map[string][]ocispec.Descriptor{"1": {one}, "1 2": {one, two}} {
		set[0].content = string(encode(ocispec.Index{Manifests: manifests}))
		roots, err := image.New(s, image.Config{}).Read(context.Background(), id, s.local(setType, packTar(set...)), files...)
		is.NoErr(err)
		var got []string
		for _, root := range roots {
			got = append(got, contents(root, "etc/os-release")...)
		}
		is.Equal(strings.Join(got, " "), want)
	}
	is.True(slices.ContainsFunc(set, func(m member) bool { return m.name == "oci-layout" }))
}

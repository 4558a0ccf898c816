package image_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/matryer/is"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/scan/image"
)

var release = layer{{name: "etc/os-release", content: "ID=debian\n"}}

// inSet returns the resource whose image is main, packed as an artefact set.
func (s *store) inSet(main ocispec.Descriptor) component.Resource {
	return s.local(setType, zip(packTar(s.set(main, false)...)))
}

// asParts returns the resource whose image is main, each part a blob.
func (s *store) asParts(main ocispec.Descriptor) component.Resource {
	return s.local(main.MediaType, s.blobs[string(main.Digest)])
}

// TestBadImages ends with an error that says what is wrong.
func TestBadImages(t *testing.T) {
	t.Parallel()
	raw := func(mediaType string, b []byte) func(*store) component.Resource {
		return func(s *store) component.Resource { return s.local(mediaType, b) }
	}
	access := func(typ, raw string) func(*store) component.Resource {
		return func(*store) component.Resource {
			return component.Resource{Access: component.Access{Type: typ, Raw: []byte(raw)}}
		}
	}
	cases := map[string]struct {
		resource func(s *store) component.Resource
		cfg      image.Config
		want     error
		says     string
	}{
		"text":                       {resource: raw(setType, []byte("not a real chart")), want: image.ErrNotImage, says: "no tar archive"},
		"nothing":                    {resource: raw(setType, nil), want: image.ErrNotImage},
		"compressed text":            {resource: raw(setType, zip([]byte(strings.Repeat("text", 500)))), want: image.ErrNotImage},
		"tar of something else":      {resource: raw(setType, zip(packTar(release...))), want: image.ErrNotImage, says: "index.json"},
		"empty tar":                  {resource: raw(setType, packTar()), want: image.ErrNotImage},
		"gzip header only":           {resource: raw(setType, []byte{0x1f, 0x8b}), want: image.ErrCorrupt},
		"zstd header only":           {resource: raw(setType, []byte{0x28, 0xb5, 0x2f, 0xfd}), want: image.ErrCorrupt},
		"access of another kind":     {resource: access("gitHub", `{}`), want: image.ErrAccess, says: "gitHub"},
		"access without a blob":      {resource: access("localBlob/v1", `{}`), want: image.ErrCorrupt},
		"access without a reference": {resource: access("ociRegistry", `{}`), want: image.ErrCorrupt},
		"access that is no object":   {resource: access("localBlob/v1", `[]`), want: image.ErrCorrupt},
		"image elsewhere":            {resource: access("ociRegistry", `{"imageReference":"elsewhere.example.org/x:1"}`), want: image.ErrElsewhere, says: "elsewhere.example.org/x:1"},
		"blob that is not there":     {resource: access("localBlob/v1", `{"localReference":"sha256:`+strings.Repeat("0", 64)+`"}`), want: component.ErrNotFound},
		"digest that is too short":   {resource: access("localBlob/v1", `{"localReference":"sha256:00"}`), want: image.ErrCorrupt, says: "digest of one blob"},
		"relative image elsewhere":   {resource: access("relativeOciReference", `{"reference":"shop/x:1"}`), want: image.ErrElsewhere, says: "shop/x:1"},
		"relative without reference": {resource: access("relativeOciReference", `{}`), want: image.ErrCorrupt},
		"manifest that is not there": {resource: access("localBlob/v1", `{"localReference":"sha256:`+strings.Repeat("0", 64)+`","mediaType":"`+ocispec.MediaTypeImageManifest+`"}`), want: component.ErrNotFound},
		"manifest with a digest that is none": {
			resource: access("localBlob/v1", `{"localReference":"../../etc/passwd","mediaType":"`+ocispec.MediaTypeImageManifest+`"}`), want: image.ErrCorrupt,
		},
		"manifest that is no JSON": {resource: raw(ocispec.MediaTypeImageManifest, []byte("x")), want: image.ErrCorrupt},
		"schema 1":                 {resource: raw(ocispec.MediaTypeImageManifest, []byte(`{"schemaVersion":1}`)), want: image.ErrNotImage},
		"document too large": {
			resource: func(s *store) component.Resource { return s.asParts(s.addImage(zip, release)) },
			cfg:      image.Config{MaxDocumentBytes: 100}, want: image.ErrBudget,
		},
		"document of a set too large": {
			resource: func(s *store) component.Resource { return s.inSet(s.addImage(zip, release)) },
			cfg:      image.Config{MaxDocumentBytes: 300}, want: image.ErrCorrupt, says: "at most 300 bytes",
		},
		"too many documents": {
			resource: func(s *store) component.Resource {
				for i := range 9 {
					s.add(fmt.Appendf(nil, "{%1000d}", i))
				}
				return s.inSet(s.addImage(zip, release))
			},
			cfg: image.Config{MaxDocumentBytes: 1005}, want: image.ErrBudget, says: "documents",
		},
		"Helm chart": {
			resource: func(s *store) component.Resource {
				return s.inSet(s.addManifest(ocispec.Manifest{Config: s.descriptor("application/vnd.cncf.helm.config.v1+json", []byte("{}"))}))
			},
			want: image.ErrNotImage, says: "helm",
		},
		"index of nothing": {
			resource: func(s *store) component.Resource { return s.inSet(s.addIndex()) }, want: image.ErrNotImage,
		},
		"index of attestations": {
			resource: func(s *store) component.Resource {
				d := s.addImage(zip, release)
				d.Platform = &ocispec.Platform{OS: "unknown", Architecture: "unknown"}
				return s.asParts(s.addIndex(d))
			},
			want: image.ErrNotImage, says: "lists no image",
		},
		"too many images": {
			resource: func(s *store) component.Resource {
				d := s.addImage(zip, release)
				return s.asParts(s.addIndex(d, d, d))
			},
			cfg: image.Config{MaxImages: 2}, want: image.ErrBudget,
		},
		"too many layers": {
			resource: func(s *store) component.Resource { return s.asParts(s.addImage(zip, release, release, release)) },
			cfg:      image.Config{MaxLayers: 2}, want: image.ErrBudget,
		},
		"indexes in indexes": {
			resource: func(s *store) component.Resource {
				d := s.addImage(zip, release)
				for range 9 {
					d = s.addIndex(d)
				}
				return s.asParts(d)
			},
			want: image.ErrBudget, says: "nested",
		},
		"image other than the descriptor says": {
			resource: func(s *store) component.Resource {
				r := s.inSet(s.addImage(zip, release))
				r.Digest = &component.Digest{HashAlgorithm: "SHA-256", NormalisationAlgorithm: "ociArtifactDigest/v1", Value: "00"}
				return r
			},
			want: image.ErrCorrupt, says: "the descriptor says sha256:00",
		},
		"configuration that is no JSON": {
			resource: func(s *store) component.Resource {
				return s.asParts(s.addManifest(ocispec.Manifest{Config: s.descriptor(ocispec.MediaTypeImageConfig, []byte("[]"))}))
			},
			want: image.ErrCorrupt,
		},
		"diff ids for other layers": {
			resource: func(s *store) component.Resource {
				config := ocispec.Image{RootFS: ocispec.RootFS{DiffIDs: []digest.Digest{"sha256:00"}}}
				return s.asParts(s.addManifest(ocispec.Manifest{Config: s.descriptor(ocispec.MediaTypeImageConfig, encode(config))}))
			},
			want: image.ErrCorrupt, says: "1 diff ids for 0 layers",
		},
		"another diff id": {
			resource: func(s *store) component.Resource {
				config := ocispec.Image{RootFS: ocispec.RootFS{DiffIDs: []digest.Digest{digest.FromString("x")}}}
				return s.inSet(s.addManifest(ocispec.Manifest{
					Config: s.descriptor(ocispec.MediaTypeImageConfig, encode(config)),
					Layers: []ocispec.Descriptor{s.descriptor(ocispec.MediaTypeImageLayerGzip, zip(packTar(release...)))},
				}))
			},
			want: image.ErrCorrupt, says: "diff id",
		},
		"another size": {
			resource: func(s *store) component.Resource {
				d := s.addImage(zip, release)
				d.Size++
				return s.asParts(s.addIndex(d))
			},
			want: image.ErrCorrupt, says: "bytes, want",
		},
		"layer with a digest that is none": {resource: withLayer("sha256:../x"), want: image.ErrCorrupt, says: `digest "sha256:../x"`},
		"layer that is not there":          {resource: withLayer(string(digest.FromString("x"))), want: component.ErrNotFound},
		"layer that is no tar":             {resource: withLayer(string(digest.FromBytes(notTar))), want: image.ErrCorrupt, says: "read layer"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := newStore()
			s.add(notTar)
			_, err := image.New(s, c.cfg).Read(context.Background(), id, c.resource(s), files...)
			is.True(errors.Is(err, c.want)) // the sentinel
			is.True(strings.Contains(err.Error(), c.says))
		})
	}
}

var notTar = bytes.Repeat([]byte("no tar "), 200)

func withLayer(d string) func(s *store) component.Resource {
	return func(s *store) component.Resource {
		return s.asParts(s.addManifest(ocispec.Manifest{
			Config: s.descriptor(ocispec.MediaTypeImageConfig, []byte("{}")),
			Layers: []ocispec.Descriptor{{MediaType: ocispec.MediaTypeImageLayerGzip, Digest: digest.Digest(d)}},
		}))
	}
}

// TestBadSets damages a good artefact set.
func TestBadSets(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		damage func(set []member) []member
		want   error
		says   string
	}{
		"blob under a wrong name": {func(set []member) []member {
			set[3].name, set[4].name = set[4].name, set[3].name
			return set
		}, image.ErrCorrupt, "content has the digest"},
		"blob missing": {func(set []member) []member { return set[:len(set)-1] }, image.ErrCorrupt, "the archive has no"},
		"blob as a link out of the archive": {func(set []member) []member {
			for i := 3; i < len(set); i++ {
				set[i] = member{name: set[i].name, link: "/etc/passwd"}
			}
			return set
		}, image.ErrCorrupt, "the archive has no document"},
		"blob beyond the folder": {func(set []member) []member {
			for i := 3; i < len(set); i++ {
				set[i].name = strings.Replace(set[i].name, "blobs/", "blobs/../../", 1)
			}
			return set
		}, image.ErrCorrupt, "the archive has no document"},
		"index that is no JSON": {func(set []member) []member {
			set[0].content = "{"
			return set
		}, image.ErrCorrupt, "index.json"},
		"index about nothing": {func(set []member) []member {
			set[0].content = "{}"
			return set
		}, image.ErrNotImage, "neither"},
		"index with a path as digest": {func(set []member) []member {
			set[0].content = `{"annotations":{"software.ocm/main":"../../x"}}`
			return set
		}, image.ErrCorrupt, "digest"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := newStore()
			set := c.damage(s.set(s.addImage(zip, release), false))
			_, err := image.New(s, image.Config{}).Read(context.Background(), id, s.local(setType, zip(packTar(set...))), files...)
			is.True(errors.Is(err, c.want))
			is.True(strings.Contains(err.Error(), c.says))
		})
	}
}

// TestTruncated cuts a good image everywhere: it is an error, never another answer.
func TestTruncated(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := newStore()
	whole := zip(packTar(s.set(s.addImage(zip, release), false)...))
	for n := 2; n < len(whole); n += 7 {
		_, err := image.New(s, image.Config{}).Read(context.Background(), id, s.local(setType, whole[:n]), files...)
		is.True(errors.Is(err, image.ErrCorrupt)) // cut off
	}
}

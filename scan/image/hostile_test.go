package image_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
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
		"blob that is not there":     {resource: access("localBlob/v1", `{"localReference":"sha256:00"}`), want: component.ErrNotFound},
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

// TestBombs stops at each budget, not at the end of what a bomb unpacks to.
func TestBombs(t *testing.T) {
	t.Parallel()
	zeros := strings.Repeat("\x00", 1<<20)
	many := make(layer, 300)
	for i := range many {
		many[i].name = fmt.Sprint("f", i)
	}
	cases := map[string]struct {
		layers []layer
		cfg    image.Config
	}{
		"layer":   {[]layer{{{name: "zeros", content: zeros}}}, image.Config{MaxLayerBytes: 1 << 16}},
		"image":   {[]layer{{{name: "a", content: zeros[:1<<19]}}, {{name: "b", content: zeros[:1<<19+1]}}}, image.Config{MaxTotalBytes: 1 << 20}},
		"entries": {[]layer{many}, image.Config{MaxEntries: 299}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := newStore()
			main := s.addImage(zst, c.layers...)
			for _, res := range []component.Resource{s.asParts(main), s.inSet(main)} {
				_, err := image.New(s, c.cfg).Read(context.Background(), id, res, files...)
				is.True(errors.Is(err, image.ErrBudget))
			}
		})
	}
	t.Run("archive", func(t *testing.T) {
		t.Parallel()
		is := is.New(t)
		s := newStore()
		s.add(append([]byte("padding"), zeros...))
		_, err := image.New(s, image.Config{MaxTotalBytes: 1 << 19}).Read(context.Background(), id, s.inSet(s.addImage(zip, release)), files...)
		is.True(errors.Is(err, image.ErrBudget))
	})
	t.Run("archive entries", func(t *testing.T) {
		t.Parallel()
		is := is.New(t)
		s := newStore()
		_, err := image.New(s, image.Config{MaxEntries: 2}).Read(context.Background(), id, s.inSet(s.addImage(zip, release)), files...)
		is.True(errors.Is(err, image.ErrBudget))
	})
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		is := is.New(t)
		s := newStore()
		main := s.addImage(zip, layer{{name: "etc/os-release", content: zeros}, {name: "usr/lib/os-release", content: "small"}})
		roots, err := image.New(s, image.Config{MaxFileBytes: 1<<20 - 1}).Read(context.Background(), id, s.inSet(main), files...)
		is.NoErr(err) // one file that is too large spoils no other
		_, err = roots[0].ReadFile("etc/os-release")
		is.True(errors.Is(err, image.ErrBudget))
		is.Equal(contents(roots[0], "usr/lib/os-release"), []string{"small"})
	})
}

// TestRepeatedFile keeps one copy of a file that a layer holds a thousand times.
func TestRepeatedFile(t *testing.T) {
	is := is.New(t)
	const size, times = 1 << 16, 1000
	var l layer
	for range times {
		l = append(l, member{name: "etc/os-release", content: strings.Repeat("x", size)})
	}
	s := newStore()
	res := s.asParts(s.addImage(zip, l))
	var roots []*image.Root
	held := live(func() {
		var err error
		roots, err = image.New(s, image.Config{}).Read(context.Background(), id, res, files...)
		is.NoErr(err)
	})
	is.Equal(len(contents(roots[0], "etc/os-release")[0]), size)
	is.True(held < 2<<20) // of 64 MB
}

// live returns how much more memory is in use after do.
func live(do func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	do()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// TestMemory reads a large image and allocates little, whatever its size.
func TestMemory(t *testing.T) {
	is := is.New(t)
	allocated := func(size int) uint64 {
		s := newStore()
		main := s.addImage(zip, layer{{name: "zeros", content: strings.Repeat("\x00", size)}}, release)
		res := s.inSet(main)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		roots, err := image.New(s, image.Config{}).Read(context.Background(), id, res, files...)
		runtime.ReadMemStats(&after)
		is.NoErr(err)
		is.Equal(contents(roots[0], "etc/os-release"), []string{"ID=debian\n"})
		return after.TotalAlloc - before.TotalAlloc
	}
	small, large := allocated(1<<10), allocated(64<<20)
	t.Logf("allocated %d kB for an image of 1 kB, %d kB for one of 64 MB", small>>10, large>>10)
	is.True(large < small+256<<10) // does not grow with the image
}

// TestCancelled stops in the middle of a layer.
func TestCancelled(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx, cancel := context.WithCancel(context.Background())
	s := newStore()
	main := s.addImage(plain, layer{{name: "zeros", content: strings.Repeat("\x00", 1<<22)}})
	stopping := &stopping{store: s, layer: string(digest.FromBytes(packTar(member{name: "zeros", content: strings.Repeat("\x00", 1<<22)}))), cancel: cancel}
	_, err := image.New(stopping, image.Config{}).Read(ctx, id, s.asParts(main), files...)
	is.True(errors.Is(err, context.Canceled))
	is.True(!errors.Is(err, image.ErrCorrupt)) // not the fault of the image
}

// stopping is a store that cancels the context once a layer is being read.
type stopping struct {
	*store
	layer  string
	cancel func()
}

func (s *stopping) OpenBlob(ctx context.Context, id component.ID, d string) (*component.Blob, error) {
	blob, err := s.store.OpenBlob(ctx, id, d)
	if d == s.layer {
		s.cancel()
	}
	return blob, err
}

// TestTransport keeps the error of a repository, such as that of a wrong digest.
func TestTransport(t *testing.T) {
	t.Parallel()
	s := newStore()
	main := s.addImage(zip, release)
	broken := &failing{store: s}
	for name, res := range map[string]component.Resource{"parts": s.asParts(main), "set": s.inSet(main)} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			for broken.after = 0; broken.after < 3; broken.after++ {
				broken.opened = 0
				_, err := image.New(broken, image.Config{}).Read(context.Background(), id, res, files...)
				if broken.opened > broken.after {
					is.True(errors.Is(err, errTransport))
					is.True(!errors.Is(err, image.ErrCorrupt))
				}
			}
		})
	}
}

var errTransport = errors.New("connection lost")

// failing is a store in which the blobs after the first few break off.
type failing struct {
	*store
	after, opened int
}

func (f *failing) OpenBlob(ctx context.Context, id component.ID, d string) (*component.Blob, error) {
	blob, err := f.store.OpenBlob(ctx, id, d)
	if f.opened++; f.opened > f.after && err == nil {
		half := io.LimitReader(blob.ReadCloser, blob.Size/2)
		blob.ReadCloser = io.NopCloser(io.MultiReader(half, brokenReader{}))
	}
	return blob, err
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errTransport }

func TestConfig(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.NoErr(image.Config{}.Validate())
	err := image.Config{MaxLayerBytes: -1, MaxEntries: -2}.Validate()
	is.True(strings.Contains(err.Error(), "MaxLayerBytes is -1"))
	is.True(strings.Contains(err.Error(), "MaxEntries is -2"))
}

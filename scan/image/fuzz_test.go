package image_test

import (
	"context"
	"errors"
	"io/fs"
	"testing"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/scan/image"
)

// small budgets, so that the fuzzer meets them
var small = image.Config{
	MaxLayerBytes: 1 << 20, MaxTotalBytes: 1 << 21, MaxEntries: 1000, MaxFileBytes: 1 << 12, MaxDocumentBytes: 1 << 14,
}

// FuzzLayer reads arbitrary bytes as upper layer of an image: no panic, no file
// beyond its budget, and only the errors that Read documents.
func FuzzLayer(f *testing.F) {
	f.Add(packTar(release...))
	f.Add(zip(packTar(member{name: "etc", link: "../.."}, member{name: "etc/.wh..wh..opq"}, member{name: "etc/os-release", hard: "usr"})))
	f.Add(zst(packTar(member{name: "../etc/os-release/", link: "os-release"}, member{name: ".wh.etc"})))
	f.Add(packTar(member{name: "usr", content: "file"}, member{name: "usr/lib/os-release", typ: '6'}))
	f.Fuzz(func(t *testing.T, upper []byte) {
		s := newStore()
		lower := s.descriptor(ocispec.MediaTypeImageLayer, packTar(release...))
		main := s.addManifest(ocispec.Manifest{
			Config: s.descriptor(ocispec.MediaTypeImageConfig, []byte("{}")),
			Layers: []ocispec.Descriptor{lower, s.descriptor(ocispec.MediaTypeImageLayer, upper)},
		})
		for _, res := range []component.Resource{s.asParts(main), s.local(setType, packTar(s.set(main, false)...))} {
			check(t, s, res)
		}
	})
}

// FuzzSet reads arbitrary bytes as artefact set.
func FuzzSet(f *testing.F) {
	s := newStore()
	set := packTar(s.set(s.addImage(zip, release), false)...)
	f.Add(set)
	f.Add(zip(set))
	f.Add([]byte("text"))
	f.Fuzz(func(t *testing.T, set []byte) {
		s := newStore()
		check(t, s, s.local(setType, set))
	})
}

func check(t *testing.T, s *store, res component.Resource) {
	roots, err := image.New(s, small).Read(context.Background(), id, res, files...)
	known := []error{image.ErrBudget, image.ErrCorrupt, image.ErrNotImage, component.ErrNotFound}
	if err != nil {
		for _, sentinel := range known {
			if errors.Is(err, sentinel) {
				return
			}
		}
		t.Fatalf("error of no kind: %v", err)
	}
	for _, root := range roots {
		for _, name := range files {
			text, err := root.ReadFile(name)
			if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, image.ErrBudget) || int64(len(text)) > small.MaxFileBytes {
				t.Fatalf("%s: %d bytes, %v", name, len(text), err)
			}
		}
	}
}

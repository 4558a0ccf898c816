package image_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/opendeliverygear/odg/component"
)

// store is a repository in memory: blobs by digest, and images by reference.
type store struct {
	blobs  map[string][]byte
	images map[string]string
	opened int // how often a blob was opened
	open   int // blobs that nobody has closed yet
}

// counted is the content of a blob that notes when it is closed.
type counted struct {
	io.Reader
	open *int
}

func (c counted) Close() error {
	*c.open--
	return nil
}

func newStore() *store { return &store{blobs: map[string][]byte{}, images: map[string]string{}} }

func (s *store) add(b []byte) digest.Digest {
	d := digest.FromBytes(b)
	s.blobs[string(d)] = b
	return d
}

func (s *store) OpenBlob(_ context.Context, _ component.ID, d string) (*component.Blob, error) {
	b, ok := s.blobs[d]
	if !ok {
		return nil, fmt.Errorf("blob %s: %w", d, component.ErrNotFound)
	}
	s.opened++
	s.open++
	return &component.Blob{ReadCloser: counted{bytes.NewReader(b), &s.open}, Digest: d, Size: int64(len(b))}, nil
}

func (s *store) ResolveImage(_ context.Context, reference string) (string, string, error) {
	if d, ok := s.images[reference]; ok {
		return d, ocispec.MediaTypeImageManifest, nil
	}
	return "", "", fmt.Errorf("image %s: %w", reference, component.ErrNotFound)
}

// parts is a store as image.Blobs.
type parts struct{ *store }

func (p parts) OpenBlob(ctx context.Context, d string) (*component.Blob, error) {
	return p.store.OpenBlob(ctx, component.ID{}, d)
}

// member is an entry of a tar; a directory if the name ends in a slash.
type member struct {
	name    string
	content string
	link    string // target of a symbolic link
	hard    string // target of a hard link
	typ     byte
}

func packTar(members ...member) []byte {
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, m := range members {
		header := &tar.Header{Name: m.name, Size: int64(len(m.content)), Mode: 0o644, Typeflag: tar.TypeReg}
		switch {
		case m.typ != 0:
			header.Typeflag = m.typ
		case m.link != "":
			header.Typeflag, header.Linkname = tar.TypeSymlink, m.link
		case m.hard != "":
			header.Typeflag, header.Linkname = tar.TypeLink, m.hard
		case strings.HasSuffix(m.name, "/"):
			header.Typeflag = tar.TypeDir
		}
		must(w.WriteHeader(header))
		_, err := w.Write([]byte(m.content))
		must(err)
	}
	must(w.Close())
	return buf.Bytes()
}

func zip(b []byte) []byte {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, err := w.Write(b)
	must(err)
	must(w.Close())
	return buf.Bytes()
}

func zst(b []byte) []byte {
	w, err := zstd.NewWriter(nil)
	must(err)
	return w.EncodeAll(b, nil)
}

func plain(b []byte) []byte { return b }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	must(err)
	return b
}

// layer is a part of an image in a test.
type layer []member

// addImage stores an image of these layers and returns its descriptor.
func (s *store) addImage(pack func([]byte) []byte, layers ...layer) ocispec.Descriptor {
	config := ocispec.Image{Platform: ocispec.Platform{OS: "linux", Architecture: "amd64"}, RootFS: ocispec.RootFS{Type: "layers"}}
	manifest := ocispec.Manifest{MediaType: ocispec.MediaTypeImageManifest}
	manifest.SchemaVersion = 2
	for _, l := range layers {
		content := packTar(l...)
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, digest.FromBytes(content))
		manifest.Layers = append(manifest.Layers, s.descriptor(ocispec.MediaTypeImageLayerGzip, pack(content)))
	}
	manifest.Config = s.descriptor(ocispec.MediaTypeImageConfig, encode(config))
	return s.addManifest(manifest)
}

func (s *store) addManifest(m ocispec.Manifest) ocispec.Descriptor {
	return s.descriptor(ocispec.MediaTypeImageManifest, encode(m))
}

func (s *store) addIndex(manifests ...ocispec.Descriptor) ocispec.Descriptor {
	index := ocispec.Index{MediaType: ocispec.MediaTypeImageIndex, Manifests: manifests}
	index.SchemaVersion = 2
	return s.descriptor(ocispec.MediaTypeImageIndex, encode(index))
}

func (s *store) descriptor(mediaType string, content []byte) ocispec.Descriptor {
	return ocispec.Descriptor{MediaType: mediaType, Digest: s.add(content), Size: int64(len(content))}
}

// set packs all blobs as an artefact set about main, blobs first if reversed.
func (s *store) set(main ocispec.Descriptor, reversed bool) []member {
	index := ocispec.Index{
		Manifests:   []ocispec.Descriptor{main},
		Annotations: map[string]string{"software.ocm/main": string(main.Digest)},
	}
	members := []member{
		{name: "index.json", content: string(encode(index))},
		{name: "oci-layout", content: `{"imageLayoutVersion":"1.0.0"}`},
		{name: "blobs/"},
	}
	for d, b := range s.blobs {
		members = append(members, member{name: "blobs/" + strings.Replace(d, ":", ".", 1), content: string(b)})
	}
	slices.SortFunc(members[3:], func(a, b member) int { return strings.Compare(a.name, b.name) })
	if reversed {
		slices.Reverse(members)
	}
	return members
}

// local returns a resource whose content is the blob b of s.
func (s *store) local(mediaType string, b []byte) component.Resource {
	access := map[string]string{"localReference": string(s.add(b)), "mediaType": mediaType}
	return component.Resource{
		Element: component.Element{Name: "web", Version: "1"}, Type: "ociImage",
		Access: component.Access{Type: "localBlob/v1", Raw: encode(access)},
	}
}

const setType = "application/vnd.oci.image.manifest.v1+tar+gzip"

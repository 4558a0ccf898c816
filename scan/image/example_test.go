package image_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"

	"github.com/opencontainers/go-digest"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/scan/image"
)

// An image of a delivery is read where it is: nothing is unpacked.
func ExampleReader_Read() {
	ctx := context.Background()
	archive, err := ctf.Open("../../examples/quickstart/delivery.tgz", ctf.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()

	of := component.ID{Name: "example.org/shop/api", Version: "v3.1.0"}
	descriptor, err := archive.Descriptor(ctx, of)
	if err != nil {
		log.Fatal(err)
	}
	reader := image.New(archive, image.Config{MaxLayerBytes: 1 << 30})
	for _, resource := range descriptor.Resources {
		roots, err := reader.Read(ctx, of, resource, "etc/debian_version", "etc/passwd")
		if err != nil {
			log.Fatal(err)
		}
		for _, root := range roots {
			version, err := root.ReadFile("etc/debian_version")
			fmt.Printf("%s on %s: %q %t\n", resource.Name, root.Platform.Architecture, version, errors.Is(err, fs.ErrNotExist))
		}
	}
	// Output:
	// api on amd64: "12.5\n" false
	// api on arm64: "12.5\n" false
	// batch on amd64: "" true
}

// blobs serves the parts of images from memory, as a client of a registry would.
type blobs map[digest.Digest][]byte

func (b blobs) OpenBlob(_ context.Context, d string) (*component.Blob, error) {
	content, ok := b[digest.Digest(d)]
	if !ok {
		return nil, fmt.Errorf("blob %s: %w", d, component.ErrNotFound)
	}
	return &component.Blob{ReadCloser: io.NopCloser(bytes.NewReader(content)), Digest: d, Size: int64(len(content))}, nil
}

func (b blobs) add(content []byte) digest.Digest {
	d := digest.FromBytes(content)
	b[d] = content
	return d
}

// Any source of blobs will do: Load reads the manifests, Root the layers, each
// once and as a stream.
func ExampleLoad() {
	ctx, registry := context.Background(), blobs{}
	var layer bytes.Buffer
	w := tar.NewWriter(&layer)
	release := "ID=wolfi\n"
	err := errors.Join(
		w.WriteHeader(&tar.Header{Name: "etc/os-release", Typeflag: tar.TypeSymlink, Linkname: "../usr/lib/os-release"}),
		w.WriteHeader(&tar.Header{Name: "usr/lib/os-release", Typeflag: tar.TypeReg, Size: int64(len(release)), Mode: 0o644}),
	)
	if _, werr := io.WriteString(w, release); err != nil || werr != nil || w.Close() != nil {
		log.Fatal(err, werr)
	}
	config := registry.add([]byte(`{"os": "linux", "architecture": "amd64"}`))
	manifest := registry.add(fmt.Appendf(nil, `{"schemaVersion": 2,
		"config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": %q},
		"layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": %q}]}`, config, registry.add(layer.Bytes())))

	images, err := image.Load(ctx, registry, string(manifest), image.Config{})
	if err != nil {
		log.Fatal(err)
	}
	for _, img := range images {
		root, err := img.Root(ctx, registry, image.Config{}, "etc/os-release", "usr/lib/os-release")
		if err != nil {
			log.Fatal(err)
		}
		text, err := root.ReadFile("etc/os-release")
		fmt.Printf("%s/%s, %d layer: %s%v\n", img.Platform.OS, img.Platform.Architecture, len(img.Layers), text, err)
	}
	// Output:
	// linux/amd64, 1 layer: ID=wolfi
	// <nil>
}

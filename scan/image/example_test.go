package image_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/scan/image"
)

// An image of a delivery is read where it is: nothing is unpacked.
func ExampleReader_Read() {
	ctx := context.Background()
	archive, err := ctf.Open("../../examples/quickstart/delivery.tgz", ctf.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer archive.Close()

	of := component.ID{Name: "example.org/shop/api", Version: "v3.1.0"}
	descriptor, err := archive.Descriptor(ctx, of)
	if err != nil {
		fmt.Println(err)
		return
	}
	reader := image.New(archive, image.Config{MaxLayerBytes: 1 << 30})
	for _, resource := range descriptor.Resources {
		roots, err := reader.Read(ctx, of, resource, "etc/debian_version", "etc/passwd")
		if err != nil {
			fmt.Println(err)
			return
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

// Any source of blobs will do, such as a client of a registry: Load reads the
// manifests, Root the layers, each once and as a stream.
func ExampleLoad() {
	ctx := context.Background()
	registry := newStore() // an image.Blobs, see below
	index := registry.addIndex(registry.addImage(zip, layer{
		{name: "usr/lib/os-release", content: "ID=wolfi\n"},
		{name: "etc/os-release", link: "../usr/lib/os-release"},
	}))

	images, err := image.Load(ctx, blobs{registry}, string(index.Digest), image.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, img := range images {
		root, err := img.Root(ctx, blobs{registry}, image.Config{}, "etc/os-release", "usr/lib/os-release")
		if err != nil {
			fmt.Println(err)
			return
		}
		text, err := root.ReadFile("etc/os-release")
		fmt.Printf("%s/%s, %d layer: %s", img.Platform.OS, img.Platform.Architecture, len(img.Layers), text)
	}
	// Output: linux/amd64, 1 layer: ID=wolfi
}

package ctf_test

import (
	"context"
	"fmt"
	"io"
	"log"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

func ExampleOpen() {
	archive, err := ctf.Open("testdata/fixtures/delivery/delivery.tgz", ctf.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()
	ctx := context.Background()
	versions, err := archive.Versions(ctx, "example.org/shop")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(versions)

	shop := component.ID{Name: "example.org/shop", Version: versions[len(versions)-1]}
	graph, err := component.Walk(ctx, archive, component.WalkConfig{}, shop)
	if err != nil {
		log.Fatal(err)
	}
	for d := range graph.Descriptors() {
		for _, a := range d.Artefacts() {
			fmt.Println(d.ID, a.Name, a.Type)
		}
	}
	// Output:
	// [2026.10.0 2026.11.0]
	// example.org/shop:2026.11.0 migrated ociImage
	// example.org/shop:2026.11.0 tool ociImage
	// example.org/shop:2026.11.0 release-notes plainText
	// example.org/shop/web:1.4.2 web ociImage
	// example.org/shop/web:1.4.2 cache ociImage
	// example.org/shop/web:1.4.2 chart helmChart/v1
	// example.org/shop/web:1.4.2 main git
	// example.org/base/runtime:1.0.0 probe ociImage
	// example.org/shop/api:v3.1.0 api ociImage
	// example.org/shop/api:v3.1.0 batch ociImage
	// example.org/shop/api:v3.1.0 main git
	// example.org/base/runtime:1.1.0 probe ociImage
}

func ExampleArchive_OpenBlob() {
	archive, err := ctf.Open("testdata/fixtures/delivery/delivery.tgz", ctf.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()
	ctx := context.Background()
	d, err := archive.Descriptor(ctx, component.ID{Name: "example.org/shop", Version: "2026.11.0"})
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range d.Artefacts() {
		local, ok := a.Access.LocalBlob()
		if !ok || a.Name != "release-notes" {
			continue
		}
		blob, err := archive.OpenBlob(ctx, d.ID, local.Digests[0])
		if err != nil {
			log.Fatal(err)
		}
		defer blob.Close()
		text, err := io.ReadAll(blob) // fails unless the digest is right
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d bytes: %s\n", len(text), text)
	}
	// Output:
	// 16 bytes: November release
}

func ExampleArchive_RawDescriptor() {
	archive, err := ctf.Open("testdata/fixtures/delivery/delivery.tgz", ctf.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer archive.Close()
	shop := component.ID{Name: "example.org/shop", Version: "2026.11.0"}
	document, err := archive.RawDescriptor(context.Background(), shop)
	if err != nil {
		log.Fatal(err)
	}
	d, err := component.Decode(document)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(d.ID, d.Schema, d.Provider)
	// Output:
	// example.org/shop:2026.11.0 v2 example.org
}

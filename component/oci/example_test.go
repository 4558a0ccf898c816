package oci_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/internal/registrytest"
)

// A registry that is empty, so that the example runs anywhere.
func exampleRegistry() *httptest.Server {
	return httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
}

func ExampleOpen() {
	server := exampleRegistry()
	defer server.Close()
	repo, err := oci.Open(server.URL+"/ocm", oci.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	versions, err := repo.Versions(context.Background(), "acme.org/shop")
	fmt.Println(len(versions), err)
	// Output: 0 <nil>
}

// What a delivery refers to, read from a registry and drawn.
func ExampleRepository_Descriptor() {
	server := registrytest.Serve()
	defer server.Close()
	if err := registrytest.Registry(server.URL).PushArchive("../ctf/testdata/fixtures/delivery/delivery.tgz", "ocm"); err != nil {
		log.Fatal(err)
	}
	repo, err := oci.Open(server.URL+"/ocm", oci.Config{})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	versions, err := component.Choose(ctx, repo, "example.org/shop", component.Choice{Filter: component.Releases}, time.Now())
	if err != nil {
		log.Fatal(err)
	}
	graph, err := component.Walk(ctx, repo, component.WalkConfig{}, component.ID{Name: "example.org/shop", Version: versions[0]})
	if err != nil {
		log.Fatal(err)
	}
	for line := range graph.Tree() {
		fmt.Print(line.Branch, line.ID, "\n")
	}
	// Output:
	// example.org/shop:2026.11.0
	// ├─ example.org/shop/web:1.4.2
	// │  └─ example.org/base/runtime:1.0.0
	// ├─ example.org/shop/api:v3.1.0
	// │  └─ example.org/base/runtime:1.1.0
	// └─ example.org/base/runtime:1.1.0
}

// The document as it is stored, such as for a look at what a tool has written.
func ExampleRepository_RawDescriptor() {
	server := registrytest.Serve()
	defer server.Close()
	shop := component.ID{Name: "acme.org/shop", Version: "1.0.0"}
	document := "meta: {schemaVersion: v2}\ncomponent: {name: acme.org/shop, version: 1.0.0, provider: acme.org}\n"
	if err := registrytest.Registry(server.URL).PushComponent(shop, "ocm", []byte(document)); err != nil {
		log.Fatal(err)
	}
	repo, err := oci.Open(server.URL+"/ocm", oci.Config{})
	if err != nil {
		log.Fatal(err)
	}
	stored, err := repo.RawDescriptor(context.Background(), shop)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s", stored)
	// Output:
	// meta: {schemaVersion: v2}
	// component: {name: acme.org/shop, version: 1.0.0, provider: acme.org}
}

// A server takes the names of repositories from its callers. It has one client, which
// goes to the hosts of its configuration only.
func ExampleNew() {
	client, err := oci.New(oci.Config{
		Hosts: []string{"registry.example", "*.storage.example"}, // the latter for redirects
		Credentials: []oci.Credential{{
			Username: "reader", Password: "…", Prefixes: []string{"registry.example/ocm"}, Privileges: "readonly",
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range []string{"registry.example/ocm", "169.254.169.254/latest"} {
		location, err := oci.ParseLocation(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		repo, err := client.Repository(location)
		if err != nil {
			fmt.Println(err)
			continue
		}
		kept := cached.NewRepository(repo, cached.Config{})
		fmt.Println(repo.Location(), kept.Stats().Entries)
	}
	// Output:
	// registry.example/ocm 0
	// OCM repository 169.254.169.254/latest: 169.254.169.254:443 is not one of the configured hosts, add it to them if it is trusted: host not allowed
}

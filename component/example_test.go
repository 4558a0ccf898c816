package component_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/opendeliverygear/odg/component"
)

const shop = `
meta:
  schemaVersion: v2
component:
  name: acme.org/shop
  version: 2.0.0
  provider: acme.org
  resources:
  - name: web
    version: 1.4.2
    type: ociImage
    relation: local
    extraIdentity: {architecture: amd64}
    access: {type: ociArtifact, imageReference: registry.acme.example/web:1.4.2}
  sources:
  - name: main
    version: 2.0.0
    type: git
    access: {type: gitHub, repoUrl: github.com/acme/shop, commit: 4af1f9e}
`

func ExampleDecode() {
	d, err := component.Decode([]byte(shop))
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range d.Artefacts() {
		fmt.Println(a.ID.Key(), "in", a.Access.Type)
	}

	_, err = component.Decode([]byte("meta: {schemaVersion: v2}\ncomponent: {name: acme.org/shop, version: 1.10}"))
	fmt.Println(err)
	// Output:
	// acme.org/shop|2.0.0|web|1.4.2|ociImage|architecture:amd64|resource| in ociRegistry
	// acme.org/shop|2.0.0|main|2.0.0|git||source| in github
	// malformed component descriptor: component.version is a number (1.1), want a string: put it in quotes
}

func ExampleWalk() {
	repository := tree( // component versions and what they refer to
		"shop -> web api",
		"web -> runtime",
		"api -> runtime database",
		"runtime",
	)
	graph, err := component.Walk(context.Background(), repository, component.WalkConfig{Parallel: 4}, component.ID{Name: "shop", Version: "1.0.0"})
	if err != nil {
		log.Fatal(err)
	}
	for d := range graph.Descriptors() {
		fmt.Println(d.ID)
	}
	for _, fault := range graph.Faults() {
		fmt.Println("fault:", fault)
	}
	// Output:
	// shop:1.0.0
	// web:1.0.0
	// runtime:1.0.0
	// api:1.0.0
	// fault: component version database:1.0.0: not found (referred to by shop:1.0.0 -> api:1.0.0 -> database:1.0.0)
}

func ExampleGraph_Cycles() {
	graph, err := component.Walk(context.Background(), tree("a -> b", "b -> c", "c -> b"), component.WalkConfig{}, component.ID{Name: "a", Version: "1.0.0"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(graph.Cycles())
	// Output:
	// [[b:1.0.0 c:1.0.0]]
}

func ExampleChoose() {
	repository := tree("shop@1.9.0", "shop@1.10.0", "shop@2.0.0-rc.1")
	now := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for _, choice := range []component.Choice{
		{},
		{Limit: 2},
		{Limit: 2, Filter: component.Releases},
	} {
		versions, err := component.Choose(context.Background(), repository, "shop", choice, now)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(versions)
	}
	// Output:
	// [2.0.0-rc.1]
	// [1.10.0 2.0.0-rc.1]
	// [1.9.0 1.10.0]
}

func ExampleDiff() {
	repository := tree("shop@1 -> web@1 cart@1", "shop@2 -> web@2 basket@1", "web@1", "web@2", "cart@1", "basket@1")
	walk := func(version string) *component.Graph {
		graph, err := component.Walk(context.Background(), repository, component.WalkConfig{}, component.ID{Name: "shop", Version: version})
		if err != nil {
			log.Fatal(err)
		}
		return graph
	}
	diff := component.Diff(walk("1"), walk("2"))
	fmt.Println("added:", diff.Added)
	fmt.Println("removed:", diff.Removed)
	for _, change := range diff.Changed {
		fmt.Println("changed:", change.From, "to", change.To)
	}
	// Output:
	// added: [basket:1]
	// removed: [cart:1]
	// changed: shop:1 to shop:2
	// changed: web:1 to web:2
}

func ExampleParseFilter() {
	filter, err := component.ParseFilter(`v?2\..*`)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(filter("v2.1.0"), filter("12.0.0"))
	// Output:
	// true false
}

func ExampleAccess_LocalBlob() {
	d, err := component.Decode([]byte(`{"meta":{"schemaVersion":"v2"},"component":{"name":"acme.org/x","version":"1.0.0","provider":"acme.org","resources":[
		{"name":"notes","version":"1.0.0","type":"plainText","relation":"local","access":{"type":"localBlob","mediaType":"text/plain",
		"localReference":"sha256:2b541a9fa997ae8ae0b149ac134cf399ea5f1e6ef41a906b8748e7db9ebd48e9"}}]}}`))
	if err != nil {
		log.Fatal(err)
	}
	local, ok := d.Resources[0].Access.LocalBlob()
	fmt.Println(ok, local.Digests[0][:15], local.MediaType)
	// Output:
	// true sha256:2b541a9f text/plain
}

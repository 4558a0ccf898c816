package component_test

import (
	"context"
	"fmt"
	"log"
	"slices"
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

func ExampleDescriptor_Artefacts() {
	d, err := component.Decode([]byte(shop))
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range d.Artefacts() {
		fmt.Println(a.ID.Kind, a.Name, a.Version, a.Type, a.Access.Location())
	}
	// Output:
	// resource web 1.4.2 ociImage registry.acme.example/web:1.4.2
	// source main 2.0.0 git github.com/acme/shop@4af1f9e
}

func ExampleCreatedBetween() {
	made := func(version, at string) *component.Descriptor {
		return &component.Descriptor{ID: component.ID{Name: "acme.org/shop", Version: version}, CreationTime: at}
	}
	repository := component.NewMemory(made("1.0.0", "2026-08-01T10:00:00Z"), made("1.1.0", "2026-10-15T10:00:00Z"), made("2.0.0", "2026-11-19T10:00:00Z"))
	versions, err := component.CreatedBetween(context.Background(), repository, "acme.org/shop", []string{"1.0.0", "1.1.0", "2.0.0"},
		time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC))
	fmt.Println(versions, err)
	// Output:
	// [1.1.0 2.0.0] <nil>
}

func ExampleWalk() {
	refers := func(from component.ID, to ...component.ID) *component.Descriptor {
		d := &component.Descriptor{ID: from}
		for _, id := range to {
			d.References = append(d.References, component.Reference{
				ComponentName: id.Name, Element: component.Element{Name: id.Name, Version: id.Version},
			})
		}
		return d
	}
	shop, web := component.ID{Name: "acme.org/shop", Version: "1.0.0"}, component.ID{Name: "acme.org/web", Version: "1.4.2"}
	api, database := component.ID{Name: "acme.org/api", Version: "0.9.0"}, component.ID{Name: "acme.org/database", Version: "16.1.0"}
	repository := component.NewMemory(refers(shop, web, api), refers(web, api), refers(api, database))

	graph, err := component.Walk(context.Background(), repository, component.WalkConfig{Parallel: 4}, shop)
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
	// acme.org/shop:1.0.0
	// acme.org/web:1.4.2
	// acme.org/api:0.9.0
	// fault: component version acme.org/database:16.1.0: not found (referred to by acme.org/shop:1.0.0 -> acme.org/api:0.9.0 -> acme.org/database:16.1.0)
}

func ExampleGraph_Tree() {
	refers := func(name string, to ...string) *component.Descriptor {
		d := &component.Descriptor{ID: component.ID{Name: name, Version: "1.0.0"}}
		for _, target := range to {
			d.References = append(d.References, component.Reference{
				ComponentName: target, Element: component.Element{Name: "part", Version: "1.0.0"},
			})
		}
		return d
	}
	repository := component.NewMemory(
		refers("acme.org/shop", "acme.org/web", "acme.org/api", "acme.org/lost"), refers("acme.org/web", "acme.org/api"),
		refers("acme.org/api", "acme.org/database"), refers("acme.org/database"),
	)
	graph, err := component.Walk(context.Background(), repository, component.WalkConfig{}, component.ID{Name: "acme.org/shop", Version: "1.0.0"})
	if err != nil {
		log.Fatal(err)
	}
	for line := range graph.Tree() {
		fmt.Print(line.Branch, line.ID)
		switch {
		case line.Cycle:
			fmt.Print(" (cycle)")
		case line.Above:
			fmt.Print(" (above)")
		case line.Err != nil:
			fmt.Print(" (missing)")
		}
		fmt.Println()
	}
	// Output:
	// acme.org/shop:1.0.0
	// ├─ acme.org/web:1.0.0
	// │  └─ acme.org/api:1.0.0
	// │     └─ acme.org/database:1.0.0
	// ├─ acme.org/api:1.0.0 (above)
	// └─ acme.org/lost:1.0.0 (missing)
}

func ExampleGraph_Cycles() {
	egg, hen := component.ID{Name: "acme.org/egg", Version: "1.0.0"}, component.ID{Name: "acme.org/hen", Version: "1.0.0"}
	repository := component.NewMemory(
		&component.Descriptor{ID: egg, References: []component.Reference{{ComponentName: hen.Name, Element: component.Element{Name: "hen", Version: hen.Version}}}},
		&component.Descriptor{ID: hen, References: []component.Reference{{ComponentName: egg.Name, Element: component.Element{Name: "egg", Version: egg.Version}}}},
	)
	graph, err := component.Walk(context.Background(), repository, component.WalkConfig{}, egg)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(graph.Cycles())
	// Output:
	// [[acme.org/egg:1.0.0 acme.org/hen:1.0.0]]
}

func ExampleChoose() {
	var published []*component.Descriptor
	for _, version := range []string{"1.9.0", "1.10.0", "2.0.0-rc.1"} {
		published = append(published, &component.Descriptor{ID: component.ID{Name: "acme.org/shop", Version: version}})
	}
	repository, now := component.NewMemory(published...), time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for _, choice := range []component.Choice{
		{},
		{Limit: 2},
		{Limit: 2, Filter: component.Releases},
	} {
		versions, err := component.Choose(context.Background(), repository, "acme.org/shop", choice, now)
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
	before, after := component.ID{Name: "acme.org/shop", Version: "1.0.0"}, component.ID{Name: "acme.org/shop", Version: "2.0.0"}
	basket := component.ID{Name: "acme.org/basket", Version: "1.0.0"}
	repository := component.NewMemory(&component.Descriptor{ID: before}, &component.Descriptor{ID: basket}, &component.Descriptor{
		ID: after, References: []component.Reference{{ComponentName: basket.Name, Element: component.Element{Name: "basket", Version: basket.Version}}},
	})
	walk := func(root component.ID) *component.Graph {
		graph, err := component.Walk(context.Background(), repository, component.WalkConfig{}, root)
		if err != nil {
			log.Fatal(err)
		}
		return graph
	}
	diff := component.Diff(walk(before), walk(after))
	fmt.Println("added:", diff.Added)
	for _, change := range diff.Changed {
		fmt.Println("changed:", change.From, "to", change.To)
	}
	// Output:
	// added: [acme.org/basket:1.0.0]
	// changed: acme.org/shop:1.0.0 to acme.org/shop:2.0.0
}

func ExampleCompare() {
	web := func(version string) component.Resource {
		return component.Resource{Element: component.Element{Name: "web", Version: version}, Type: "ociImage"}
	}
	change := component.Compare(
		&component.Descriptor{Resources: []component.Resource{web("1.4.2")}},
		&component.Descriptor{Resources: []component.Resource{web("1.5.0")}},
	)
	for _, r := range change.Resources.Changed {
		fmt.Println(r.From.Name, r.From.Version, "to", r.To.Version, r.What())
	}
	// Output:
	// web 1.4.2 to 1.5.0 [version]
}

func ExampleCompareVersions() {
	versions := []string{"latest", "1.0.0", "v1.0.0-rc.10", "1.0.0-rc.9", "1.10", "1.9"}
	slices.SortFunc(versions, component.CompareVersions)
	fmt.Println(versions)
	// Output:
	// [latest 1.0.0-rc.9 v1.0.0-rc.10 1.0.0 1.9 1.10]
}

func ExampleIdentities() {
	for _, identity := range component.Identities([]component.Element{
		{Name: "web", Version: "1.4.2", ExtraIdentity: map[string]string{"arch": "amd64"}},
		{Name: "web", Version: "1.4.2", ExtraIdentity: map[string]string{"arch": "arm64"}},
		{Name: "chart", Version: "1.0.0"},
		{Name: "chart", Version: "2.0.0"},
	}) {
		fmt.Println(identity)
	}
	// Output:
	// "web","arch"="amd64"
	// "web","arch"="arm64"
	// "chart","version"="1.0.0"
	// "chart","version"="2.0.0"
}

func ExampleNormaliseArtefactType() {
	fmt.Println(component.NormaliseArtefactType("helmChart"), component.NormaliseArtefactType("ociImage/v1"))
	fmt.Println(component.NormaliseAccessType("ociArtifact/v1"))
	// Output:
	// helmChart/v1 ociImage
	// ociRegistry
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

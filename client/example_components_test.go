package client_test

import (
	"archive/tar"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/store/memory"
)

// What an ODG Core can look up is walked and downloaded as if it were here, without
// credentials of the registries.
func ExampleClient_Components() {
	archive, err := ctf.Open("../examples/quickstart/delivery.tgz", ctf.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = archive.Close() }()
	server := httptest.NewServer(httpapi.New(odg.New(memory.New(), odg.Config{}), httpapi.Config{Components: archive}))
	defer server.Close()
	ctx := context.Background()

	c, err := client.New(server.URL, client.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	components := c.Components(client.Lookup{})
	versions, err := components.Versions(ctx, "example.org/shop")
	fmt.Println(versions, err)
	graph, err := component.Walk(ctx, components, component.WalkConfig{}, component.ID{Name: "example.org/shop", Version: "2026.11.0"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, node := range graph.Nodes {
		fmt.Println(node.ID)
	}
	web := component.ID{Name: "example.org/shop/web", Version: "1.4.2"}
	chart, err := components.OpenArtefact(ctx, client.ArtefactRef{Component: web, Name: "chart"}, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = chart.Close() }()
	size, err := io.Copy(io.Discard, chart)
	fmt.Println(chart.FileName, chart.MediaType, size == chart.Size, err)
	found, err := components.Responsibles(ctx, web, "")
	fmt.Println(found.Responsibles, err)
	// Output:
	// [2026.10.0 2026.11.0] <nil>
	// example.org/shop:2026.11.0
	// example.org/shop/web:1.4.2
	// example.org/base/runtime:1.0.0
	// example.org/shop/api:v3.1.0
	// example.org/base/runtime:1.1.0
	// example.org_shop_web_1.4.2_chart application/octet-stream true <nil>
	// [] <nil>
}

// The SBOMs of a whole delivery come as one stream, one after the other.
func ExampleComponents_SBOMs() {
	c, err := client.New("https://odg.example.org", client.Config{HTTP: answeringSBOM()})
	if err != nil {
		fmt.Println(err)
		return
	}
	shop := component.ID{Name: "acme.org/shop", Version: component.Greatest}
	for sbom, err := range c.Components(client.Lookup{}).SBOMs(context.Background(), shop, -1) {
		if err != nil {
			fmt.Println(err) // those before were whole
			return
		}
		text, err := io.ReadAll(sbom)
		fmt.Println(sbom.Name, string(text), err)
	}
	// Output: acme.org_shop_1.0.0/web_ociImage.json {"bomFormat":"CycloneDX"} <nil>
}

// answeringSBOM stands for a server.
func answeringSBOM() *http.Client {
	return &http.Client{Transport: handled{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		const content = `{"bomFormat":"CycloneDX"}`
		archive := tar.NewWriter(w)
		_ = archive.WriteHeader(&tar.Header{Name: "acme.org_shop_1.0.0/web_ociImage.json", Mode: 0o644, Size: int64(len(content))})
		_, _ = io.WriteString(archive, content)
		_ = archive.Close()
	})}}
}

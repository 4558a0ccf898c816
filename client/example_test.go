package client_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

func Example() {
	server := httptest.NewServer(httpapi.New(odg.New(memory.New(), odg.Config{}), httpapi.Config{}))
	defer server.Close()
	ctx := context.Background()

	c, err := client.New(server.URL, client.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	entry, err := metadata.ParseEntry([]byte(`{
		"artefact": {"component_name": "acme.org/shop", "component_version": "1.0.0"},
		"meta": {"datasource": "acme", "type": "acme/licence-check"},
		"data": {"key": "MIT", "allowed": true}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := c.PutMetadata(ctx, []metadata.Entry{entry}); err != nil {
		fmt.Println(err)
		return
	}
	for e, err := range c.QueryMetadata(ctx, store.Query{Types: []metadata.Type{"acme/licence-check"}}) {
		fmt.Println(*e.Artefact.ComponentName, string(e.Data.Raw()), err)
	}
	// Output:
	// acme.org/shop {"key": "MIT", "allowed": true} <nil>
}

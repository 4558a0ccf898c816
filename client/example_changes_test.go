package client_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/httpapi"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// A copy of what is stored is kept by applying changes, and by keeping the cursor
// with it.
func ExampleClient_Changes() {
	core := odg.New(memory.New(), odg.Config{})
	server := httptest.NewServer(httpapi.New(core, httpapi.Config{}))
	defer server.Close()
	ctx := context.Background()
	entry := metadata.Entry{
		Artefact: artefact.ID{ComponentName: new("acme.org/shop")},
		Meta:     metadata.Meta{Type: "acme/check", Datasource: "acme"},
	}

	c, err := client.New(server.URL, client.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	names := map[string]string{}
	var cursor store.Cursor
	update := func() {
		for e, err := range c.Changes(ctx, cursor, nil) {
			if err != nil {
				fmt.Println(err)
				return
			}
			switch {
			case e.Mark():
			case e.Deleted:
				delete(names, e.ID)
			default:
				names[e.ID] = *e.Entry.Artefact.ComponentName
			}
			cursor = e.Cursor
		}
		fmt.Println(len(names), names[entry.ID()])
	}

	fmt.Println(c.PutMetadata(ctx, []metadata.Entry{entry}))
	update()
	fmt.Println(c.DeleteMetadata(ctx, []metadata.Entry{entry}))
	update()
	// Output:
	// <nil>
	// 1 acme.org/shop
	// <nil>
	// 0
}

package odg_test

import (
	"context"
	"fmt"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

// Whoever keeps the last cursor is told what is new since.
func ExampleCore_Changes() {
	ctx := context.Background()
	core := odg.New(memory.New(), odg.Config{})
	check := metadata.Entry{
		Artefact: artefact.ID{ComponentName: new("acme.org/shop")},
		Meta:     metadata.Meta{Type: "acme/check", Datasource: "acme"},
	}
	var cursor store.Cursor
	news := func() {
		for e, err := range core.Changes(ctx, cursor, nil) {
			switch {
			case err != nil:
				fmt.Println(err)
				return
			case e.Mark():
				fmt.Println("that is all")
			case e.Deleted:
				fmt.Println("deleted", e.ID == check.ID())
			default:
				fmt.Println("changed", *e.Entry.Artefact.ComponentName)
			}
			cursor = e.Cursor
		}
	}
	fmt.Println(core.PutMetadata(ctx, []metadata.Entry{check}))
	news()
	fmt.Println(core.DeleteMetadata(ctx, []metadata.Entry{check}))
	news()
	// Output:
	// <nil>
	// changed acme.org/shop
	// that is all
	// <nil>
	// deleted true
	// that is all
}

package worker_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
	"github.com/opendeliverygear/odg/worker"
)

// A scanner of a type that ODG does not know: names that are too long.
func Example() {
	ctx := context.Background()
	core, queue := odg.New(memory.New(), odg.Config{}), backlog.NewMemory(backlog.MemoryConfig{})
	_, _ = queue.Add(ctx, backlog.Item{Service: "names", Artefact: id("an-image-with-a-long-name"), Timestamp: time.Now()})

	scanner := worker.ScannerFunc(func(_ context.Context, id artefact.ID) (worker.Result, error) {
		name := artefact.Text(id.Local().Name)
		if len(name) <= 20 {
			return worker.Result{}, nil
		}
		data, err := metadata.NewPayload("finding/names", map[string]any{"key": name, "length": len(name)})
		return worker.Result{Entries: []metadata.Entry{{Meta: metadata.Meta{Type: "finding/names"}, Data: data}}}, err
	})
	err := worker.New(queue, core, scanner, worker.Config{
		Service: "names", Datasource: "names", Types: []metadata.Type{"finding/names"},
	}).RunUntilEmpty(ctx)
	fmt.Println(err)

	for entry, err := range core.QueryMetadata(ctx, store.Query{Types: []metadata.Type{"finding/names"}}) {
		fmt.Println(string(entry.Data.Raw()), err)
	}
	// Output:
	// <nil>
	// {"key":"an-image-with-a-long-name","length":25} <nil>
}

func ExampleObserver() {
	ctx := context.Background()
	core, queue := odg.New(memory.New(), odg.Config{}), backlog.NewMemory(backlog.MemoryConfig{})
	_, _ = queue.Add(ctx, backlog.Item{Service: "lint", Artefact: id("web"), Timestamp: time.Now()})

	broken := worker.ScannerFunc(func(context.Context, artefact.ID) (worker.Result, error) {
		return worker.Result{}, worker.Permanent(errors.New("image has no layers"))
	})
	_ = worker.New(queue, core, broken, worker.Config{
		Service: "lint", Datasource: "lint",
		Observer: worker.Observer{Parked: func(item backlog.Item, err error) {
			fmt.Println("parked", artefact.Text(item.Artefact.Local().Name), "because", err)
		}},
	}).RunUntilEmpty(ctx)
	// Output: parked web because image has no layers
}

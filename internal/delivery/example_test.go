package delivery_test

import (
	"context"
	"fmt"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/delivery"
)

func Example() {
	ctx := context.Background()
	r, err := delivery.Open(delivery.Config{
		Dir:    "../../examples/quickstart",
		Places: []string{"./delivery.tgz", "registry.example/ocm"}, // which is not asked, as the archive has all
	})
	if err != nil {
		panic(err)
	}
	defer r.Close()
	finder, err := r.Repository(ctx, "./delivery.tgz")
	if err != nil {
		panic(err)
	}
	versions, err := finder.Versions(ctx, "example.org/shop")
	if err != nil {
		panic(err)
	}
	fmt.Println(versions)
	repository, err := r.Find(ctx, component.ID{Name: "example.org/shop", Version: versions[1]})
	if err != nil {
		panic(err)
	}
	document, err := repository.RawDescriptor(ctx, component.ID{Name: "example.org/shop", Version: versions[1]})
	fmt.Println(len(document) > 0, err)
	// Output:
	// [2026.10.0 2026.11.0]
	// true <nil>
}

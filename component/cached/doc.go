// Package cached keeps what repositories of component versions answered, in memory and
// in a database.
//
// A component version does not change once it is published, so its descriptor is
// kept for as long as there is room; lists of versions grow, so they are kept for a
// short time. Whoever asks for what is just being looked up waits for that lookup,
// so there is one request, however many ask:
//
//	repo, err := oci.Open("registry.example/ocm", oci.Config{})
//	kept := cached.New(repo, cached.Config{})
//	graph, err := component.Walk(ctx, kept, component.WalkConfig{}, root) // reads
//	graph, err = component.Walk(ctx, kept, component.WalkConfig{}, root)  // reads nothing
//	fmt.Println(kept.Stats().Descriptors.Hits)
//
// It works over any [component.VersionFinder]; [NewRepository] passes blobs and
// images through, too. Errors are not kept.
//
// A [Shelf] is the level below: it keeps documents in a database ([store.Documents]), so
// that they are there after a restart, and for all who use the same database. It needs a
// repository that tells them, such as one of component/oci:
//
//	shelf := cached.NewShelf(db, cached.ShelfConfig{})
//	repo := shelf.Resolver("registry.example/ocm", registry)
package cached

// Package delivery opens the OCM repositories that a configuration names, archives and
// registries alike, for the commands:
//
//	r, err := delivery.Open(delivery.Config{Dir: "site", Places: []string{"./delivery.tgz", "registry.example/ocm"}})
//	defer r.Close()
//	finder, err := r.Repository(ctx, "registry.example/ocm") // one of them
//	repository, err := r.Find(ctx, id)                       // whichever has a component version
//	blob, err := repository.OpenBlob(ctx, id, digest)
//
// Archives are opened once, and again when they have changed, see [Archives]. Registries
// are asked by one client, which contacts the hosts of the configuration and those that
// are allowed besides, and no others, see [Registries]; what they answer about component
// versions is remembered in memory. Nothing is written to disk.
package delivery

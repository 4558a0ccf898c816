// Package component reads what a delivery consists of: component versions of the
// Open Component Model (OCM), their resources and sources, and the components
// that they refer to.
//
// A repository is anything that implements [Repository]; component/ctf reads
// archives, component/oci registries, and [Memory] finds descriptors that are at
// hand; component/cached remembers for all of them. What to do with a repository is
// the same, too:
//
//	versions, err := component.Choose(ctx, repo, "acme.org/shop", component.Choice{}, now)
//	graph, err := component.Walk(ctx, repo, component.WalkConfig{Parallel: 8}, component.ID{Name: "acme.org/shop", Version: versions[0]})
//	for _, d := range graph.Descriptors() {
//		for _, a := range d.Artefacts() {
//			fmt.Println(a.ID.Key())
//		}
//	}
//
// Descriptors are read as the OCM tools read them, which is not always how they
// are specified; the comments say where the two differ. The package does no I/O
// but through its interfaces, and all of its functions are safe for concurrent
// use.
package component

// Package mapped looks components up in several OCM repositories, by the mappings of
// ODG's configuration (ocm_repo_mappings):
//
//	mappings, _, err := corecfg.ParseMappings("ocm_repo_mappings.yaml", data)
//	finder, err := mapped.New(mappings, "", open) // in <auto>
//	versions, err := finder.Versions(ctx, "acme.org/shop")
//	d, err := finder.Descriptor(ctx, component.ID{Name: "acme.org/shop", Version: versions[0]})
//
// The package opens nothing itself: what a repository is, a registry or an archive,
// says the function open, and which of them may be opened, too.
package mapped

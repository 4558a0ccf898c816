// Package ocimapping knows how component versions are stored as OCI artefacts (OCM
// specification, OCI mapping), in an archive or in a registry. Where the tools that
// write them differ from it or from each other, it reads what all of them write:
//
//	root := ocimapping.Pointer{Digest: digest} // of the manifest with the tag TagOf(id.Version)
//	document, layer, err := ocimapping.Document(id, root, source)
//	d, err := component.Decode(document)
//	err = ocimapping.Confirm(d, id)
//
// The package does no I/O but through [Source]. Functions are safe for concurrent use.
package ocimapping

// Package image reads files out of OCI images without unpacking them.
//
// Scanners ask what an image holds at a few paths. Layers are streams that come
// from an archive or a registry, are as large as their makers like, and may be
// hostile; so they are read once, in order, within budgets, and nothing of them
// is ever written to a disk:
//
//	reader := image.New(repo, image.Config{})
//	roots, err := reader.Read(ctx, id, resource, "etc/os-release", "usr/lib/os-release")
//	for _, root := range roots { // one for each platform
//		text, err := root.ReadFile("etc/os-release")
//	}
//
// # Where images come from
//
// An image is a local blob of its component version, or an artefact beside the
// components ([component.ImageResolver]) that an absolute or relative reference
// names. A local blob is a manifest or an index
// whose parts are blobs of the same repository; or an artefact set or OCI layout,
// a tar in which blobs lie in any order (OCM-OCI mapping: artefact set with
// blobs/sha256.<hex>; OCI image layout with blobs/sha256/<hex>). A set is read in
// one pass: of each blob only the wanted files, links and whiteouts are kept, and
// they are put together when the manifest is known.
//
// [Load] and [Image.Root] do the same for any [Blobs], such as a registry client:
// each layer is opened once, as a verified stream.
//
// # How layers are put together
//
// As the OCI image specification v1.1 says: lowest layer first; whiteouts
// (.wh.name) and opaque whiteouts (.wh..wh..opq) of a layer hide what lower layers
// hold; a file replaces what had its name. Symbolic links, absolute or relative,
// are followed inside the image only, ".." at the root stays there, and a chain
// ends after 40 links as it does in Linux.
//
// # What is verified
//
// The digest of every blob; the size of every manifest and configuration and the
// diff id of every layer, where they are stated; and the digest of the image, where
// the component descriptor states it. Blobs of a repository verify themselves, see
// [component.Blob].
package image

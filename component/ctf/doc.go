// Package ctf reads OCM component versions from archives: the Common Transport
// Format (CTF) as a directory, tar or gzipped tar, and component archives.
//
//	archive, err := ctf.Open("delivery.tgz", ctf.Config{})
//	if err != nil {
//		return err
//	}
//	defer archive.Close()
//	graph, err := component.Walk(ctx, archive, component.WalkConfig{}, component.ID{Name: "acme.org/shop", Version: "1.0.0"})
//
// An archive comes from somebody else, so nothing in it is believed: the kind of
// archive is found out from its content, every blob that is used is hashed,
// names are checked before they are looked up, nothing is ever written to disk,
// and everything has a limit, see [Config]. Only the index of a CTF, and the
// descriptor of a component archive, have no digest to be held against.
//
// The blobs of a directory and of a plain tar are read in place. A gzipped tar is
// read once when it is opened; blobs of up to Config.MaxCachedBlobBytes are kept
// in memory up to Config.MaxMemoryBytes, the rest is found again by decompressing
// from the start, which is slow: unpack archives with large images, or gunzip
// them.
package ctf

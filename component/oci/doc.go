// Package oci reads OCM component versions from OCI registries (OCM specification,
// OCI mapping; OCI distribution specification v1.1), with the same methods as the
// archives of component/ctf:
//
//	repo, err := oci.Open("registry.example/ocm", oci.Config{})
//	if err != nil {
//		return err
//	}
//	graph, err := component.Walk(ctx, repo, component.WalkConfig{}, component.ID{Name: "acme.org/shop", Version: "1.0.0"})
//
// [Open] is for one repository that its user names. A process that reads several
// makes one [Client] with [New]; its repositories share connections, tokens and the
// limits of each host. component/cached keeps what was read.
//
// # What a registry may do
//
// Nothing that a registry answers is believed. Every manifest, configuration,
// descriptor and layer is hashed. Documents, lists, redirects and times have limits,
// see [Config]. Requests go to the hosts of [Config].Hosts only, which holds for
// redirects and token services too; the addresses that their names have are looked
// at when they are dialled. Credentials go to the host that they are configured for,
// never along with a redirect, and to a token service on another host only if
// [Config].TokenHosts or [Credential].TokenHosts have it; otherwise an anonymous token
// is asked for.
//
// # Requests
//
// A descriptor costs two requests, manifest and layer, three if the configuration
// must say which layer it is. At most [Config].Parallel requests are under way to
// one host; one that streams a layer counts until the stream is closed, so do not
// open more streams at a time than that. Requests that fail for a moment are sent
// again, after the time that the registry asks for.
package oci

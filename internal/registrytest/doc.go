// Package registrytest serves OCI registries in tests, and fills them from archives:
//
//	server := registrytest.Serve()
//	defer server.Close()
//	err := registrytest.Registry(server.URL).PushArchive("delivery.tgz", "ocm")
//
// Requests are those of the OCI distribution specification, written here once more so
// that nothing of what is tested takes part.
package registrytest

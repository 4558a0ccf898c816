package oci_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/component/oci"
)

// A registry that is empty, so that the example runs anywhere.
func exampleRegistry() *httptest.Server {
	return httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
}

func ExampleOpen() {
	server := exampleRegistry()
	defer server.Close()
	repo, err := oci.Open(server.URL+"/ocm", oci.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	versions, err := repo.Versions(context.Background(), "acme.org/shop")
	fmt.Println(len(versions), err)
	// Output: 0 <nil>
}

// A server takes the names of repositories from its callers. It has one client, which
// goes to the hosts of its configuration only.
func ExampleNew() {
	client, err := oci.New(oci.Config{
		Hosts: []string{"registry.example", "*.storage.example"}, // the latter for redirects
		Credentials: []oci.Credential{{
			Username: "reader", Password: "…", Prefixes: []string{"registry.example/ocm"}, Privileges: "readonly",
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range []string{"registry.example/ocm", "169.254.169.254/latest"} {
		location, err := oci.ParseLocation(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		repo, err := client.Repository(location)
		if err != nil {
			fmt.Println(err)
			continue
		}
		kept := cached.NewRepository(repo, cached.Config{})
		fmt.Println(repo.Location(), kept.Stats().Entries)
	}
	// Output:
	// registry.example/ocm 0
	// OCM repository 169.254.169.254/latest: 169.254.169.254:443 is not one of the configured hosts, add it to them if it is trusted: host not allowed
}

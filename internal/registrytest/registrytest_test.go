package registrytest_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/internal/registrytest"
)

var delivery = filepath.Join("..", "..", "examples", "quickstart", "delivery.tgz")

func TestPush(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	server := registrytest.Serve()
	defer server.Close()
	r := registrytest.Registry(server.URL)
	is.NoErr(r.PushArchive(delivery, "whole"))
	is.NoErr(r.PushReferring(delivery, "referring", r))
	is.True(r.PushArchive("none.tgz", "ocm") != nil)
	is.True(r.PushReferring("none.tgz", "ocm", r) != nil)
	is.True(registrytest.Registry("http://127.0.0.1:1").PushManifest("x", "1", "text/plain", nil) != nil)
	for _, path := range []string{"/whole", "/referring"} {
		repo, err := oci.Open(server.URL+path, oci.Config{})
		is.NoErr(err)
		versions, err := repo.Versions(context.Background(), "example.org/shop")
		is.NoErr(err)
		is.Equal(versions, []string{"2026.10.0", "2026.11.0"})
		d, err := repo.Descriptor(context.Background(), component.ID{Name: "example.org/shop/web", Version: "1.4.2"})
		is.NoErr(err)
		web := d.Resources[0]
		reference, refers := web.Access.ImageReference()
		is.Equal(refers, path == "/referring")
		if refers {
			is.Equal(reference, r.Host()+"/images/example.org/shop/web/"+web.Name+":"+web.Version)
			_, mediaType, err := repo.ResolveImage(context.Background(), reference)
			is.NoErr(err)
			is.Equal(mediaType, "application/vnd.oci.image.manifest.v1+json")
		}
	}
}

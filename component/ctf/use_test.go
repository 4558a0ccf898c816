package ctf_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

func TestResolveImage(t *testing.T) {
	t.Parallel()
	b := build(t)
	const manifestType = "application/vnd.oci.image.manifest.v1+json"
	image := b.json(object{"mediaType": manifestType})
	other := b.blob("no manifest")
	b.list("registry.example:5000/acme/web", "1.0", image, manifestType)
	b.list("acme/web", "latest", image, "")
	archive := b.open()
	absent := "sha256:" + strings.Repeat("0", 64)
	for reference, want := range map[string]error{
		"registry.example:5000/acme/web:1.0":                 nil,
		"https://registry.example:5000/acme/web:1.0":         nil,
		"registry.example:5000/acme/web:1.0@" + image:        nil,
		"elsewhere.example/acme/web@" + image:                nil, // the digest decides
		"acme/web":                                           nil,
		"registry.example:5000/acme/web":                     component.ErrNotFound, // no tag latest there
		"registry.example:5000/acme/web:2.0":                 component.ErrNotFound,
		"evil.example/acme/web:1.0":                          component.ErrNotFound,
		"registry.example:5000/acme/web:1.0@" + absent:       component.ErrNotFound,
		"registry.example:5000/acme/web@sha512:00":           component.ErrNotFound,
		"registry.example:5000/acme/web@sha256:../../passwd": component.ErrNotFound,
		"": component.ErrNotFound,
	} {
		t.Run(reference, func(t *testing.T) {
			is := is.New(t)
			digest, mediaType, err := archive.ResolveImage(t.Context(), reference)
			is.True(errors.Is(err, want))
			if want == nil {
				is.Equal(digest, image)
				is.Equal(mediaType, manifestType)
			}
		})
	}
	t.Run("media type unknown", func(t *testing.T) {
		is := is.New(t)
		_, _, err := archive.ResolveImage(t.Context(), "x@"+other)
		is.True(errors.Is(err, component.ErrMalformed))
	})
}

// TestComponentArchive reads the older form, which holds one component version.
func TestComponentArchive(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	blob, digest := blobEntry("content")
	text := "meta: {schemaVersion: v2}\ncomponent:\n  name: acme.org/x\n  version: 1.0.0\n  provider: p\n" +
		"  resources: [{name: aa, version: 1.0.0, type: blob, relation: local, access: {type: localBlob, localReference: " + strings.TrimPrefix(blob.Name, "blobs/") + "}}]\n"
	archive, err := ctf.OpenBytes(packed(t, file("component-descriptor.yaml", text), blob), ctf.Config{})
	is.NoErr(err)
	names, err := archive.Components(t.Context())
	is.NoErr(err)
	is.Equal(names, []string{"acme.org/x"})
	versions, err := archive.Versions(t.Context(), "acme.org/x")
	is.NoErr(err)
	is.Equal(versions, []string{"1.0.0"})
	none, err := archive.Versions(t.Context(), "acme.org/y")
	is.NoErr(err)
	is.Equal(len(none), 0)
	id := component.ID{Name: "acme.org/x", Version: "1.0.0"}
	d, err := archive.Descriptor(t.Context(), id)
	is.NoErr(err)
	local, ok := d.Resources[0].Access.LocalBlob()
	is.True(ok)
	is.Equal(local.Digests, []string{digest})
	is.NoErr(readBlob(t, archive, id, local.Digests[0]))
	_, err = archive.Descriptor(t.Context(), component.ID{Name: "acme.org/x", Version: "2.0.0"})
	is.True(errors.Is(err, component.ErrNotFound))
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	archive := open(t, fixture(t, "delivery/delivery.tgz"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := archive.Descriptor(ctx, id("example.org/shop:2026.11.0"))
	is.True(errors.Is(err, context.Canceled))
	_, err = archive.Versions(ctx, "example.org/shop")
	is.True(errors.Is(err, context.Canceled))
	_, err = archive.OpenBlob(ctx, component.ID{}, "")
	is.True(errors.Is(err, context.Canceled))
	_, _, err = archive.ResolveImage(ctx, "")
	is.True(errors.Is(err, context.Canceled))
}

// TestConcurrentUse reads from all forms at once; the race detector judges.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	for _, archive := range treeArchives(t) {
		var group sync.WaitGroup
		failed := make(chan error, 8)
		for range 8 {
			group.Go(func() {
				graph, err := component.Walk(t.Context(), archive, component.WalkConfig{}, id("acme.org/shop/root:2.0.0"))
				if err == nil {
					err = graph.Err()
				}
				if err == nil {
					err = readLocals(t.Context(), archive, graph)
				}
				failed <- err
			})
		}
		group.Wait()
		close(failed)
		for err := range failed {
			is.NoErr(err)
		}
	}
}

func readLocals(ctx context.Context, archive *ctf.Archive, graph *component.Graph) error {
	for d := range graph.Descriptors() {
		for _, a := range d.Artefacts() {
			local, _ := a.Access.LocalBlob()
			for _, digest := range local.Digests {
				blob, err := archive.OpenBlob(ctx, d.ID, digest)
				if err != nil {
					return err
				}
				if _, err := io.Copy(io.Discard, blob); err != nil {
					return err
				}
				if err := blob.Close(); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

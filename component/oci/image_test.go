package oci_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/scan/image"
)

// An image lies in a repository of its own, also on another host, and is read as one
// of an archive is.
func TestImages(t *testing.T) {
	t.Parallel()
	registries(t, func(t *testing.T, base string) {
		is := is.New(t)
		path := folder(t, "delivery/delivery.tgz")
		push(t, base, path, "images")
		archive, err := ctf.Open(path, ctf.Config{})
		is.NoErr(err)
		repo := open(t, base+"/images", oci.Config{})
		graph, err := component.Walk(t.Context(), archive, component.WalkConfig{}, id("example.org/shop:2026.11.0"))
		is.NoErr(err)
		compared := 0
		for d := range graph.Descriptors() {
			for _, r := range d.Resources {
				files := []string{"etc/os-release", "usr/lib/os-release"}
				want, err := image.New(archive, image.Config{}).Read(t.Context(), d.ID, r, files...)
				if err != nil {
					continue
				}
				got, err := image.New(repo, image.Config{}).Read(t.Context(), d.ID, r, files...)
				is.NoErr(err)
				is.Equal(len(got), len(want))
				for i, root := range got {
					is.Equal(root.Digest, want[i].Digest)
					compared++
				}
			}
		}
		is.True(compared > 3)
	})
}

// TestResolvedImages opens all that the recorded image beside components consists of.
func TestResolvedImages(t *testing.T) {
	t.Parallel()
	registries(t, func(t *testing.T, base string) {
		is := is.New(t)
		path := folder(t, "nextgen/ctf")
		push(t, base, path, "beside")
		push(t, base, path, "components")
		repo := open(t, base+"/components", oci.Config{})
		name := "beside/component-descriptors/acme.org/next/indexed:1.0.0"
		for _, reference := range []string{name, host(t, base) + "/" + name, "http://" + host(t, base) + "/" + name} {
			digest, mediaType, err := repo.ResolveImage(t.Context(), reference)
			is.NoErr(err)
			is.Equal(mediaType, typeIndex)
			pinned, _, err := repo.ResolveImage(t.Context(), name+"@"+digest)
			is.NoErr(err)
			is.Equal(pinned, digest)
			other := component.ID{Name: "acme.org/elsewhere", Version: "1.0.0"} // has none of the blobs
			opened := everything(t, repo, other, digest)
			is.True(opened > 5)
		}
		_, _, err := repo.ResolveImage(t.Context(), "beside/none:1.0.0")
		is.True(errors.Is(err, component.ErrNotFound))
	})
}

// everything opens a manifest and all below it, and returns how many blobs there are.
func everything(t *testing.T, repo *oci.Repository, id component.ID, digest string) int {
	t.Helper()
	var m manifest
	must(t, json.Unmarshal([]byte(content(t, repo, id, digest)), &m))
	count := 1
	for _, below := range m.Manifests {
		count += everything(t, repo, id, below.Digest)
	}
	if m.Config.Digest != "" {
		m.Layers = append(m.Layers, m.Config)
	}
	for _, part := range m.Layers {
		if int64(len(content(t, repo, id, part.Digest))) != part.Size {
			t.Errorf("%s has not %d bytes", part.Digest, part.Size)
		}
		count++
	}
	return count
}

func TestImagesElsewhere(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	const other = "other.example"
	content := stocked(t, shop)
	reference := "/component-descriptors/acme.org/shop:1.0.0"
	servers := network{home: quiet(), other: content}
	_, _, err := at(t, servers, oci.Config{}).ResolveImage(t.Context(), other+reference)
	is.True(errors.Is(err, oci.ErrHost))
	is.True(errors.Is(err, component.ErrNotFound)) // so that a scanner says it is elsewhere

	repo := at(t, servers, oci.Config{Hosts: []string{other}})
	digest, mediaType, err := repo.ResolveImage(t.Context(), other+reference)
	is.NoErr(err)
	is.Equal(mediaType, typeManifest)
	blob, err := repo.OpenBlob(t.Context(), component.ID{Name: "acme.org/x", Version: "1"}, digest)
	is.NoErr(err)
	is.Equal(blob.MediaType, typeManifest)

	_, _, err = repo.ResolveImage(t.Context(), "other.example/UPPER")
	is.True(errors.Is(err, component.ErrMalformed))

	headless := altered(content, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodHead {
			w.Header().Set("Content-Type", "text/plain") // says nothing that helps
		}
		return r.Method == http.MethodHead
	})
	again, _, err := at(t, network{home: headless}, oci.Config{}).ResolveImage(t.Context(), home+reference)
	is.NoErr(err)
	is.Equal(again, digest)
	lying := altered(content, func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Type", typeManifest)
		w.Header().Set("Docker-Content-Digest", digestOfText)
		return r.Method == http.MethodHead
	})
	_, _, err = at(t, network{home: lying}, oci.Config{}).ResolveImage(t.Context(), home+"/a@"+digest)
	is.True(errors.Is(err, oci.ErrDigest))
}

var digestOfText = digest(text)

// Blobs are what their digests say, or reading them fails.
func TestBlobs(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	handler := stocked(t, shop)
	other := altered(handler, func(w http.ResponseWriter, r *http.Request) bool {
		return of("blobs", r) && reply(w, "application/octet-stream", strings.ToUpper(text))
	})
	blob, err := at(t, network{home: other}, oci.Config{}).OpenBlob(t.Context(), shop, digestOfText)
	is.NoErr(err)
	_, err = io.ReadAll(blob)
	is.True(errors.Is(err, oci.ErrDigest))
	_, err = blob.Read(make([]byte, 1))
	is.True(errors.Is(err, oci.ErrDigest)) // for good
	is.NoErr(blob.Close())

	small := oci.Config{MaxBlobBytes: 5}
	_, err = at(t, network{home: handler}, small).OpenBlob(t.Context(), shop, digestOfText)
	is.True(errors.Is(err, component.ErrLimit))
	blob, err = at(t, network{home: other}, small).OpenBlob(t.Context(), shop, digestOfText)
	is.NoErr(err) // which has no length
	_, err = io.ReadAll(blob)
	is.True(errors.Is(err, component.ErrLimit))

	repo := at(t, network{home: handler}, oci.Config{})
	for _, test := range []struct {
		id     component.ID
		digest string
		wraps  error
	}{
		{shop, digest("none"), component.ErrNotFound},
		{shop, "sha256:../../x", component.ErrMalformed},
		{component.ID{Name: "../x"}, digestOfText, component.ErrNotFound},
	} {
		_, err := repo.OpenBlob(t.Context(), test.id, test.digest)
		is.True(errors.Is(err, test.wraps))
	}
}

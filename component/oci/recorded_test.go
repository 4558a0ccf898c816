package oci_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
	"github.com/opendeliverygear/odg/component/oci"
)

// TestArchives pushes the archives whose contents component/ctf holds against the
// answers of the official command lines, and reads the same again.
func TestArchives(t *testing.T) {
	t.Parallel()
	registries(t, func(t *testing.T, base string) {
		for _, name := range []string{"tree/tree.tgz", "delivery/delivery.tgz", "signed/ctf", "nextgen/ctf"} {
			t.Run(name, func(t *testing.T) {
				is := is.New(t)
				path := folder(t, name)
				subPath := strings.NewReplacer("/", "-", ".", "-").Replace("all-" + name)
				push(t, base, path, subPath)
				archive, err := ctf.Open(path, ctf.Config{})
				is.NoErr(err)
				repo := open(t, base+"/"+subPath, oci.Config{})
				names, err := archive.Components(t.Context())
				is.NoErr(err)
				for _, name := range names {
					want, err := archive.Versions(t.Context(), name)
					is.NoErr(err)
					got, err := repo.Versions(t.Context(), name)
					is.NoErr(err)
					is.Equal(cmp.Diff(want, got), "")
					for _, version := range want {
						compare(t, archive, repo, component.ID{Name: name, Version: version})
					}
				}
			})
		}
	})
}

// compare holds what a registry gives against what the archive gives.
func compare(t *testing.T, archive *ctf.Archive, repo *oci.Repository, id component.ID) {
	t.Helper()
	is := is.New(t)
	want, err := archive.RawDescriptor(t.Context(), id)
	is.NoErr(err)
	got, err := repo.RawDescriptor(t.Context(), id)
	is.NoErr(err)
	is.Equal(string(got), string(want))
	d, err := repo.Descriptor(t.Context(), id)
	is.NoErr(err)
	is.Equal(d.ID, id)
	for _, a := range d.Artefacts() {
		local, _ := a.Access.LocalBlob()
		for _, digest := range local.Digests {
			is.Equal(content(t, repo, id, digest), content(t, archive, id, digest))
		}
	}
}

func content(t *testing.T, from component.BlobOpener, id component.ID, digest string) string {
	t.Helper()
	is := is.New(t)
	blob, err := from.OpenBlob(t.Context(), id, digest)
	is.NoErr(err)
	data, err := io.ReadAll(blob)
	is.NoErr(err)
	is.NoErr(blob.Close())
	is.Equal(blob.Size, int64(len(data)))
	return string(data)
}

// TestClosures compares the tree of 300 components with that of the official tool.
func TestClosures(t *testing.T) {
	t.Parallel()
	registries(t, func(t *testing.T, base string) {
		push(t, base, folder(t, "large/large.tgz"), "large")
		repo := open(t, base+"/large", oci.Config{})
		for _, version := range []string{"1.0.0", "1.1.0"} {
			is := is.New(t)
			var closure struct {
				Root      string
				Unique    []string `json:"uniqueComponentVersions"`
				Resources struct{ Items [][]string }
			}
			answers(t, fixture(t, "large/closure.root-"+version+".json"), &closure)
			graph, err := component.Walk(t.Context(), repo, component.WalkConfig{}, id(closure.Root))
			is.NoErr(err)
			is.NoErr(graph.Err())
			var nodes []string
			resources := 0
			for d := range graph.Descriptors() {
				nodes = append(nodes, d.ID.String())
				resources += len(d.Resources)
			}
			slices.Sort(nodes)
			is.Equal(cmp.Diff(closure.Unique, nodes), "")
			is.Equal(resources, len(closure.Resources.Items))
		}
	})
}

// TestEdges pushes every archive of the edge and the broken bundle that a registry
// takes. What the archive gives for a component version, the registry gives too; what
// the one refuses, the other does.
func TestEdges(t *testing.T) {
	t.Parallel()
	registries(t, func(t *testing.T, base string) {
		for _, bundle := range []string{"edge", "broken"} {
			var records []struct{ CTF, Ref string }
			answers(t, fixture(t, bundle+"/expected.json"), &records)
			parent := unpack(t, fixture(t, bundle+"/"+bundle+".tgz"))
			compared := 0
			refused := map[string]map[string]error{}
			for _, r := range records {
				path := filepath.Join(parent, strings.TrimPrefix(r.CTF, bundle+"/"))
				archive, err := ctf.Open(path, ctf.Config{})
				if err != nil || !isFolder(path) || !strings.Contains(r.Ref, ":") {
					continue
				}
				subPath := bundle + "-" + strings.NewReplacer("/", "-", ".", "-", "_", "-").Replace(strings.ToLower(filepath.Base(path)))
				if refused[path] == nil {
					refused[path] = newPusher(base).archive(t, path, subPath)
				}
				want := id(r.Ref)
				if refused[path]["component-descriptors/"+want.Name+":"+strings.ReplaceAll(want.Version, "+", ".build-")] != nil {
					continue
				}
				compared++
				expected, wanted := archive.Descriptor(t.Context(), want)
				got, err := open(t, base+"/"+subPath, oci.Config{}).Descriptor(t.Context(), want)
				if (err == nil) != (wanted == nil) || errors.Is(err, component.ErrNotFound) != errors.Is(wanted, component.ErrNotFound) {
					t.Errorf("%s of %s: %v, want %v", r.Ref, r.CTF, err, wanted)
				}
				if diff := cmp.Diff(expected, got); diff != "" {
					t.Errorf("%s of %s: %s", r.Ref, r.CTF, diff)
				}
			}
			t.Logf("%s: %d component versions", bundle, compared)
			is.New(t).True(compared > 20)
		}
	})
}

func isFolder(path string) bool {
	_, err := filepath.Glob(filepath.Join(path, "artifact-index.json"))
	found, _ := filepath.Glob(filepath.Join(path, "blobs"))
	return err == nil && len(found) == 1
}

// TestRecordedRegistries lists versions as three registries answered after a transfer
// by the official tools: in any order, and with the tags that these write. The
// versions are those of the descriptors behind the tags.
func TestRecordedRegistries(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"docker-registry.tree", "ggcr-registry.tree", "ocimem.tree", "docker-registry.nextgen", "ggcr-registry.nextgen", "ocimem.nextgen"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			var recorded recording
			answers(t, filepath.Join("testdata", "registry", name+".json"), &recorded)
			base := serve(t, recorded)
			components := 0
			for path, repository := range recorded.Repositories {
				subPath, component, found := strings.Cut(path, "/component-descriptors/")
				if !found {
					continue
				}
				components++
				repo := open(t, base+"/"+subPath, oci.Config{})
				versions, err := repo.Versions(t.Context(), component)
				is.NoErr(err)
				is.Equal(len(versions), len(repository.Manifests))
				for _, m := range repository.Manifests {
					if own := m.version(); own != "" {
						is.True(slices.Contains(versions, own))
					}
				}
				for tag, m := range repository.Manifests {
					digest, mediaType, err := repo.ResolveImage(t.Context(), strings.TrimPrefix(base, "http://")+"/"+path+":"+tag)
					is.NoErr(err)
					is.Equal(digest, m.Digest)
					is.Equal(mediaType, m.Type)
				}
			}
			is.True(components > 0)
		})
	}
}

// recording is what a registry answered.
type recording struct {
	Repositories map[string]struct {
		Tags      []string `json:"tags_as_listed"`
		Manifests map[string]recordedManifest
	}
}

type recordedManifest struct {
	Type       string `json:"content-type"`
	Digest     string `json:"docker-content-digest"`
	Raw        string
	Descriptor struct {
		Component struct{ Version string }
		Metadata  struct{ Version string }
	}
}

func (m recordedManifest) version() string {
	return m.Descriptor.Component.Version + m.Descriptor.Metadata.Version
}

// ServeHTTP answers as the registry did.
func (r recording) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	path := strings.TrimPrefix(request.URL.Path, "/v2/")
	if repository, found := strings.CutSuffix(path, "/tags/list"); found {
		_ = json.NewEncoder(w).Encode(map[string]any{"name": repository, "tags": r.Repositories[repository].Tags})
		return
	}
	repository, tag, _ := strings.Cut(path, "/manifests/")
	m, found := r.Repositories[repository].Manifests[tag]
	if !found {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", m.Type)
	w.Header().Set("Docker-Content-Digest", m.Digest)
	_, _ = io.WriteString(w, m.Raw)
}

func host(t testing.TB, base string) string {
	t.Helper()
	u, err := url.Parse(base)
	must(t, err)
	return u.Host
}

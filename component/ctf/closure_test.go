package ctf_test

import (
	"encoding/json"
	"io"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

// checkLocal reads the local blobs of an artefact to the end.
func checkLocal(t *testing.T, archive *ctf.Archive, d *component.Descriptor, a component.Artefact) int {
	t.Helper()
	is := is.New(t)
	local, ok := a.Access.LocalBlob()
	if !ok {
		return 0
	}
	for _, digest := range local.Digests {
		blob, err := archive.OpenBlob(t.Context(), d.ID, digest)
		is.NoErr(err)
		size, err := io.Copy(io.Discard, blob)
		is.NoErr(err) // the digest is right
		is.Equal(size, blob.Size)
		is.NoErr(blob.Close())
	}
	return len(local.Digests)
}

func walk(t testing.TB, archive component.Resolver, root component.ID) *component.Graph {
	t.Helper()
	graph, err := component.Walk(t.Context(), archive, component.WalkConfig{}, root)
	must(t, err)
	must(t, graph.Err())
	return graph
}

func TestLarge(t *testing.T) {
	t.Parallel()
	archive := open(t, fixture(t, "large/large.tgz"))
	for _, version := range []string{"1.0.0", "1.1.0"} {
		t.Run(version, func(t *testing.T) {
			is := is.New(t)
			var closure struct {
				Root      string
				Paths     int      `json:"pathExpandedNodes"`
				Unique    []string `json:"uniqueComponentVersions"`
				Resources struct{ Items [][]string }
				Sources   struct{ Items [][]string }
			}
			answers(t, fixture(t, "large/closure.root-"+version+".json"), &closure)
			graph := walk(t, archive, id(closure.Root))

			paths := 0
			for range graph.Paths() {
				paths++
			}
			is.Equal(paths, closure.Paths)
			var nodes []string
			var resources, sources [][]string
			for d := range graph.Descriptors() {
				nodes = append(nodes, d.ID.String())
				for _, r := range d.Resources {
					resources = append(resources, row(t, d.ID, r.Element, r.WrittenType))
				}
				for _, s := range d.Sources {
					sources = append(sources, row(t, d.ID, s.Element, s.WrittenType))
				}
			}
			slices.Sort(nodes)
			is.Equal(cmp.Diff(closure.Unique, nodes), "")
			is.Equal(cmp.Diff(sorted(closure.Resources.Items), sorted(resources)), "")
			is.Equal(cmp.Diff(sorted(closure.Sources.Items), sorted(sources)), "")
		})
	}
}

func row(t *testing.T, id component.ID, e component.Element, written string) []string {
	extra := e.ExtraIdentity
	if extra == nil {
		extra = map[string]string{}
	}
	data, err := json.Marshal(extra)
	must(t, err)
	return []string{id.String(), e.Name, e.Version, written, string(data)}
}

// sorted brings rows into order and the JSON in their last column into one form.
func sorted(rows [][]string) [][]string {
	for _, row := range rows {
		var extra map[string]string
		_ = json.Unmarshal([]byte(row[len(row)-1]), &extra)
		data, _ := json.Marshal(extra)
		row[len(row)-1] = string(data)
	}
	slices.SortFunc(rows, slices.Compare)
	return rows
}

func TestLargeDifference(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	archive := open(t, fixture(t, "large/large.tgz"))
	var before, after struct {
		Unique []string `json:"uniqueComponentVersions"`
	}
	answers(t, fixture(t, "large/closure.root-1.0.0.json"), &before)
	answers(t, fixture(t, "large/closure.root-1.1.0.json"), &after)
	var want []string
	for _, text := range before.Unique {
		if !slices.Contains(after.Unique, text) {
			want = append(want, id(text).Name)
		}
	}
	root := component.ID{Name: "acme.org/large/c000", Version: "1.0.0"}
	next := component.ID{Name: root.Name, Version: "1.1.0"}
	diff := component.Diff(walk(t, archive, root), walk(t, archive, next))
	var changed []string
	for _, change := range diff.Changed {
		changed = append(changed, change.From.Name)
	}
	slices.Sort(changed)
	is.True(len(want) > 3)
	is.Equal(cmp.Diff(want, changed), "")
	is.Equal(len(diff.Added)+len(diff.Removed), 0)
}

func TestDelivery(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	archive := open(t, fixture(t, "delivery/delivery.tgz"))
	var recorded struct{ Items []object }
	answers(t, fixture(t, "delivery/expected-cv-recursive.json"), &recorded)
	graph := walk(t, archive, id("example.org/shop:2026.11.0"))
	i, blobs := 0, 0
	for path := range graph.Paths() {
		d := graph.Node(path[len(path)-1]).Descriptor
		is.Equal(cmp.Diff(neutral(recorded.Items[i]), rendered(t, d)), "") // V1, ours
		for _, a := range d.Artefacts() {
			blobs += checkLocal(t, archive, d, a)
		}
		i++
	}
	is.Equal(i, len(recorded.Items))
	is.True(blobs >= 9) // images, chart and notes
}

func TestSigned(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	archive := open(t, fixture(t, "signed/ctf"))
	names, err := archive.Components(t.Context())
	is.NoErr(err)
	is.Equal(names, []string{"acme.org/signed/leaf", "acme.org/signed/top"})
	for _, name := range names {
		versions, err := archive.Versions(t.Context(), name)
		is.NoErr(err)
		is.Equal(versions, []string{"1.0.0"}) // manifests without tag are none (ocm-format.md 6)
	}
	graph := walk(t, archive, id("acme.org/signed/top:1.0.0"))
	top := graph.Node(graph.Roots[0]).Descriptor
	is.True(len(top.Signatures) > 2)         // the tagged manifest is the signed one
	is.True(top.References[0].Digest != nil) // which signing fills in
	is.True(len(top.References[0].Digest.Value) == 64)
	for d := range graph.Descriptors() {
		for _, a := range d.Artefacts() {
			is.Equal(checkLocal(t, archive, d, a), 1)
		}
	}
}

func TestNextGeneration(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	archive := open(t, fixture(t, "nextgen/ctf"))
	versions, err := archive.Versions(t.Context(), "acme.org/next/indexed")
	is.NoErr(err)
	is.Equal(versions, []string{"1.0.0", "1.0.0+ci.7"})
	for _, tool := range []string{"v1", "next"} {
		items := recordedItems(t, fixture(t, "nextgen/expected/ocm-"+tool+".indexed.json"))
		is.True(len(items) > 0)
		for _, item := range items {
			want := neutral(item)
			root := component.ID{Name: want["name"].(string), Version: want["version"].(string)}
			d, err := archive.Descriptor(t.Context(), root)
			is.NoErr(err)
			is.Equal(cmp.Diff(want, rendered(t, d)), "") // the tool, ours
			for _, a := range d.Artefacts() {
				checkLocal(t, archive, d, a)
			}
		}
	}
}

// recordedItems reads what V1 prints as an object, and NEXT as a list.
func recordedItems(t *testing.T, path string) []object {
	t.Helper()
	var recorded any
	answers(t, path, &recorded)
	if o, ok := recorded.(object); ok {
		recorded = o["items"]
	}
	var items []object
	for _, item := range recorded.([]any) {
		items = append(items, item.(object))
	}
	return items
}

// TestNestedImages reads local blobs that are manifests beside the component's
// own one in an index.
func TestNestedImages(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	archive := open(t, fixture(t, "nextgen/ctf"))
	d, err := archive.Descriptor(t.Context(), id("acme.org/next/indexed:1.0.0"))
	is.NoErr(err)
	nested := 0
	for _, a := range d.Artefacts() {
		local, _ := a.Access.LocalBlob()
		for _, digest := range local.Digests {
			blob, err := archive.OpenBlob(t.Context(), d.ID, digest)
			is.NoErr(err)
			data, err := io.ReadAll(blob)
			is.NoErr(err)
			if blob.MediaType == "" {
				continue
			}
			nested++
			var m struct {
				MediaType string `json:"mediaType"`
			}
			is.NoErr(json.Unmarshal(data, &m))
			is.Equal(m.MediaType, blob.MediaType)
			got, mediaType, err := archive.ResolveImage(t.Context(), "registry.example/x@"+digest)
			is.NoErr(err)
			is.Equal(got, digest)
			is.Equal(mediaType, m.MediaType)
		}
	}
	is.True(nested > 0)
}

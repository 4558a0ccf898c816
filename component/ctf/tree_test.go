package ctf_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

// element is a line of V1's recursive lists: an element and the path to it.
type element struct {
	Context []string `json:"context"`
	Element object   `json:"element"`
}

// treeArchives returns the tree in all its forms.
func treeArchives(t *testing.T) map[string]*ctf.Archive {
	return map[string]*ctf.Archive{
		"tar":       open(t, fixture(t, "tree/tree.tar")),
		"tgz":       open(t, fixture(t, "tree/tree.tgz")),
		"directory": open(t, unpack(t, fixture(t, "tree/tree.tgz"))),
	}
}

func TestTree(t *testing.T) {
	t.Parallel()
	answersOfV1 := unpack(t, fixture(t, "tree/expected.tgz"))
	for form, archive := range treeArchives(t) {
		t.Run(form, func(t *testing.T) {
			is := is.New(t)
			var listed []struct {
				Component string   `json:"component"`
				Versions  []string `json:"versions_as_printed"`
			}
			answers(t, filepath.Join(answersOfV1, "versions.json"), &listed)
			names, err := archive.Components(t.Context())
			is.NoErr(err)
			is.Equal(len(names), len(listed)) // components
			for _, l := range listed {
				is.True(slices.Contains(names, l.Component)) // as V1
				versions, err := archive.Versions(t.Context(), l.Component)
				is.NoErr(err)
				sameOrder(t, versions, l.Versions)
				for _, version := range versions {
					t.Run(l.Component+":"+version, func(t *testing.T) {
						root := component.ID{Name: l.Component, Version: version}
						compareTree(t, archive, root, func(kind string) string {
							return filepath.Join(answersOfV1, kind+"."+strings.NewReplacer("/", "_", "+", "_").Replace(l.Component+"_"+version)+".json")
						})
					})
				}
			}
		})
	}
}

// compareTree compares one root with everything that V1 prints about it.
func compareTree(t *testing.T, archive *ctf.Archive, root component.ID, answer func(kind string) string) {
	is := is.New(t)
	graph, err := component.Walk(t.Context(), archive, component.WalkConfig{}, root)
	is.NoErr(err)
	is.NoErr(graph.Err())
	is.Equal(len(graph.Cycles()), 0)

	var recorded struct{ Items []object }
	answers(t, answer("cv"), &recorded)
	is.Equal(cmp.Diff(neutral(recorded.Items[0]), rendered(t, graph.Node(root).Descriptor)), "") // V1, ours

	recorded.Items = nil
	answers(t, answer("cv-rec"), &recorded)
	var expanded []object
	var elements struct{ resources, sources, references []element }
	for path := range graph.Paths() {
		d := graph.Node(path[len(path)-1]).Descriptor
		expanded = append(expanded, rendered(t, d))
		elements.resources = append(elements.resources, located(t, path, d.Resources, renderedResource)...)
		elements.sources = append(elements.sources, located(t, path, d.Sources, renderedSource)...)
		elements.references = append(elements.references, located(t, path, d.References, renderedReference)...)
	}
	is.Equal(len(expanded), len(recorded.Items)) // paths
	for i, item := range recorded.Items {
		is.Equal(cmp.Diff(neutral(item), expanded[i]), "") // V1, ours, in the order of the paths
	}
	compareElements(t, answer("resources-rec"), elements.resources)
	compareElements(t, answer("sources-rec"), elements.sources)
	compareElements(t, answer("references-rec"), elements.references)
}

func located[T any](t *testing.T, path []component.ID, items []T, render func(testing.TB, T) object) []element {
	context := make([]string, len(path))
	for i, id := range path {
		context[i] = id.String()
	}
	var all []element
	for _, item := range items {
		all = append(all, element{Context: context, Element: render(t, item)})
	}
	return all
}

// compareElements compares lists, whose order V1 does not keep stable.
func compareElements(t *testing.T, path string, got []element) {
	t.Helper()
	is := is.New(t)
	var recorded struct{ Items []element }
	answers(t, path, &recorded)
	is.Equal(cmp.Diff(counted(t, recorded.Items), counted(t, got)), "") // V1, ours
}

func counted(t *testing.T, elements []element) map[string]int {
	counts := map[string]int{}
	for _, e := range elements {
		tidy(e.Element)
		counts[cmp.Diff(nil, generic(t, e))]++
	}
	return counts
}

func TestFormsHoldTheSame(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var keys [][]string
	for _, archive := range treeArchives(t) {
		found := map[string]bool{}
		names, err := archive.Components(t.Context())
		is.NoErr(err)
		for _, name := range names {
			versions, err := archive.Versions(t.Context(), name)
			is.NoErr(err)
			for _, version := range versions {
				d, err := archive.Descriptor(t.Context(), component.ID{Name: name, Version: version})
				is.NoErr(err)
				for _, a := range d.Artefacts() {
					found[a.ID.Key()] = true
					checkLocal(t, archive, d, a)
				}
			}
		}
		keys = append(keys, slices.Sorted(maps.Keys(found)))
	}
	is.Equal(keys[0], keys[1])
	is.Equal(keys[1], keys[2])
	is.True(len(keys[0]) > 30) // which is not little
}

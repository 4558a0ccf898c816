package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

// ocmFixture is the path of an archive or answer that component/ctf keeps.
func ocmFixture(parts ...string) string {
	return filepath.Join(append([]string{"..", "..", "component", "ctf", "testdata", "fixtures"}, parts...)...)
}

// recorded reads an answer of the official command line.
func recorded(t *testing.T, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// inBoth runs a command over an archive and over the registry that it was pushed to,
// which must say the same, and reads its JSON.
func inBoth(t *testing.T, places []string, v any, args ...string) {
	t.Helper()
	var said []string
	for _, place := range places {
		out, _ := command(t, exitOK, append(append([]string{"component"}, args...), "--ocm-repo", place, "-o", "json")...)
		said = append(said, out)
	}
	if diff := cmp.Diff(said[0], said[1]); diff != "" {
		t.Errorf("odg component %s (-archive +registry): %s", strings.Join(args, " "), diff)
	}
	if err := json.Unmarshal([]byte(said[1]), v); err != nil {
		t.Fatal(err)
	}
}

// TestComponentsInRegistry holds every component version of the recorded tree, in an
// archive and in a registry, against the answers of the official command line.
func TestComponentsInRegistry(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	home := registry(t)
	is.NoErr(home.PushArchive(ocmFixture("tree", "tree.tgz"), "ocm"))
	places := []string{ocmFixture("tree", "tree.tgz"), string(home) + "/ocm"}
	answers := t.TempDir()
	_, err := unpack(ocmFixture("tree", "expected.tgz"), ".", answers)
	is.NoErr(err)
	var listed []struct {
		Component string   `json:"component"`
		Versions  []string `json:"versions_as_printed"`
	}
	recorded(t, filepath.Join(answers, "versions.json"), &listed)
	is.True(len(listed) > 10)
	for _, l := range listed {
		var versions []string
		inBoth(t, places, &versions, "versions", l.Component)
		is.True(slices.IsSortedFunc(versions, component.CompareVersions))
		is.Equal(slices.Sorted(slices.Values(versions)), slices.Sorted(slices.Values(l.Versions))) // V1 has no order among equal ranks
		for _, version := range versions {
			answer := func(kind string) string {
				return filepath.Join(answers, kind+"."+strings.NewReplacer("/", "_", "+", "_").Replace(l.Component+"_"+version)+".json")
			}
			compareWithOfficial(t, places, component.ID{Name: l.Component, Version: version}, answer)
		}
	}
}

// element is a line of the recursive lists of the official command line, which has one
// for every path.
type element struct {
	Context []string
	Element struct{ Name, Version string }
}

func compareWithOfficial(t *testing.T, places []string, id component.ID, answer func(string) string) {
	t.Helper()
	is := is.New(t)
	var document map[string]any
	inBoth(t, places, &document, "get", id.String())
	is.True(strings.Contains(raw(t, places[1], id), id.Name))
	is.Equal(raw(t, places[0], id), raw(t, places[1], id))

	var tree treeForm
	inBoth(t, places, &tree, "tree", id.String())
	var closure struct {
		Items []struct {
			Component, Metadata struct{ Name, Version string }
		}
	}
	recorded(t, answer("cv-rec"), &closure)
	want, got := map[string]bool{}, map[string]bool{}
	for _, item := range closure.Items {
		want[item.Component.Name+item.Metadata.Name+":"+item.Component.Version+item.Metadata.Version] = true
	}
	for _, c := range tree.Components {
		got[c.ID.String()] = true
	}
	is.Equal(cmp.Diff(want, got), "") // V1, ours
	is.Equal(len(tree.Components), len(got))

	for kind, file := range map[string]string{"resource": "resources-rec", "source": "sources-rec"} {
		var list artefactsForm
		inBoth(t, places, &list, "artefacts", id.String(), "--kind", kind)
		var official struct{ Items []element }
		recorded(t, answer(file), &official)
		want, got := map[string]bool{}, map[string]bool{}
		for _, e := range official.Items {
			want[e.Context[len(e.Context)-1]+" "+e.Element.Name+" "+e.Element.Version] = true
		}
		for _, a := range list.Artefacts {
			got[a.Component+":"+a.ComponentVersion+" "+a.Artefact+" "+a.ArtefactVersion] = true
		}
		is.Equal(cmp.Diff(want, got), "") // V1, ours
	}
}

func raw(t *testing.T, place string, id component.ID) string {
	t.Helper()
	document, _ := command(t, exitOK, "component", "get", place+"//"+id.String(), "--raw")
	return document
}

// TestLargeDelivery holds the 300 components against the recorded closures.
func TestLargeDelivery(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	home := registry(t)
	is.NoErr(home.PushArchive(ocmFixture("large", "large.tgz"), "ocm"))
	places := []string{ocmFixture("large", "large.tgz"), string(home) + "/ocm"}
	for _, version := range []string{"1.0.0", "1.1.0"} {
		var closure struct {
			Root               string
			Unique             []string `json:"uniqueComponentVersions"`
			Resources, Sources struct{ Items [][]string }
		}
		recorded(t, ocmFixture("large", "closure.root-"+version+".json"), &closure)
		var tree treeForm
		inBoth(t, places, &tree, "tree", closure.Root)
		nodes := map[string]bool{}
		for _, c := range tree.Components {
			nodes[c.ID.String()] = true
		}
		is.Equal(cmp.Diff(closure.Unique, slices.Sorted(maps.Keys(nodes))), "")
		var list artefactsForm
		inBoth(t, places, &list, "artefacts", closure.Root)
		is.Equal(len(list.Artefacts), len(closure.Resources.Items)+len(closure.Sources.Items))
	}
	var diff diffForm
	inBoth(t, places, &diff, "diff", "acme.org/large/c000:1.0.0", "1.1.0")
	is.True(len(diff.Changed) > 3)
	is.Equal(diff.Changed[0].To.Version, "1.1.0")
}

// TestComponentUnreachable says what is missing: the component, the login, the registry.
func TestComponentUnreachable(t *testing.T) {
	t.Parallel()
	home := registry(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasPrefix(r.URL.Path, "/v2/secret/") && r.Header.Get("Authorization") == "":
				w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
				w.WriteHeader(http.StatusUnauthorized)
			case strings.HasPrefix(r.URL.Path, "/v2/down/"):
				w.WriteHeader(http.StatusNotImplemented) // which is not tried again
			default:
				next.ServeHTTP(w, r)
			}
		})
	})
	config := filepath.Join(t.TempDir(), "config.json")
	is.New(t).NoErr(os.WriteFile(config, []byte(`{"auths":{"`+home.Host()+`":{"auth":"cmVhZGVyOmh1bnRlcjI="}}}`), 0o600))
	place := string(home)
	for name, c := range map[string]struct {
		code int
		args []string
		want string
	}{
		"no versions":     {exitUnable, []string{"versions", place + "/ocm//acme.org/none"}, "has no versions: not found; check name"},
		"no such version": {exitUnable, []string{"get", place + "/ocm//acme.org/none:1.0.0"}, "not found in " + place},
		"no login":        {exitUnable, []string{"tree", place + "/secret//acme.org/none"}, "--docker-config (ODG_DOCKER_CONFIG)"},
		"login":           {exitUnable, []string{"tree", place + "/secret//acme.org/none", "--docker-config", config}, "has no versions"},
		"down":            {exitUnable, []string{"artefacts", place + "/down//acme.org/none:1.0.0"}, "see that the registry is up"},
		"down, a list":    {exitUnable, []string{"versions", place + "/down//acme.org/none"}, "see that the registry is up"},
		"second of two":   {exitUnable, []string{"get", "acme.org/none:1.0.0", "--ocm-repo", place + "/ocm", "--ocm-repo", place + "/down"}, "see that the registry is up"},
		"no file":         {exitUsage, []string{"get", place + "/ocm//acme.org/none", "--docker-config", "none.json"}, "none.json"},
		"no host":         {exitUsage, []string{"get", place + "/ocm//acme.org/none", "--allow-host", "no host"}, "no host"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			out, said := command(t, c.code, append([]string{"component"}, c.args...)...)
			is.True(strings.Contains(said, c.want))
			is.Equal(out, "")
		})
	}
}

// TestReadsAreShown counts what is read, on a terminal only.
func TestReadsAreShown(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	id := component.ID{Name: "acme.org/shop", Version: "1.0.0"}
	repository := component.NewMemory(&component.Descriptor{ID: id})
	for _, terminalThere := range []bool{true, false} {
		var stderr strings.Builder
		shown := showReads(&terminal{stderr: &stderr, progress: terminalThere}, repository)
		d, err := shown.Descriptor(t.Context(), id)
		is.NoErr(err)
		is.Equal(d.ID, id)
		shown.finish()
		is.Equal(stderr.Len() > 0, terminalThere)
	}
}

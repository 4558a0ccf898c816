package ctf_test

import (
	"archive/tar"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

// check is what V1 says about the references of a component version.
type check struct {
	Items []struct {
		Status  string              `json:"status"`
		Missing map[string][]string `json:"missing"`
	} `json:"items"`
}

// TestRecordedFaults compares missing references and cycles with "ocm check cv".
func TestRecordedFaults(t *testing.T) {
	t.Parallel()
	type answer struct {
		CTF string `json:"ctf"`
		Ref string `json:"ref"`
		V1  struct {
			Check struct{ Stdout any } `json:"check"`
			All   struct{ Stdout any } `json:"get_cv_recursive_json"`
		} `json:"ocm_v1"`
	}
	var records []answer
	answers(t, fixture(t, "broken/expected.json"), &records)
	folder := unpack(t, fixture(t, "broken/broken.tgz"))
	compared := map[string]int{}
	for _, r := range records {
		if _, ok := r.V1.Check.Stdout.(object); !ok {
			continue
		}
		t.Run(r.Ref, func(t *testing.T) {
			is := is.New(t)
			var want check
			again(t, r.V1.Check.Stdout, &want)
			compared[want.Items[0].Status]++
			archive := open(t, filepath.Join(folder, strings.TrimPrefix(r.CTF, "broken/")))
			graph, err := component.Walk(t.Context(), archive, component.WalkConfig{}, id(r.Ref))
			is.NoErr(err)

			got := map[string][]string{}
			for _, fault := range graph.Missing() {
				is.True(errors.Is(fault, component.ErrNotFound))
				got[fault.Path[len(fault.Path)-1].String()] = texts(fault.Path)
			}
			is.Equal(len(got), len(want.Items[0].Missing))
			is.True(maps.EqualFunc(got, want.Items[0].Missing, slices.Equal)) // path to each missing one
			is.Equal(len(graph.Cycles()) > 0, want.Items[0].Status == "Error")
			is.Equal(graph.Err() != nil, want.Items[0].Status == "Incomplete")

			var all struct{ Items []object }
			again(t, r.V1.All.Stdout, &all)
			paths := 0
			for range graph.Paths() {
				paths++
			}
			is.Equal(paths, len(all.Items)) // V1 cuts cycles where we do
		})
	}
	is.New(t).Equal(compared, map[string]int{"Incomplete": 1, "Error": 4, "OK": 1})
}

// again decodes a part of an answer into v.
func again(t *testing.T, part, v any) {
	t.Helper()
	must(t, unmarshal(t, part, v))
}

func texts(ids []component.ID) []string {
	var all []string
	for _, id := range ids {
		all = append(all, id.String())
	}
	return all
}

// TestAlteredDocuments asks for component versions whose manifest, config or
// descriptor was altered, keeping its size. The recorded tools accept them all.
func TestAlteredDocuments(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(unpack(t, fixture(t, "broken/broken.tgz")), "digests")
	packed := filepath.Join(t.TempDir(), "digests.tar")
	must(t, tarOf(folder, packed))
	for form, archive := range map[string]*ctf.Archive{"directory": open(t, folder), "tar": open(t, packed)} {
		for name, want := range map[string]error{
			"good": nil, "manifest-altered": errDigest, "layer-altered": errDigest,
			"config-altered":   nil, // it is not read where one layer only can be the descriptor
			"manifest-missing": component.ErrNotFound, "layer-missing": component.ErrNotFound,
			"traversal": ctf.ErrUnsafe,
		} {
			t.Run(form+"/"+name, func(t *testing.T) {
				is := is.New(t)
				_, err := archive.Descriptor(t.Context(), id("acme.org/digest/"+name+":1.0.0"))
				is.True(errors.Is(err, want))
			})
		}
	}
}

// tarOf packs the files of a folder.
func tarOf(folder, path string) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	w := tar.NewWriter(file)
	return errors.Join(w.AddFS(os.DirFS(folder)), w.Close(), file.Close())
}

// TestAlteredBlob reads a local blob that has been altered, keeping its size.
func TestAlteredBlob(t *testing.T) {
	t.Parallel()
	archive := open(t, filepath.Join(unpack(t, fixture(t, "broken/broken.tgz")), "digests"))
	for name, want := range map[string]error{
		"good": nil, "local-blob-altered": errDigest, "local-blob-missing": component.ErrNotFound,
	} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			d, err := archive.Descriptor(t.Context(), id("acme.org/digest/"+name+":1.0.0"))
			is.NoErr(err) // the descriptor itself is right
			read := 0
			for _, a := range d.Artefacts() {
				local, ok := a.Access.LocalBlob()
				if !ok {
					continue
				}
				read++
				is.True(errors.Is(readBlob(t, archive, d.ID, local.Digests[0]), want))
			}
			is.True(read > 0 || name == "good")
		})
	}
}

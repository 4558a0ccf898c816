package ctf_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/Masterminds/semver/v3"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
)

// Facts of unpacked archives, read without the package under test.

type reference struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
}

type manifest struct {
	Config reference   `json:"config"`
	Layers []reference `json:"layers"`
}

// manifestOf reads the manifest of a component version in an unpacked CTF. In
// anything else it finds an empty one.
func manifestOf(t *testing.T, path string, id component.ID) manifest {
	t.Helper()
	var index struct {
		Artifacts []struct {
			reference
			Repository string `json:"repository"`
			Tag        string `json:"tag"`
		} `json:"artifacts"`
	}
	var m manifest
	if json.Unmarshal(content(t, filepath.Join(path, "artifact-index.json")), &index) != nil {
		return m
	}
	for _, a := range index.Artifacts {
		if a.Repository == "component-descriptors/"+id.Name && a.Tag == id.Version {
			data, _ := blob(t, path, a.Digest)
			_ = json.Unmarshal([]byte(data), &m)
		}
	}
	if m.Layers == nil {
		m.Layers = []reference{{}}
	}
	return m
}

func blob(t *testing.T, path, digest string) (data string, found bool) {
	t.Helper()
	read, err := os.ReadFile(filepath.Join(path, "blobs", strings.Replace(filepath.Base(digest), ":", ".", 1)))
	return string(read), err == nil
}

// content reads a file; there is none in what is no folder.
func content(t *testing.T, path string) []byte {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return nil
	}
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return data
}

// descriptors counts the layers that can be a component descriptor.
func (m manifest) descriptors() (count int) {
	for _, layer := range m.Layers {
		if strings.Contains(layer.MediaType, ".component-descriptor.") {
			count++
		}
	}
	return count
}

// sameOrder tells if two lists have the same versions in the same order, except
// that versions of equal rank may be in any order.
func sameOrder(t *testing.T, got, want []string) {
	t.Helper()
	is := is.New(t)
	is.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) // as sets
	for i := range min(len(got), len(want)) {
		left, err := semver.NewVersion(got[i])
		is.NoErr(err)
		right, err := semver.NewVersion(want[i])
		is.NoErr(err)
		is.Equal(left.Compare(right), 0) // rank by rank
	}
}

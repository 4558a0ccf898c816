package oci_test

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/opendeliverygear/odg/component"
)

// fixture returns the path of a recorded archive or answer, which component/ctf
// keeps, see there.
func fixture(t testing.TB, name string) string {
	t.Helper()
	folder := os.Getenv("ODG_OCM_FIXTURES")
	path := filepath.Join(folder, name)
	if folder == "" {
		path = filepath.Join("..", "ctf", "testdata", "fixtures", name)
	}
	switch _, err := os.Stat(path); {
	case err == nil:
	case folder != "" && errors.Is(err, os.ErrNotExist):
		t.Skipf("ODG_OCM_FIXTURES has no %s", name)
	default:
		t.Fatal(err)
	}
	return path
}

// answers decodes a recorded answer into v.
func answers(t testing.TB, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatalf("read recorded answer: %v", err)
	}
}

// unpack writes the regular files of a tgz of ours into a temporary folder.
func unpack(t testing.TB, path string) string {
	t.Helper()
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	must(t, err)
	defer root.Close()
	file, err := os.Open(path)
	must(t, err)
	defer file.Close()
	stream, err := gzip.NewReader(file)
	must(t, err)
	for reader := tar.NewReader(stream); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return folder
		}
		must(t, err)
		if header.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(reader)
		must(t, err)
		must(t, root.MkdirAll(filepath.Dir(header.Name), 0o755))
		must(t, root.WriteFile(header.Name, data, 0o644))
	}
}

// folder returns the directory of a CTF.
func folder(t testing.TB, name string) string {
	t.Helper()
	if path := fixture(t, name); strings.HasSuffix(name, ".tgz") {
		return unpack(t, path)
	} else {
		return path
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func id(text string) component.ID {
	name, version, _ := strings.Cut(text, ":")
	return component.ID{Name: name, Version: version}
}

package ctf_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/ctf"
)

// Every document says what the descriptor says, whatever holds it: a tar or none,
// YAML or JSON, and all versions of the format.
func TestRawDescriptors(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"tree/tree.tar", "tree/tree.tgz", "delivery/delivery.tgz", "nextgen/ctf", "signed/ctf"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			archive := open(t, fixture(t, path))
			names, err := archive.Components(t.Context())
			is.NoErr(err)
			is.True(len(names) > 0)
			for _, name := range names {
				versions, err := archive.Versions(t.Context(), name)
				is.NoErr(err)
				for _, version := range versions {
					checkRaw(t, archive, component.ID{Name: name, Version: version})
				}
			}
		})
	}
}

func checkRaw(t *testing.T, archive *ctf.Archive, id component.ID) {
	t.Helper()
	is := is.New(t)
	want, err := archive.Descriptor(t.Context(), id)
	is.NoErr(err)
	document, err := archive.RawDescriptor(t.Context(), id)
	is.NoErr(err)
	got, err := component.Decode(document)
	is.NoErr(err)
	is.Equal(cmp.Diff(want, got), "")
}

// What Descriptor accepts has a document, and what it refuses has none.
func TestRawDescriptorsOfTheEdge(t *testing.T) {
	t.Parallel()
	for _, bundle := range []string{"edge", "broken"} {
		records, folder := recorded(t, bundle)
		checked := 0
		for _, r := range records {
			archive, err := ctf.Open(filepath.Join(folder, strings.TrimPrefix(r.CTF, bundle+"/")), ctf.Config{})
			if err != nil || !strings.Contains(r.Ref, ":") {
				continue
			}
			checked++
			_, wanted := archive.Descriptor(t.Context(), id(r.Ref))
			document, err := archive.RawDescriptor(t.Context(), id(r.Ref))
			if (err == nil) != (wanted == nil) || (err == nil) != (len(document) > 0) {
				t.Errorf("%s: %d bytes, %v, want %v", r.Ref, len(document), err, wanted)
			}
			must(t, archive.Close())
		}
		is.New(t).True(checked > 0) // the bundle has archives
	}
}

// The document of a component archive comes back byte for byte.
func TestRawDescriptorIsAsStored(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	const document = "# written by hand\r\nmeta: {schemaVersion: v2}\r\ncomponent:\n  name:   acme.org/shop # the shop\n" +
		"  version: \"1.0\"\n  provider: acme\n  repositoryContexts: []\n  resources: []\n  sources: []\n  componentReferences: []\n\n\n"
	folder := t.TempDir()
	is.NoErr(os.WriteFile(filepath.Join(folder, "component-descriptor.yaml"), []byte(document), 0o600))
	archive := open(t, folder)
	got, err := archive.RawDescriptor(t.Context(), id("acme.org/shop:1.0"))
	is.NoErr(err)
	is.Equal(string(got), document)

	_, err = archive.RawDescriptor(t.Context(), id("acme.org/shop:2.0"))
	is.True(errors.Is(err, component.ErrNotFound))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, call := range []func() error{
		func() error { _, err := archive.RawDescriptor(ctx, id("acme.org/shop:1.0")); return err },
		func() error { _, err := archive.Descriptor(ctx, id("acme.org/shop:1.0")); return err },
	} {
		is.True(errors.Is(call(), context.Canceled))
	}
}

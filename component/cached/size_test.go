package cached_test

import (
	"io"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/component/ctf"
)

func archive(t testing.TB, name string) *ctf.Archive {
	t.Helper()
	opened, err := ctf.Open(filepath.Join("..", "ctf", "testdata", "fixtures", filepath.FromSlash(name)), ctf.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	return opened
}

// heap returns how many bytes are in use.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// What descriptors are said to take is about what they take: the limit of a cache is
// one of memory. It runs alone, since it looks at the heap.
func TestBytesAreThoseOfMemory(t *testing.T) {
	is := is.New(t)
	repo := archive(t, "large/large.tgz")
	before := heap()
	kept := cached.New(repo, cached.Config{})
	root := component.ID{Name: "acme.org/large/c000", Version: "1.0.0"}
	for range 2 {
		graph, err := component.Walk(t.Context(), kept, component.WalkConfig{}, root)
		is.NoErr(err)
		is.NoErr(graph.Err())
	}
	used := heap() - before
	stats := kept.Stats()
	t.Logf("%d descriptors: %d bytes by the books, %d of the heap", stats.Entries, stats.Bytes, used)
	is.Equal(stats.Entries, stats.Descriptors.Misses)
	is.Equal(stats.Descriptors.Hits, stats.Descriptors.Misses) // the second walk
	is.True(stats.Entries >= 300)
	is.True(stats.Bytes > used*2/3)
	is.True(stats.Bytes < used*3/2)
	runtime.KeepAlive(kept)
}

// Blobs and images are passed through.
func TestRepository(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var repo component.Repository = cached.NewRepository(archive(t, "delivery/delivery.tgz"), cached.Config{})
	versions, err := component.Choose(t.Context(), repo, "example.org/shop", component.Choice{}, t0)
	is.NoErr(err)
	graph, err := component.Walk(t.Context(), repo, component.WalkConfig{}, component.ID{Name: "example.org/shop", Version: versions[0]})
	is.NoErr(err)
	opened := 0
	for d := range graph.Descriptors() {
		for _, a := range d.Artefacts() {
			local, _ := a.Access.LocalBlob()
			for _, digest := range local.Digests {
				blob, err := repo.OpenBlob(t.Context(), d.ID, digest)
				is.NoErr(err)
				_, err = io.Copy(io.Discard, blob)
				is.NoErr(err)
				is.NoErr(blob.Close())
				opened++
			}
		}
	}
	is.True(opened > 0)
}

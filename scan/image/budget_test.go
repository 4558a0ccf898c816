package image_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/matryer/is"
	"github.com/opencontainers/go-digest"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/scan/image"
)

// TestBombs stops at each budget, not at the end of what a bomb unpacks to.
func TestBombs(t *testing.T) {
	t.Parallel()
	zeros := strings.Repeat("\x00", 1<<20)
	many := make(layer, 300)
	for i := range many {
		many[i].name = fmt.Sprint("f", i)
	}
	cases := map[string]struct {
		layers []layer
		cfg    image.Config
	}{
		"layer":   {[]layer{{{name: "zeros", content: zeros}}}, image.Config{MaxLayerBytes: 1 << 16}},
		"image":   {[]layer{{{name: "a", content: zeros[:1<<19]}}, {{name: "b", content: zeros[:1<<19+1]}}}, image.Config{MaxTotalBytes: 1 << 20}},
		"entries": {[]layer{many}, image.Config{MaxEntries: 299}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := newStore()
			main := s.addImage(zst, c.layers...)
			for _, res := range []component.Resource{s.asParts(main), s.inSet(main)} {
				_, err := image.New(s, c.cfg).Read(context.Background(), id, res, files...)
				is.True(errors.Is(err, image.ErrBudget))
			}
		})
	}
	t.Run("archive", func(t *testing.T) {
		t.Parallel()
		is := is.New(t)
		s := newStore()
		s.add(append([]byte("padding"), zeros...))
		_, err := image.New(s, image.Config{MaxTotalBytes: 1 << 19}).Read(context.Background(), id, s.inSet(s.addImage(zip, release)), files...)
		is.True(errors.Is(err, image.ErrBudget))
	})
	t.Run("archive entries", func(t *testing.T) {
		t.Parallel()
		is := is.New(t)
		s := newStore()
		_, err := image.New(s, image.Config{MaxEntries: 2}).Read(context.Background(), id, s.inSet(s.addImage(zip, release)), files...)
		is.True(errors.Is(err, image.ErrBudget))
	})
	t.Run("file", func(t *testing.T) {
		t.Parallel()
		is := is.New(t)
		s := newStore()
		main := s.addImage(zip, layer{{name: "etc/os-release", content: zeros}, {name: "usr/lib/os-release", content: "small"}})
		roots, err := image.New(s, image.Config{MaxFileBytes: 1<<20 - 1}).Read(context.Background(), id, s.inSet(main), files...)
		is.NoErr(err) // one file that is too large spoils no other
		_, err = roots[0].ReadFile("etc/os-release")
		is.True(errors.Is(err, image.ErrBudget))
		is.Equal(contents(roots[0], "usr/lib/os-release"), []string{"small"})
	})
}

// TestLongLinks does not follow links that are longer than any path.
func TestLongLinks(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := newStore()
	main := s.addImage(zip,
		layer{{name: "etc/os-release", link: strings.Repeat("../", 100_000) + "usr/lib/os-release"}},
		layer{{name: "usr/lib/os-release", link: strings.Repeat("a/", 2000)}, {name: strings.TrimSuffix(strings.Repeat("a/", 2000), "/"), link: strings.Repeat("b/", 2000)}},
	)
	roots, err := image.New(s, image.Config{}).Read(context.Background(), id, s.inSet(main), files...)
	is.NoErr(err)
	is.Equal(contents(roots[0], files...), []string{"-", "-"})
}

// TestRepeatedFile keeps one copy of a file that a layer holds hundreds of times.
func TestRepeatedFile(t *testing.T) {
	is := is.New(t)
	const size, times = 1 << 16, 300
	var l layer
	for range times {
		l = append(l, member{name: "etc/os-release", content: strings.Repeat("x", size)})
	}
	s := newStore()
	res := s.asParts(s.addImage(zip, l))
	var roots []*image.Root
	held := live(func() {
		var err error
		roots, err = image.New(s, image.Config{}).Read(context.Background(), id, res, files...)
		is.NoErr(err)
	})
	is.Equal(len(contents(roots[0], "etc/os-release")[0]), size)
	is.True(held < 2<<20) // of 20 MB
}

// live returns how much more memory is in use after do.
func live(do func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	do()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// TestMemory reads a large image and allocates little, whatever its size.
func TestMemory(t *testing.T) {
	is := is.New(t)
	allocated := func(size int) uint64 {
		s := newStore()
		main := s.addImage(zip, layer{{name: "zeros", content: strings.Repeat("\x00", size)}}, release)
		res := s.inSet(main)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		roots, err := image.New(s, image.Config{}).Read(context.Background(), id, res, files...)
		runtime.ReadMemStats(&after)
		is.NoErr(err)
		is.Equal(contents(roots[0], "etc/os-release"), []string{"ID=debian\n"})
		return after.TotalAlloc - before.TotalAlloc
	}
	small, large := allocated(1<<10), allocated(16<<20)
	t.Logf("allocated %d kB for an image of 1 kB, %d kB for one of 16 MB", small>>10, large>>10)
	is.True(large < small+256<<10) // does not grow with the image
}

// TestCancelled stops in the middle of a layer.
func TestCancelled(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	ctx, cancel := context.WithCancel(context.Background())
	s := newStore()
	main := s.addImage(plain, layer{{name: "zeros", content: strings.Repeat("\x00", 1<<22)}})
	stopping := &stopping{store: s, layer: string(digest.FromBytes(packTar(member{name: "zeros", content: strings.Repeat("\x00", 1<<22)}))), cancel: cancel}
	_, err := image.New(stopping, image.Config{}).Read(ctx, id, s.asParts(main), files...)
	is.True(errors.Is(err, context.Canceled))
	is.True(!errors.Is(err, image.ErrCorrupt)) // not the fault of the image
}

// stopping is a store that cancels the context once a layer is being read.
type stopping struct {
	*store
	layer  string
	cancel func()
}

func (s *stopping) OpenBlob(ctx context.Context, id component.ID, d string) (*component.Blob, error) {
	blob, err := s.store.OpenBlob(ctx, id, d)
	if d == s.layer {
		s.cancel()
	}
	return blob, err
}

// TestTransport keeps the error of a repository, such as that of a wrong digest.
func TestTransport(t *testing.T) {
	t.Parallel()
	s := newStore()
	main := s.addImage(zip, release)
	broken := &failing{store: s}
	for name, res := range map[string]component.Resource{"parts": s.asParts(main), "set": s.inSet(main)} {
		t.Run(name, func(t *testing.T) {
			is := is.New(t)
			for broken.after = 0; broken.after < 3; broken.after++ {
				broken.opened = 0
				_, err := image.New(broken, image.Config{}).Read(context.Background(), id, res, files...)
				if broken.opened > broken.after {
					is.True(errors.Is(err, errTransport))
					is.True(!errors.Is(err, image.ErrCorrupt))
				}
			}
		})
	}
}

var errTransport = errors.New("connection lost")

// failing is a store in which the blobs after the first few break off.
type failing struct {
	*store
	after, opened int
}

func (f *failing) OpenBlob(ctx context.Context, id component.ID, d string) (*component.Blob, error) {
	blob, err := f.store.OpenBlob(ctx, id, d)
	if f.opened++; f.opened > f.after && err == nil {
		half := io.LimitReader(blob.ReadCloser, blob.Size/2)
		blob.ReadCloser = io.NopCloser(io.MultiReader(half, brokenReader{}))
	}
	return blob, err
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errTransport }

func TestConfig(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.NoErr(image.Config{}.Validate())
	err := image.Config{MaxLayerBytes: -1, MaxEntries: -2}.Validate()
	is.True(strings.Contains(err.Error(), "MaxLayerBytes is -1"))
	is.True(strings.Contains(err.Error(), "MaxEntries is -2"))
}

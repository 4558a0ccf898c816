package image_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/opendeliverygear/odg/scan/image"
)

// largeLayer is like that of a distribution: 3,000 files, 64 MB, compressible.
func largeLayer() layer {
	random := rand.New(rand.NewPCG(1, 2))
	words := make([][]byte, 4096)
	for i := range words {
		words[i] = make([]byte, 4+random.IntN(12))
		for j := range words[i] {
			words[i][j] = byte(random.IntN(256))
		}
	}
	l := append(layer{}, release...)
	for i := range 3000 {
		var content bytes.Buffer
		for content.Len() < 21<<10 {
			content.Write(words[random.IntN(len(words))])
		}
		l = append(l, member{name: fmt.Sprintf("usr/share/doc/package-%d/file-%d", i%200, i), content: content.String()})
	}
	return l
}

// BenchmarkLayer reads a layer with all that is verified on the way. Compare with
// BenchmarkPlain, the limit: the same bytes decompressed and split by the standard
// library, with no logic at all. MB/s count the decompressed bytes.
func BenchmarkLayer(b *testing.B) {
	content := packTar(largeLayer()...)
	s := newStore()
	parts := s.asParts(s.addImage(zip, largeLayer()))
	packed := newStore()
	set := packed.inSet(packed.addImage(zip, largeLayer()))
	b.Run("parts", func(b *testing.B) {
		b.SetBytes(int64(len(content)))
		b.ReportAllocs()
		for b.Loop() {
			_, err := image.New(s, image.Config{}).Read(context.Background(), id, parts, files...)
			must(err)
		}
	})
	b.Run("set", func(b *testing.B) {
		b.SetBytes(int64(len(content)))
		b.ReportAllocs()
		for b.Loop() {
			_, err := image.New(packed, image.Config{}).Read(context.Background(), id, set, files...)
			must(err)
		}
	})
}

func BenchmarkPlain(b *testing.B) {
	content := packTar(largeLayer()...)
	stored := zip(content)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		z, err := gzip.NewReader(bytes.NewReader(stored))
		must(err)
		archive := tar.NewReader(z)
		for {
			if _, err := archive.Next(); errors.Is(err, io.EOF) {
				break
			}
			must(err)
		}
	}
}

package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
)

var errBroken = errors.New("connection broke")

var blobFaultCases = []blobCase{
	{"there is nothing in the beginning", func(t *testing.T, b *blobBench) {
		b.missing(blobOf(nil).Digest)
	}},
	{"content with another digest is refused", func(t *testing.T, b *blobBench) {
		for _, content := range [][]byte{{}, []byte("x"), noise(600_000)} {
			is := is.New(t)
			blob := blobOf([]byte("something else"))
			blob.Size = int64(len(content))
			_, err := b.PutBlob(t.Context(), blob, bytes.NewReader(content))
			is.True(errors.Is(err, store.ErrDigest))
			b.missing(blob.Digest)
			b.missing(blobOf(content).Digest)
		}
	}},
	{"content of another size is refused", func(t *testing.T, b *blobBench) {
		is := is.New(t)
		blob := blobOf([]byte("content"))
		blob.Size++
		_, err := b.PutBlob(t.Context(), blob, strings.NewReader("content"))
		is.True(err != nil)
		b.missing(blob.Digest)
	}},
	{"what is no digest is refused", func(t *testing.T, b *blobBench) {
		for _, digest := range []string{"", "sha256", "sha256:", "sha256:12", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha256:" + strings.Repeat("g", 64), "\x00"} {
			is := is.New(t)
			_, err := b.PutBlob(t.Context(), store.Blob{Digest: digest}, strings.NewReader("x"))
			is.True(errors.Is(err, store.ErrDigest))
			for call, err := range b.failures(t.Context(), digest) {
				if !errors.Is(err, store.ErrDigest) {
					t.Errorf("%s(%q): got error %v, want ErrDigest", call, digest, err)
				}
			}
		}
	}},
	{"a put that breaks off leaves nothing behind", func(t *testing.T, b *blobBench) {
		content := noise(3_000_000)
		blob := blobOf(content)
		for _, cause := range []error{errBroken, io.ErrUnexpectedEOF} {
			for _, n := range []int{0, 1, 256 << 10, 2_500_000, len(content) - 1} {
				is := is.New(t)
				broken := io.MultiReader(bytes.NewReader(content[:n]), iotest.ErrReader(cause))
				_, err := b.PutBlob(t.Context(), blob, broken)
				is.True(err != nil)
				b.missing(blob.Digest)
			}
		}
		b.put(content) // which works the next time
		_, data := b.read(blob.Digest)
		is.New(t).True(bytes.Equal(data, content))
	}},
	{"a put ends with its context", func(t *testing.T, b *blobBench) {
		is := is.New(t)
		ctx, cancel := context.WithCancel(t.Context())
		content := noise(3_000_000)
		blob := blobOf(content)
		reader := io.MultiReader(bytes.NewReader(content[:2_000_000]), &calling{cancel}, bytes.NewReader(content[2_000_000:]))
		_, err := b.PutBlob(ctx, blob, reader)
		is.True(errors.Is(err, context.Canceled))
		b.missing(blob.Digest)
	}},
	{"a context that is done changes nothing", func(t *testing.T, b *blobBench) {
		is := is.New(t)
		blob := b.put(noise(300_000))
		ctx, cancel := context.WithCancel(t.Context())
		_, content, err := b.OpenBlob(ctx, blob.Digest)
		is.NoErr(err)
		cancel()
		_, err = io.ReadAll(content)
		is.True(errors.Is(err, context.Canceled)) // reading ends with it, too
		_ = content.Close()
		for call, err := range b.failures(ctx, blob.Digest) {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got error %v, want context.Canceled", call, err)
			}
		}
		found, err := b.FindBlob(t.Context(), blob.Digest)
		is.NoErr(err)
		is.Equal(cmp.Diff(blob, found), "")
	}},
}

// calling calls a function when it is read, and is empty.
type calling struct{ call func() }

func (c *calling) Read([]byte) (int, error) {
	c.call()
	return 0, io.EOF
}

var blobRaceCases = []blobCase{
	{"writers of the same content at once all succeed", func(t *testing.T, b *blobBench) {
		is := is.New(t)
		content := noise(1_500_000)
		blob := blobOf(content)
		together(func(writer int) {
			mine := blob
			mine.MediaType = fmt.Sprint("text/", writer)
			if _, err := b.PutBlob(t.Context(), mine, iotest.HalfReader(bytes.NewReader(content))); err != nil {
				t.Errorf("put: %v", err)
			}
		})
		found, data := b.read(blob.Digest)
		is.True(bytes.Equal(data, content))
		is.True(strings.HasPrefix(found.MediaType, "text/"))
		is.NoErr(b.DeleteBlob(t.Context(), blob.Digest))
		b.missing(blob.Digest) // there was one only
	}},
	{"putting, reading and deleting at once gives all or nothing", func(t *testing.T, b *blobBench) {
		content := noise(600_000)
		blob := blobOf(content)
		together(func(worker int) {
			for range 8 {
				var err error
				switch worker % 3 {
				case 0:
					_, err = b.PutBlob(t.Context(), blob, bytes.NewReader(content))
				case 1:
					err = b.DeleteBlob(t.Context(), blob.Digest)
				default:
					err = b.whole(content)
				}
				if err != nil && !errors.Is(err, store.ErrNotFound) {
					t.Errorf("worker %d: %v", worker, err)
				}
			}
		})
	}},
	{"reading and writing take turns", func(t *testing.T, b *blobBench) {
		is := is.New(t)
		content := noise(2_000_000)
		_, opened, err := b.OpenBlob(t.Context(), b.put(content).Digest)
		is.NoErr(err)
		defer opened.Close()
		head := make([]byte, 1000)
		_, err = io.ReadFull(opened, head)
		is.NoErr(err)
		b.put(noise(1_000_000)) // does not wait for the reader
		rest, err := io.ReadAll(opened)
		is.NoErr(err)
		is.True(bytes.Equal(append(head, rest...), content))
	}},
}

// whole reads a blob and returns an error if it is cut short without one. What a
// deletion does to a reader is told in many ways.
func (b *blobBench) whole(content []byte) error {
	_, opened, err := b.OpenBlob(b.t.Context(), blobOf(content).Digest)
	if err != nil {
		return err
	}
	defer opened.Close()
	if data, err := io.ReadAll(opened); err == nil && !bytes.Equal(data, content) {
		return fmt.Errorf("read %d of %d bytes without an error", len(data), len(content))
	}
	return nil
}

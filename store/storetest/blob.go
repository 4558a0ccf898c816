package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
)

// RunBlobs checks that what newBlobs makes keeps the contract of [store.Blobs].
// newBlobs is called once per case, returns something empty, and cleans up through
// t. Cases run in parallel; none of them sleeps.
func RunBlobs(t *testing.T, newBlobs func(t *testing.T) store.Blobs) {
	t.Helper()
	for _, group := range [][]blobCase{blobCases, blobFaultCases, blobRaceCases} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				c.run(t, &blobBench{newBlobs(t), t})
			})
		}
	}
}

type blobCase struct {
	name string
	run  func(t *testing.T, b *blobBench)
}

// blobBench is blobs with calls that must work.
type blobBench struct {
	store.Blobs
	t *testing.T
}

// blobOf describes content, as stores do.
func blobOf(content []byte) store.Blob {
	sum := sha256.Sum256(content)
	return store.Blob{
		Digest: "sha256:" + hex.EncodeToString(sum[:]), Size: int64(len(content)), MediaType: "application/json", Created: now,
	}
}

// noise returns n bytes that look like those of an archive.
func noise(n int) []byte {
	content := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(n), byte(n >> 8)}).Read(content) // never fails
	return content
}

func (b *blobBench) put(content []byte) store.Blob {
	b.t.Helper()
	stored, err := b.PutBlob(b.t.Context(), blobOf(content), bytes.NewReader(content))
	if err != nil {
		b.t.Fatalf("put: %v", err)
	}
	return stored
}

func (b *blobBench) read(digest string) (store.Blob, []byte) {
	b.t.Helper()
	found, content, err := b.OpenBlob(b.t.Context(), digest)
	if err != nil {
		b.t.Fatalf("open: %v", err)
	}
	data, err := io.ReadAll(content)
	if err == nil {
		err = content.Close()
	}
	if err != nil {
		b.t.Fatalf("read: %v", err)
	}
	return found, data
}

// missing fails unless there is no blob with a digest.
func (b *blobBench) missing(digest string) {
	b.t.Helper()
	for call, err := range b.failures(b.t.Context(), digest) {
		if !errors.Is(err, store.ErrNotFound) {
			b.t.Errorf("%s: got error %v, want ErrNotFound", call, err)
		}
	}
}

// failures returns the errors of all calls about a digest.
func (b *blobBench) failures(ctx context.Context, digest string) map[string]error {
	_, find := b.FindBlob(ctx, digest)
	_, content, open := b.OpenBlob(ctx, digest)
	if open == nil { // what cannot be opened may show with the first read
		_, open = io.ReadAll(content)
		_ = content.Close()
	}
	return map[string]error{"FindBlob": find, "OpenBlob": open, "DeleteBlob": b.DeleteBlob(ctx, digest)}
}

var blobCases = []blobCase{
	{"content of any length comes back", func(t *testing.T, b *blobBench) {
		for _, n := range []int{0, 1, 100_000, 256<<10 - 1, 256 << 10, 256<<10 + 1, 512 << 10, 3_000_000} {
			is := is.New(t)
			content := noise(n)
			want := blobOf(content)
			is.Equal(cmp.Diff(want, b.put(content)), "") // what was stored is told
			found, err := b.FindBlob(t.Context(), want.Digest)
			is.NoErr(err)
			is.Equal(cmp.Diff(want, found), "")
			opened, data := b.read(want.Digest)
			is.Equal(cmp.Diff(want, opened), "")
			is.True(bytes.Equal(data, content))
		}
	}},
	{"readers may give what they have, as they have it", func(t *testing.T, b *blobBench) {
		is := is.New(t)
		content := noise(700_000)
		blob := blobOf(content)
		_, err := b.PutBlob(t.Context(), blob, iotest.DataErrReader(iotest.HalfReader(bytes.NewReader(content))))
		is.NoErr(err)
		_, opened, err := b.OpenBlob(t.Context(), blob.Digest)
		is.NoErr(err)
		defer opened.Close()
		is.NoErr(iotest.TestReader(opened, content))
	}},
	{"putting again changes nothing", func(t *testing.T, b *blobBench) {
		is := is.New(t)
		content := noise(300_000)
		b.put(content)
		again := blobOf(content)
		again.MediaType, again.Created = "text/plain", now.Add(time.Hour)
		stored, err := b.PutBlob(t.Context(), again, bytes.NewReader(content))
		is.NoErr(err)
		is.Equal(cmp.Diff(blobOf(content), stored), "") // the first one
		again.Size = 1
		_, err = b.PutBlob(t.Context(), again, strings.NewReader("x"))
		is.True(errors.Is(err, store.ErrDigest)) // what is said to be it is verified
		_, data := b.read(again.Digest)
		is.True(bytes.Equal(data, content))
	}},
	{"what is deleted is gone, and may come again", func(t *testing.T, b *blobBench) {
		is := is.New(t)
		content := noise(20_000_000)
		other := b.put(noise(300_000))
		blob := b.put(content)
		is.NoErr(b.DeleteBlob(t.Context(), blob.Digest))
		b.missing(blob.Digest)
		is.Equal(cmp.Diff(blob, b.put(content)), "")
		_, data := b.read(blob.Digest)
		is.True(bytes.Equal(data, content))
		b.read(other.Digest) // is still there
	}},
	{"digests may have upper-case digits", func(t *testing.T, b *blobBench) {
		is := is.New(t)
		content := []byte("content")
		want := blobOf(content)
		loud := "sha256:" + strings.ToUpper(strings.TrimPrefix(want.Digest, "sha256:"))
		given := want
		given.Digest = loud
		stored, err := b.PutBlob(t.Context(), given, bytes.NewReader(content))
		is.NoErr(err)
		is.Equal(cmp.Diff(want, stored), "")
		found, _ := b.read(loud)
		is.Equal(cmp.Diff(want, found), "")
		is.NoErr(b.DeleteBlob(t.Context(), loud))
		b.missing(want.Digest)
	}},
	{"a media type comes back as it was", func(t *testing.T, b *blobBench) {
		for _, mediaType := range []string{"", "x", `multipart/x; a="b;c"; q='%s $1'`, strings.Repeat("m", store.MaxMediaType)} {
			is := is.New(t)
			blob := blobOf([]byte(mediaType))
			blob.MediaType = mediaType
			stored, err := b.PutBlob(t.Context(), blob, strings.NewReader(mediaType))
			is.NoErr(err)
			if mediaType == "" {
				mediaType = store.DefaultMediaType
			}
			is.Equal(stored.MediaType, mediaType)
			found, _ := b.read(blob.Digest)
			is.Equal(found.MediaType, mediaType)
		}
	}},
}

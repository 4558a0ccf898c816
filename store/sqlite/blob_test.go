package sqlite_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/sqlite"
	"github.com/opendeliverygear/odg/store/storetest"
)

func TestBlobs(t *testing.T) {
	t.Parallel()
	storetest.RunBlobs(t, func(t *testing.T) store.Blobs { return open(t, sqlite.Config{}) })
}

func blobOf(content []byte) store.Blob {
	sum := sha256.Sum256(content)
	return store.Blob{Digest: "sha256:" + hex.EncodeToString(sum[:]), MediaType: "text/plain", Created: now}
}

// rows counts what blobs need, finished or not.
func rows(t *testing.T, s *sqlite.Store) (blobs, chunks int) {
	t.Helper()
	if err := s.Row(t.Context(), "SELECT (SELECT count(*) FROM blob_store), (SELECT count(*) FROM blob_chunk)", &blobs, &chunks); err != nil {
		t.Fatal(err)
	}
	return blobs, chunks
}

func TestBlobsLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, sqlite.Config{})
	content := bytes.Repeat([]byte("0123456789abcdef"), 2<<20) // more chunks than are removed at a time
	blob := blobOf(content)
	_, err := s.PutBlob(t.Context(), blob, io.MultiReader(bytes.NewReader(content), iotest.ErrReader(io.ErrClosedPipe)))
	is.True(errors.Is(err, io.ErrClosedPipe))
	blobs, chunks := rows(t, s)
	is.Equal([2]int{blobs, chunks}, [2]int{0, 0}) // after a put that broke off
	_, err = s.PutBlob(t.Context(), blob, bytes.NewReader(content))
	is.NoErr(err)
	is.NoErr(s.DeleteBlob(t.Context(), blob.Digest))
	blobs, chunks = rows(t, s)
	is.Equal([2]int{blobs, chunks}, [2]int{0, 0}) // after a delete
}

// What a process left that died is removed by a later put; what another one is
// writing is not.
func TestBlobsOfTheDead(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, sqlite.Config{})
	is.NoErr(s.Exec(t.Context(), "INSERT INTO blob_store (ref, touched_at) VALUES (100, unixepoch() - 3700), (200, unixepoch() - 3500)"))
	is.NoErr(s.Exec(t.Context(), "INSERT INTO blob_chunk (ref, number, content) VALUES (100, 0, x'00'), (100, 1, x'00'), (200, 0, x'00')"))
	_, err := s.PutBlob(t.Context(), blobOf([]byte("x")), bytes.NewReader([]byte("x")))
	is.NoErr(err)
	blobs, chunks := rows(t, s)
	is.Equal([2]int{blobs, chunks}, [2]int{2, 2}) // x, and what is still being written
}

// Whoever was given up meanwhile does not finish a blob without its chunks.
func TestBlobGivenUp(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]int{"before a chunk": 300_000, "before the end": 600_000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			s := open(t, sqlite.Config{})
			content := bytes.Repeat([]byte("x"), 600_000)
			blob := blobOf(content)
			pausing := io.MultiReader(bytes.NewReader(content[:at]), readerFunc(func() {
				is.NoErr(s.Exec(t.Context(), "UPDATE blob_store SET touched_at = 1"))
				_, err := s.PutBlob(t.Context(), blobOf([]byte("y")), bytes.NewReader([]byte("y")))
				is.NoErr(err)
			}), bytes.NewReader(content[at:]))
			_, err := s.PutBlob(t.Context(), blob, pausing)
			is.True(err != nil)
			_, err = s.FindBlob(t.Context(), blob.Digest)
			is.True(errors.Is(err, store.ErrNotFound))
			blobs, chunks := rows(t, s)
			is.Equal([2]int{blobs, chunks}, [2]int{1, 1}) // y
		})
	}
}

// readerFunc is called once and is empty.
type readerFunc func()

func (f readerFunc) Read([]byte) (int, error) {
	f()
	return 0, io.EOF
}

// Whoever reads a blob that is deleted is told why it ends.
func TestBlobDeletedWhileRead(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, sqlite.Config{})
	content := bytes.Repeat([]byte("x"), 600_000)
	blob, err := s.PutBlob(t.Context(), blobOf(content), bytes.NewReader(content))
	is.NoErr(err)
	_, opened, err := s.OpenBlob(t.Context(), blob.Digest)
	is.NoErr(err)
	_, err = io.ReadFull(opened, make([]byte, 1000))
	is.NoErr(err)
	is.NoErr(s.DeleteBlob(t.Context(), blob.Digest))
	_, err = io.ReadAll(opened)
	is.True(errors.Is(err, store.ErrNotFound))
}

// A full disk refuses a blob, and nothing of it stays.
func TestBlobOnFullDisk(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, sqlite.Config{})
	is.NoErr(s.Exec(t.Context(), "PRAGMA max_page_count = 300"))
	content := bytes.Repeat([]byte("x"), 4<<20)
	_, err := s.PutBlob(t.Context(), blobOf(content), bytes.NewReader(content))
	is.True(errors.Is(err, store.ErrFull))
	blobs, chunks := rows(t, s)
	is.Equal([2]int{blobs, chunks}, [2]int{0, 0})
}

func TestBlobsReadOnly(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	path := t.TempDir() + "/odg.db"
	content := []byte("content")
	_, err := reopen(t, path, sqlite.Config{}).PutBlob(t.Context(), blobOf(content), bytes.NewReader(content))
	is.NoErr(err)
	s := reopen(t, path, sqlite.Config{ReadOnly: true})
	_, err = s.PutBlob(t.Context(), blobOf(content), bytes.NewReader(content))
	is.NoErr(err) // nothing is to be written
	_, err = s.PutBlob(t.Context(), blobOf(nil), bytes.NewReader(nil))
	is.True(errors.Is(err, store.ErrReadOnly))
	is.True(errors.Is(s.DeleteBlob(t.Context(), blobOf(content).Digest), store.ErrReadOnly))
}

// BenchmarkBlob writes and reads 16 MiB. The limit of both is SHA-256.
func BenchmarkBlob(b *testing.B) {
	s := open(b, sqlite.Config{})
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
	blob := blobOf(content)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.PutBlob(b.Context(), blob, bytes.NewReader(content)); err != nil {
			b.Fatal(err)
		}
		_, opened, err := s.OpenBlob(b.Context(), blob.Digest)
		check(b, err)
		n, err := io.Copy(io.Discard, opened)
		check(b, err)
		if n != int64(len(content)) {
			b.Fatalf("%d bytes", n)
		}
		check(b, s.DeleteBlob(b.Context(), blob.Digest))
	}
}

package postgres_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/internal/pgtest"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
	"github.com/opendeliverygear/odg/store/storetest"
)

func TestBlobs(t *testing.T) {
	t.Parallel()
	storetest.RunBlobs(t, func(t *testing.T) store.Blobs { return open(t, postgres.Config{}) })
}

// existingBlobTable is what existing installations create.
const existingBlobTable = `CREATE TABLE blob_store (digest varchar(256) PRIMARY KEY, creation_date timestamptz, size int,
	mime_type varchar(512), ref varchar(1024))`

func blobOf(content []byte) store.Blob {
	sum := sha256.Sum256(content)
	return store.Blob{Digest: "sha256:" + hex.EncodeToString(sum[:]), MediaType: "text/plain", Created: now}
}

// existingPut writes a blob as existing servers do.
func existingPut(t *testing.T, conn *pgx.Conn, content []byte) store.Blob {
	t.Helper()
	is := is.New(t)
	tx, err := conn.Begin(t.Context())
	is.NoErr(err)
	var oid uint32
	is.NoErr(tx.QueryRow(t.Context(), "SELECT lo_create(0)").Scan(&oid))
	var fd int
	is.NoErr(tx.QueryRow(t.Context(), "SELECT lo_open($1, $2)", oid, 0x60000).Scan(&fd))
	for part := range slices.Chunk(content, 4096) {
		_, err := tx.Exec(t.Context(), "SELECT lowrite($1, $2)", fd, part)
		is.NoErr(err)
	}
	blob := blobOf(content)
	blob.Size = int64(len(content))
	_, err = tx.Exec(t.Context(), `INSERT INTO blob_store (digest, creation_date, size, mime_type, ref)
		VALUES ($1, '2026-01-15 14:00:00+02', $2, $3, $4::oid::text)`, blob.Digest, blob.Size, blob.MediaType, oid)
	is.NoErr(err)
	is.NoErr(tx.Commit(t.Context()))
	return blob
}

// existingGet reads a blob as existing servers do.
func existingGet(t *testing.T, conn *pgx.Conn, digest string) (content []byte) {
	t.Helper()
	is := is.New(t)
	tx, err := conn.Begin(t.Context())
	is.NoErr(err)
	defer func() { is.NoErr(tx.Rollback(t.Context())) }()
	var ref string
	is.NoErr(tx.QueryRow(t.Context(), "SELECT ref FROM blob_store WHERE digest = $1", digest).Scan(&ref))
	var fd int
	is.NoErr(tx.QueryRow(t.Context(), "SELECT lo_open($1::text::oid, $2)", ref, 0x20000).Scan(&fd))
	for {
		var part []byte
		is.NoErr(tx.QueryRow(t.Context(), "SELECT loread($1, 4096)", fd).Scan(&part))
		if len(part) == 0 {
			return content
		}
		content = append(content, part...)
	}
}

func largeObjects(t *testing.T, conn *pgx.Conn) (count int) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_largeobject_metadata").Scan(&count); err != nil {
		t.Fatal(err)
	}
	return count
}

func TestBlobsAreSharedWithExistingServers(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	url := pgtest.URL(t)
	conn := connect(t, url)
	exec(t, conn, existingBlobTable)
	content := bytes.Repeat([]byte("0123456789"), 50_000)
	theirs := existingPut(t, conn, content)
	s := reopen(t, url, postgres.Config{})

	found, opened, err := s.OpenBlob(t.Context(), theirs.Digest)
	is.NoErr(err)
	is.Equal(found, theirs)
	data, err := io.ReadAll(opened)
	is.NoErr(err)
	is.True(bytes.Equal(data, content))

	ours, err := s.PutBlob(t.Context(), blobOf(content[1:]), bytes.NewReader(content[1:]))
	is.NoErr(err)
	is.True(bytes.Equal(existingGet(t, conn, ours.Digest), content[1:]))
	var row struct {
		size        int
		media, zone string
	}
	is.NoErr(conn.QueryRow(t.Context(), "SELECT size, mime_type, (creation_date AT TIME ZONE 'UTC')::text FROM blob_store WHERE digest = $1", ours.Digest).
		Scan(&row.size, &row.media, &row.zone))
	is.Equal(row.size, 499_999)
	is.Equal(row.media, "text/plain")
	is.Equal(row.zone, "2026-01-15 12:00:00")

	is.Equal(largeObjects(t, conn), 2)
	is.NoErr(s.DeleteBlob(t.Context(), theirs.Digest))
	is.NoErr(s.DeleteBlob(t.Context(), ours.Digest))
	is.Equal(largeObjects(t, conn), 0) // nothing is left
}

// Rows whose large object is not what they say are told, and can be removed.
func TestBlobsWithoutTheirContent(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s, conn := opened(t)
	content := bytes.Repeat([]byte("x"), 300_000)
	blob, err := s.PutBlob(t.Context(), blobOf(content), bytes.NewReader(content))
	is.NoErr(err)
	exec(t, conn, "UPDATE blob_store SET size = size + 1")
	_, reader, err := s.OpenBlob(t.Context(), blob.Digest)
	is.NoErr(err)
	_, err = io.ReadAll(reader)
	is.True(errors.Is(err, io.ErrUnexpectedEOF)) // never taken for all
	exec(t, conn, "SELECT lo_unlink(ref::oid) FROM blob_store")
	_, reader, err = s.OpenBlob(t.Context(), blob.Digest)
	is.NoErr(err)
	_, err = io.ReadAll(reader)
	is.True(err != nil)
	is.NoErr(s.DeleteBlob(t.Context(), blob.Digest))
	is.True(errors.Is(s.DeleteBlob(t.Context(), blob.Digest), store.ErrNotFound))
}

// Whoever reads a blob that is deleted is told why it ends.
func TestBlobDeletedWhileRead(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, postgres.Config{})
	content := bytes.Repeat([]byte("x"), 600_000)
	blob, err := s.PutBlob(t.Context(), blobOf(content), bytes.NewReader(content))
	is.NoErr(err)
	_, reader, err := s.OpenBlob(t.Context(), blob.Digest)
	is.NoErr(err)
	_, err = io.ReadFull(reader, make([]byte, 1000))
	is.NoErr(err)
	is.NoErr(s.DeleteBlob(t.Context(), blob.Digest))
	_, err = io.ReadAll(reader)
	is.True(errors.Is(err, store.ErrNotFound))
}

func opened(t *testing.T) (*postgres.Store, *pgx.Conn) {
	t.Helper()
	url := pgtest.URL(t)
	return reopen(t, url, postgres.Config{}), connect(t, url)
}

func TestBlobsLeaveNoLargeObjects(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s, conn := opened(t)
	content := bytes.Repeat([]byte("x"), 700_000)
	_, err := s.PutBlob(t.Context(), blobOf(content), io.MultiReader(bytes.NewReader(content), iotest.ErrReader(io.ErrClosedPipe)))
	is.True(errors.Is(err, io.ErrClosedPipe))
	_, err = s.PutBlob(t.Context(), blobOf(content[1:]), bytes.NewReader(content))
	is.True(errors.Is(err, store.ErrDigest))
	is.Equal(largeObjects(t, conn), 0)
	results := make(chan error)
	for range 4 {
		go func() {
			_, err := s.PutBlob(t.Context(), blobOf(content), iotest.HalfReader(bytes.NewReader(content)))
			results <- err
		}()
	}
	for range 4 {
		is.NoErr(<-results)
	}
	is.Equal(largeObjects(t, conn), 1) // that of the first one
}

// Connections that break while content arrives are nobody's concern.
func TestBlobWhoseConnectionsBreak(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s, conn := opened(t)
	content := bytes.Repeat([]byte("x"), 700_000)
	broken := io.MultiReader(bytes.NewReader(content[:600_000]), readerFunc(func() {
		exec(t, conn, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
	}), bytes.NewReader(content[600_000:]))
	_, err := s.PutBlob(t.Context(), blobOf(content), broken)
	is.NoErr(err)
	is.Equal(largeObjects(t, conn), 1)
	is.Equal(existingGet(t, conn, blobOf(content).Digest), content)
}

// readerFunc is called once and is empty.
type readerFunc func()

func (f readerFunc) Read([]byte) (int, error) {
	f()
	return 0, io.EOF
}

// Slow uploads hold neither connections nor the change feed.
func TestSlowBlobs(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	s := open(t, postgres.Config{MaxConns: 2, AcquireTimeout: time.Second})
	results := make(chan error)
	var bodies []*io.PipeWriter
	for i := range 3 {
		content, writer := io.Pipe()
		bodies = append(bodies, writer)
		go func() {
			_, err := s.PutBlob(t.Context(), blobOf([]byte{byte(i)}), content)
			results <- err
		}()
		_, err := writer.Write([]byte{byte(i)}) // it has begun
		is.NoErr(err)
	}
	_, err := s.PutBlob(t.Context(), blobOf(nil), bytes.NewReader(nil))
	is.NoErr(err)
	cursor := lastCursor(t, s, "")
	put(t, s, batch("web", "1", 1)...)
	shown(t, s, cursor, batch("web", "1", 1)[0].ID())
	for _, writer := range bodies {
		is.NoErr(writer.Close())
		is.NoErr(<-results)
	}
}

// BenchmarkBlob writes and reads 16 MiB.
func BenchmarkBlob(b *testing.B) {
	s := open(b, postgres.Config{})
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
	blob := blobOf(content)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.PutBlob(b.Context(), blob, bytes.NewReader(content)); err != nil {
			b.Fatal(err)
		}
		_, opened, err := s.OpenBlob(b.Context(), blob.Digest)
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, opened); err != nil || n != int64(len(content)) {
			b.Fatalf("%d bytes, %v", n, err)
		}
		if err := s.DeleteBlob(b.Context(), blob.Digest); err != nil {
			b.Fatal(err)
		}
	}
}

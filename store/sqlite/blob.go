package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/opendeliverygear/odg/store"
)

var _ store.Blobs = (*Store)(nil)

// blobTime is the column creation_date.
const blobTime = "2006-01-02T15:04:05.999999999Z"

// PutBlob implements [store.Blobs]. Content goes to the database in chunks, each
// in a transaction of its own: other writers do not wait for a slow reader.
func (s *Store) PutBlob(ctx context.Context, b store.Blob, content io.Reader) (store.Blob, error) {
	act := "put blob " + b.Digest
	reader, err := store.NewBlobReader(b, content)
	if err != nil {
		return store.Blob{}, fmt.Errorf("put blob: %w", err)
	}
	switch known, _, err := s.findBlob(ctx, reader.Blob().Digest); {
	case err == nil:
		if _, err := io.Copy(io.Discard, reader); err != nil {
			return store.Blob{}, s.wrap(ctx, act, err)
		}
		return known, nil
	case !errors.Is(err, store.ErrNotFound):
		return store.Blob{}, s.wrap(ctx, act, err)
	}
	stored, err := s.writeBlob(ctx, act, reader)
	if err != nil {
		return store.Blob{}, err
	}
	return stored, nil
}

// FindBlob implements [store.Blobs].
func (s *Store) FindBlob(ctx context.Context, digest string) (store.Blob, error) {
	b, _, err := s.findBlob(ctx, digest)
	if err != nil {
		return store.Blob{}, s.wrap(ctx, "find blob "+digest, err)
	}
	return b, nil
}

func (s *Store) findBlob(ctx context.Context, digest string) (b store.Blob, ref int64, err error) {
	if b.Digest, err = store.ParseDigest(digest); err != nil {
		return b, 0, err
	}
	var created string
	err = s.reader.QueryRowContext(ctx, "SELECT ref, size, mime_type, creation_date FROM blob_store WHERE digest = ?", b.Digest).
		Scan(&ref, &b.Size, &b.MediaType, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return b, 0, store.ErrNotFound
	}
	if err != nil {
		return b, 0, err
	}
	b.Created, err = time.Parse(blobTime, created)
	return b, ref, err
}

// OpenBlob implements [store.Blobs]. Each chunk is read for itself, so that a slow
// caller keeps nobody waiting.
func (s *Store) OpenBlob(ctx context.Context, digest string) (store.Blob, io.ReadCloser, error) {
	b, ref, err := s.findBlob(ctx, digest)
	if err != nil {
		return store.Blob{}, nil, s.wrap(ctx, "open blob "+digest, err)
	}
	return b, &blobContent{ctx: ctx, store: s, blob: b, ref: ref}, nil
}

// blobContent reads a blob chunk by chunk.
type blobContent struct {
	ctx    context.Context
	store  *Store
	blob   store.Blob
	ref    int64
	number int64 // of the next chunk
	read   int64
	chunk  []byte // what is left of the last one
}

func (c *blobContent) Read(p []byte) (int, error) {
	if len(c.chunk) == 0 {
		if err := c.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, c.chunk)
	c.chunk = c.chunk[n:]
	return n, nil
}

func (c *blobContent) next() error {
	if c.read == c.blob.Size {
		return io.EOF
	}
	const query = "SELECT content FROM blob_chunk WHERE ref = ? AND number = ?"
	err := c.store.reader.QueryRowContext(c.ctx, query, c.ref, c.number).Scan(&c.chunk)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%w any more, it was deleted while it was read", store.ErrNotFound)
	}
	if err != nil {
		return c.store.wrap(c.ctx, "read blob "+c.blob.Digest, err)
	}
	c.number++
	c.read += int64(len(c.chunk))
	return nil
}

// Close has nothing to release.
func (c *blobContent) Close() error { return nil }

// DeleteBlob implements [store.Blobs].
func (s *Store) DeleteBlob(ctx context.Context, digest string) error {
	act := "delete blob " + digest
	digest, err := store.ParseDigest(digest)
	if err != nil {
		return fmt.Errorf("delete blob: %w", err)
	}
	var ref int64
	err = s.write(ctx, act, func(tx *transaction) error {
		err := tx.QueryRowContext(ctx, "UPDATE blob_store SET digest = NULL, touched_at = 0 WHERE digest = ? RETURNING ref", digest).Scan(&ref)
		if errors.Is(err, sql.ErrNoRows) {
			return store.ErrNotFound
		}
		tx.changed++
		return err
	})
	if err == nil {
		_ = s.dropBlob(ctx, ref) // it is gone; what stays of it the next put removes
	}
	return err
}

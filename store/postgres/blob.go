package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/opendeliverygear/odg/store"
)

var _ store.Blobs = (*Store)(nil)

// FindBlob implements [store.Blobs].
func (s *Store) FindBlob(ctx context.Context, digest string) (store.Blob, error) {
	b, _, err := s.findBlob(ctx, "find blob", digest)
	return b, err
}

// findBlob returns a blob with the oid of its large object, as the column has it.
func (s *Store) findBlob(ctx context.Context, act, digest string) (b store.Blob, ref string, err error) {
	if b.Digest, err = store.ParseDigest(digest); err != nil {
		return store.Blob{}, "", fmt.Errorf("%s: %w", act, err)
	}
	var created *time.Time
	err = s.retry(ctx, act+" "+b.Digest, func(ctx context.Context) error {
		return s.withConn(ctx, func(conn *pgxpool.Conn) error {
			const query = `SELECT coalesce(size, 0), coalesce(mime_type, ''), creation_date, coalesce(ref, '')
				FROM blob_store WHERE digest = $1`
			err := conn.QueryRow(ctx, query, b.Digest).Scan(&b.Size, &b.MediaType, &created, &ref)
			return notFound(err)
		})
	})
	if err != nil {
		return store.Blob{}, "", err
	}
	if created != nil {
		b.Created = created.UTC()
	}
	return b, ref, nil
}

func notFound(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return store.ErrNotFound
	}
	return err
}

// OpenBlob implements [store.Blobs]. Each chunk is read for itself, so that a slow
// caller holds no connection.
func (s *Store) OpenBlob(ctx context.Context, digest string) (store.Blob, io.ReadCloser, error) {
	b, ref, err := s.findBlob(ctx, "open blob", digest)
	if err != nil {
		return store.Blob{}, nil, err
	}
	return b, &blobContent{ctx: ctx, store: s, blob: b, ref: ref}, nil
}

// blobContent reads a large object chunk by chunk.
type blobContent struct {
	ctx   context.Context
	store *Store
	blob  store.Blob
	ref   string
	read  int64
	chunk []byte // what is left of the last one
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

// next reads a chunk, unless the row of the blob, which tells that its large
// object is still that of the blob, has gone.
func (c *blobContent) next() error {
	if c.read == c.blob.Size {
		return io.EOF
	}
	act := "read blob " + c.blob.Digest
	return c.store.retry(c.ctx, act, func(ctx context.Context) error {
		return c.store.withConn(ctx, func(conn *pgxpool.Conn) error {
			const query = "SELECT lo_get(ref::oid, $3, $4) FROM blob_store WHERE digest = $1 AND ref = $2"
			err := conn.QueryRow(ctx, query, c.blob.Digest, c.ref, c.read, blobChunk).Scan(&c.chunk)
			switch {
			case errors.Is(err, pgx.ErrNoRows):
				return fmt.Errorf("%w any more, it was deleted while it was read", store.ErrNotFound)
			case err == nil && len(c.chunk) == 0:
				return fmt.Errorf("large object %s has %d bytes only, not %d: %w", c.ref, c.read, c.blob.Size, io.ErrUnexpectedEOF)
			}
			c.read += int64(len(c.chunk))
			return err
		})
	})
}

// Close has nothing to release.
func (c *blobContent) Close() error { return nil }

// DeleteBlob implements [store.Blobs].
func (s *Store) DeleteBlob(ctx context.Context, digest string) error {
	digest, err := store.ParseDigest(digest)
	if err != nil {
		return fmt.Errorf("delete blob: %w", err)
	}
	return s.transact(ctx, "delete blob "+digest, func(ctx context.Context, tx pgx.Tx) error {
		var ref *string
		err := tx.QueryRow(ctx, "DELETE FROM blob_store WHERE digest = $1 RETURNING ref", digest).Scan(&ref)
		if err != nil || ref == nil {
			return notFound(err)
		}
		// A large object that somebody has removed is none to remove.
		_, err = tx.Exec(ctx, "SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid = $1::text::oid", *ref)
		return err
	})
}

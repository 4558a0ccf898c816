package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/store"
)

const blobChunk = 256 << 10 // bytes

// errBlobExists says that somebody else was faster.
var errBlobExists = errors.New("blob exists")

// PutBlob implements [store.Blobs]. Content goes to a large object, as those of
// existing installations do, in one transaction. That takes a connection for as
// long as content takes, so only half of the connections are given to it; who comes
// later waits like for a connection.
//
// Content can be read once only: what breaks off in the middle is not tried again,
// but fails with [store.ErrUnavailable].
func (s *Store) PutBlob(ctx context.Context, b store.Blob, content io.Reader) (store.Blob, error) {
	reader, err := store.NewBlobReader(b, content)
	if err != nil {
		return store.Blob{}, fmt.Errorf("put blob: %w", err)
	}
	act := "put blob " + reader.Blob().Digest
	known, err := s.FindBlob(ctx, b.Digest)
	switch {
	case err == nil:
		if _, err := io.Copy(io.Discard, reader); err != nil {
			return store.Blob{}, s.wrap(ctx, act, err)
		}
		return known, s.usable(ctx, act)
	case !errors.Is(err, store.ErrNotFound):
		return store.Blob{}, err
	}
	done, err := s.beginUpload(ctx)
	if err != nil {
		return store.Blob{}, s.wrap(ctx, act, err)
	}
	defer done()
	err = s.writeBlob(ctx, act, reader)
	if errors.Is(err, errBlobExists) {
		return s.FindBlob(ctx, b.Digest)
	}
	if err != nil {
		return store.Blob{}, err
	}
	return reader.Blob(), nil
}

// beginUpload waits for its turn; the caller calls done.
func (s *Store) beginUpload(ctx context.Context) (done func(), err error) {
	timer := time.NewTimer(s.cfg.AcquireTimeout)
	defer timer.Stop()
	select {
	case s.uploads <- struct{}{}:
		return func() { <-s.uploads }, nil
	case <-timer.C:
		return nil, fmt.Errorf("too many blobs are being written: %w", store.ErrBusy)
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.closing.Done():
		return nil, store.ErrClosed
	}
}

func (s *Store) writeBlob(ctx context.Context, act string, content *store.BlobReader) error {
	begun := false
	return s.transact(ctx, act, func(ctx context.Context, tx pgx.Tx) error {
		if begun {
			return fmt.Errorf("the connection broke in the middle of the content; send it again: %w", store.ErrUnavailable)
		}
		large := tx.LargeObjects()
		oid, err := large.Create(ctx, 0)
		if err != nil {
			return err
		}
		object, err := large.Open(ctx, oid, pgx.LargeObjectModeWrite)
		if err != nil {
			return err
		}
		begun = true
		if _, err := io.CopyBuffer(struct{ io.Writer }{object}, content, make([]byte, blobChunk)); err != nil {
			return err
		}
		if err := object.Close(); err != nil {
			return err
		}
		return insertBlob(ctx, tx, content.Blob(), oid)
	})
}

func insertBlob(ctx context.Context, tx pgx.Tx, b store.Blob, oid uint32) error {
	tag, err := tx.Exec(ctx, `INSERT INTO blob_store (digest, creation_date, size, mime_type, ref) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (digest) DO NOTHING`, b.Digest, b.Created, b.Size, b.MediaType, strconv.FormatUint(uint64(oid), 10))
	if err == nil && tag.RowsAffected() == 0 {
		err = errBlobExists
	}
	return err
}

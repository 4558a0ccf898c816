package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/opendeliverygear/odg/store"
)

const blobChunk = 256 << 10 // bytes

// errBlobExists says that somebody else was faster.
var errBlobExists = errors.New("blob exists")

// PutBlob implements [store.Blobs]. Content goes to a large object, as those of
// existing installations do. It is put aside in a temporary file first, so that the
// transaction is short however slowly it arrives: nobody waits for it, and the
// change feed does not stand still.
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
			return store.Blob{}, fmt.Errorf("%s: %w", act, err)
		}
		return known, s.usable(ctx, act)
	case !errors.Is(err, store.ErrNotFound):
		return store.Blob{}, err
	}
	file, err := putAside(reader)
	if err != nil {
		return store.Blob{}, fmt.Errorf("%s: %w", act, err)
	}
	defer file.Close()
	err = s.writeBlob(ctx, act, reader.Blob(), file)
	if errors.Is(err, errBlobExists) {
		return s.FindBlob(ctx, b.Digest)
	}
	if err != nil {
		return store.Blob{}, err
	}
	return reader.Blob(), nil
}

// putAside returns a file with the content, which has no name any more: it vanishes
// when it is closed, or when the process ends.
func putAside(content io.Reader) (*os.File, error) {
	file, err := os.CreateTemp("", "odg-blob-*")
	if err != nil {
		return nil, fmt.Errorf("put content aside: %w", err)
	}
	err = os.Remove(file.Name())
	if err == nil {
		_, err = io.Copy(file, content)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func (s *Store) writeBlob(ctx context.Context, act string, b store.Blob, file *os.File) error {
	return s.transact(ctx, act, func(ctx context.Context, tx pgx.Tx) error {
		large := tx.LargeObjects()
		oid, err := large.Create(ctx, 0)
		if err != nil {
			return err
		}
		object, err := large.Open(ctx, oid, pgx.LargeObjectModeWrite)
		if err != nil {
			return err
		}
		content := io.NewSectionReader(file, 0, b.Size) // from its beginning, at every try
		if _, err := io.CopyBuffer(struct{ io.Writer }{object}, struct{ io.Reader }{content}, make([]byte, blobChunk)); err != nil {
			return err
		}
		if err := object.Close(); err != nil {
			return err
		}
		return insertBlob(ctx, tx, b, oid)
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

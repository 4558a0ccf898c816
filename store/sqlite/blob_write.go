package sqlite

import (
	"context"
	"errors"
	"io"

	"github.com/opendeliverygear/odg/store"
)

const (
	blobChunk = 256 << 10 // bytes
	// dropChunks is how many chunks are removed at a time.
	dropChunks = 64
	// blobGivenUp is after how many seconds without a chunk a put is taken for dead.
	blobGivenUp = 60 * 60
)

var errBlobGivenUp = errors.New("nothing was written for an hour, so the blob was given up")

// writeBlob writes content that was not there. What it has written when it fails is
// removed; what a process leaves that dies is removed by a put an hour later.
func (s *Store) writeBlob(ctx context.Context, act string, content *store.BlobReader) (store.Blob, error) {
	ref, err := s.beginBlob(ctx, act)
	if err != nil {
		return store.Blob{}, err
	}
	err = s.writeChunks(ctx, act, ref, content)
	if err == nil {
		err = s.finishBlob(ctx, act, ref, content.Blob())
	}
	if err == nil {
		return content.Blob(), nil
	}
	_ = s.dropBlob(context.WithoutCancel(ctx), ref) // what is left a later put removes
	if errors.Is(err, errBlobExists) {
		return s.FindBlob(ctx, content.Blob().Digest)
	}
	return store.Blob{}, err
}

// beginBlob returns a place for chunks, and clears those that nobody is in charge of.
func (s *Store) beginBlob(ctx context.Context, act string) (ref int64, err error) {
	var dead []int64
	err = s.write(ctx, act, func(tx *transaction) error {
		if dead, err = giveUpBlobs(ctx, tx); err != nil {
			return err
		}
		tx.changed++
		return tx.QueryRowContext(ctx, "INSERT INTO blob_store DEFAULT VALUES RETURNING ref").Scan(&ref)
	})
	for _, d := range dead {
		_ = s.dropBlob(ctx, d) // the next put tries again
	}
	return ref, err
}

// giveUpBlobs returns what nobody may write any more, since nobody did for long.
func giveUpBlobs(ctx context.Context, tx *transaction) (refs []int64, err error) {
	rows, err := tx.QueryContext(ctx, `UPDATE blob_store SET touched_at = 0
		WHERE digest IS NULL AND touched_at < unixepoch() - ? RETURNING ref`, blobGivenUp)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var ref int64
		if err := rows.Scan(&ref); err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	tx.changed += int64(len(refs))
	return refs, rows.Err()
}

func (s *Store) writeChunks(ctx context.Context, act string, ref int64, content io.Reader) error {
	chunk := make([]byte, blobChunk)
	for number := 0; ; number++ {
		// Errors of content are wrapped, so these two are those of ReadFull.
		n, readErr := io.ReadFull(content, chunk)
		last := readErr == io.EOF || readErr == io.ErrUnexpectedEOF
		if readErr != nil && !last {
			return s.wrap(ctx, act, readErr)
		}
		if n > 0 {
			if err := s.writeChunk(ctx, act, ref, number, chunk[:n]); err != nil {
				return err
			}
		}
		if last {
			return nil
		}
	}
}

func (s *Store) writeChunk(ctx context.Context, act string, ref int64, number int, chunk []byte) error {
	return s.write(ctx, act, func(tx *transaction) error {
		n, err := tx.exec(ctx, "UPDATE blob_store SET touched_at = unixepoch() WHERE ref = ? AND touched_at > 0", ref)
		if err != nil {
			return err
		}
		if n == 0 {
			return errBlobGivenUp
		}
		_, err = tx.exec(ctx, "INSERT INTO blob_chunk (ref, number, content) VALUES (?, ?, ?)", ref, number, chunk)
		return err
	})
}

// errBlobExists says that somebody else was faster.
var errBlobExists = errors.New("blob exists")

// finishBlob gives the chunks of ref their digest.
func (s *Store) finishBlob(ctx context.Context, act string, ref int64, b store.Blob) error {
	return s.write(ctx, act, func(tx *transaction) error {
		var exists bool
		if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM blob_store WHERE digest = ?)", b.Digest).Scan(&exists); err != nil {
			return err
		}
		if exists {
			return errBlobExists
		}
		n, err := tx.exec(ctx, `UPDATE blob_store SET digest = ?, creation_date = ?, size = ?, mime_type = ?
			WHERE ref = ? AND touched_at > 0`, b.Digest, b.Created.UTC().Format(blobTime), b.Size, b.MediaType, ref)
		if err == nil && n == 0 {
			err = errBlobGivenUp
		}
		return err
	})
}

// dropBlob removes the chunks of a blob that has no digest, a few at a time.
func (s *Store) dropBlob(ctx context.Context, ref int64) error {
	for {
		var dropped int64
		err := s.write(ctx, "remove blob", func(tx *transaction) (err error) {
			dropped, err = tx.exec(ctx, `DELETE FROM blob_chunk WHERE ref = ?1 AND number IN
				(SELECT number FROM blob_chunk WHERE ref = ?1 LIMIT ?2)`, ref, dropChunks)
			if err == nil && dropped < dropChunks {
				_, err = tx.exec(ctx, "DELETE FROM blob_store WHERE ref = ?", ref)
			}
			return err
		})
		if err != nil || dropped < dropChunks {
			return err
		}
	}
}

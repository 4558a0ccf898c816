package ctf

import (
	"context"
	"fmt"
	"io"

	"github.com/opendeliverygear/odg/component"
)

// OpenBlob implements [component.BlobOpener]. Blobs belong to the archive, not to
// component versions, so id is for messages only. The media type is known only of
// manifests that the index lists, and empty for everything else.
func (a *Archive) OpenBlob(ctx context.Context, id component.ID, digest string) (*component.Blob, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	blob, err := a.openBlob(digest)
	if err != nil {
		return nil, a.fail(err, "open blob of component version %s", id)
	}
	return blob, nil
}

func (a *Archive) openBlob(digest string) (*component.Blob, error) {
	name, err := blobFile(digest)
	if err != nil {
		return nil, err
	}
	content, size, err := a.files.open(name)
	if err != nil {
		return nil, err
	}
	if size > a.cfg.MaxBlobBytes {
		content.Close()
		return nil, fmt.Errorf("blob %s has %d bytes, more than %d (MaxBlobBytes): %w", digest, size, a.cfg.MaxBlobBytes, ErrUnsafe)
	}
	return &component.Blob{
		ReadCloser: verify(content, digest), MediaType: a.index.mediaTypes[digest], Digest: digest, Size: size,
	}, nil
}

// document reads a whole blob into memory.
func (a *Archive) document(digest string) ([]byte, error) {
	blob, err := a.openBlob(digest)
	if err != nil {
		return nil, err
	}
	defer blob.Close()
	return readAll(blob, blob.Size, a.cfg.MaxDocumentBytes)
}

// readAll reads size bytes, if they are not more than limit.
func readAll(r io.Reader, size, limit int64) ([]byte, error) {
	if size > limit {
		return nil, fmt.Errorf("it has %d bytes, more than %d (MaxDocumentBytes): %w", size, limit, ErrUnsafe)
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, err
	}
	var rest [1]byte // there is none, but only at the end the digest is checked
	if n, err := r.Read(rest[:]); n > 0 || err != io.EOF {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	return data, nil
}

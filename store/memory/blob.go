package memory

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/opendeliverygear/odg/store"
)

var _ store.Blobs = (*Store)(nil)

// blob is content that does not change.
type blob struct {
	store.Blob
	content []byte
}

// PutBlob implements [store.Blobs]. The content is held in memory as a whole.
func (s *Store) PutBlob(ctx context.Context, b store.Blob, content io.Reader) (store.Blob, error) {
	reader, err := store.NewBlobReader(b, content)
	if err != nil {
		return store.Blob{}, fmt.Errorf("put blob: %w", err)
	}
	data, err := io.ReadAll(reader)
	if err != nil {
		return store.Blob{}, fmt.Errorf("put blob: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(ctx); err != nil {
		return store.Blob{}, fmt.Errorf("put blob: %w", err)
	}
	b = reader.Blob()
	if known, ok := s.blobs[b.Digest]; ok {
		return known.Blob, nil
	}
	if s.blobs == nil {
		s.blobs = map[string]blob{}
	}
	s.blobs[b.Digest] = blob{b, data}
	return b, nil
}

// FindBlob implements [store.Blobs].
func (s *Store) FindBlob(ctx context.Context, digest string) (store.Blob, error) {
	found, err := s.blob(ctx, digest)
	if err != nil {
		return store.Blob{}, fmt.Errorf("find blob: %w", err)
	}
	return found.Blob, nil
}

// OpenBlob implements [store.Blobs].
func (s *Store) OpenBlob(ctx context.Context, digest string) (store.Blob, io.ReadCloser, error) {
	found, err := s.blob(ctx, digest)
	if err != nil {
		return store.Blob{}, nil, fmt.Errorf("open blob: %w", err)
	}
	return found.Blob, io.NopCloser(contextReader{ctx, bytes.NewReader(found.content)}), nil
}

// DeleteBlob implements [store.Blobs].
func (s *Store) DeleteBlob(ctx context.Context, digest string) error {
	found, err := s.blob(ctx, digest)
	if err != nil {
		return fmt.Errorf("delete blob: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.blobs[found.Digest]; !ok {
		return fmt.Errorf("delete blob %s: %w", found.Digest, store.ErrNotFound)
	}
	delete(s.blobs, found.Digest)
	return nil
}

func (s *Store) blob(ctx context.Context, digest string) (blob, error) {
	digest, err := store.ParseDigest(digest)
	if err != nil {
		return blob{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return blob{}, err
	}
	found, ok := s.blobs[digest]
	if !ok {
		return blob{}, fmt.Errorf("%s: %w", digest, store.ErrNotFound)
	}
	return found, nil
}

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

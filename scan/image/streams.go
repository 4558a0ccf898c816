package image

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

// maxZstdWindow is the largest window that a zstd frame may ask memory for.
const maxZstdWindow = 128 << 20

const bufferBytes = 64 << 10

// decompress returns the content of a gzip, zstd or plain stream. Which one is
// told by its first bytes, because media types are often wrong. stop frees the
// decoder.
func decompress(src *source) (content io.Reader, stop func(), err error) {
	buffered := bufio.NewReaderSize(src, bufferBytes)
	head, err := buffered.Peek(len(zstdMagic))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, nil, err
		}
		return decoder{z, src}, func() {}, nil
	case bytes.HasPrefix(head, zstdMagic):
		z, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return nil, nil, err
		}
		return decoder{z, src}, z.Close, nil
	}
	return buffered, func() {}, nil
}

// decoder blames what cannot be decompressed on the content.
type decoder struct {
	io.Reader
	src *source
}

func (d decoder) Read(p []byte) (int, error) {
	n, err := d.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = d.src.blame(err)
	}
	return n, err
}

// metered spends budgets for all that is read through it.
type metered struct {
	io.Reader
	budgets []*budget
}

func (m *metered) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	for _, b := range m.budgets {
		if over := b.spend(int64(n)); over != nil {
			return 0, over
		}
	}
	return n, err
}

// drain reads to the end, so that digests cover what follows the last tar entry.
func drain(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// source ends with its context, and remembers the error of a transport, so that it
// is not taken for a fault of the content.
type source struct {
	ctx context.Context
	io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if s.err = s.ctx.Err(); s.err != nil {
		return 0, s.err
	}
	n, err := s.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// blame returns the error of the transport if there is one, and otherwise marks
// err as a fault of the content, unless it says more already.
func (s *source) blame(err error) error {
	switch {
	case s.err != nil:
		return s.err
	case err == nil, errors.Is(err, ErrBudget), errors.Is(err, ErrCorrupt), errors.Is(err, ErrNotImage):
		return err
	}
	return fmt.Errorf("%w: %w", ErrCorrupt, err)
}

package ctf

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// ratioFrom is how many bytes a gzipped tar may decompress to before its ratio
// is looked at.
const ratioFrom = 64 << 20

// gzipTar is a gzipped tar. Small files are in memory, the others are found again
// by decompressing.
type gzipTar struct {
	content
	size    int64
	cfg     Config
	entries map[string]entry
}

func openGzip(file content, size int64, cfg Config) (storage, error) {
	t := &gzipTar{content: file, size: size, cfg: cfg}
	stream, err := t.decompress()
	if err != nil {
		return nil, err
	}
	memory := cfg.MaxMemoryBytes
	position := func() (int64, error) { return stream.read, nil }
	t.entries, err = scan(stream, cfg, position, func(_ string, size int64, content io.Reader) (entry, error) {
		if size > cfg.MaxCachedBlobBytes || size > memory {
			return entry{}, nil
		}
		memory -= size
		data := make([]byte, size)
		_, err := io.ReadFull(content, data)
		return entry{data: data, kept: true}, err
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

func (t *gzipTar) open(name string) (io.ReadCloser, int64, error) {
	e, ok := t.entries[name]
	switch {
	case !ok:
		return nil, 0, notInTar(name)
	case e.kept:
		return e.memory(), e.size, nil
	}
	stream, err := t.decompress()
	if err != nil {
		return nil, 0, err
	}
	return io.NopCloser(&later{stream: stream, skip: e.offset, left: e.size}), e.size, nil
}

// later reads left bytes behind the first skip bytes of a stream.
type later struct {
	stream     io.Reader
	skip, left int64
}

func (l *later) Read(p []byte) (int, error) {
	if l.skip > 0 {
		n, err := io.CopyN(io.Discard, l.stream, l.skip)
		if l.skip -= n; err != nil {
			return 0, unexpected(err)
		}
	}
	if l.left == 0 {
		return 0, io.EOF
	}
	n, err := l.stream.Read(p[:min(int64(len(p)), l.left)])
	if l.left -= int64(n); l.left > 0 {
		err = unexpected(err)
	}
	return n, err
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// inflated counts what comes out of a gzip stream and stops at the limits.
type inflated struct {
	stream      io.Reader
	read, limit int64
	ratio, size int64
}

func (t *gzipTar) decompress() (*inflated, error) {
	stream, err := gzip.NewReader(bufio.NewReaderSize(io.NewSectionReader(t.content, 0, t.size), 64<<10))
	if err != nil {
		return nil, fmt.Errorf("read gzip, which is damaged or truncated, fetch it again: %w", err)
	}
	return &inflated{stream: stream, limit: t.cfg.MaxTotalBytes, ratio: t.cfg.MaxRatio, size: t.size}, nil
}

func (i *inflated) Read(p []byte) (int, error) {
	n, err := i.stream.Read(p)
	i.read += int64(n)
	switch {
	case i.read > i.limit:
		return 0, fmt.Errorf("it decompresses to more than %d bytes (MaxTotalBytes): %w", i.limit, ErrUnsafe)
	case i.read > ratioFrom && i.read/i.ratio > i.size:
		return 0, fmt.Errorf("it decompresses to more than %d times its size (MaxRatio), as bombs do: %w", i.ratio, ErrUnsafe)
	}
	return n, err
}

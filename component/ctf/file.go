package ctf

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

// openFile opens a tar or a gzipped tar, by its first bytes.
func openFile(path string, cfg Config) (storage, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, err
	}
	files, err := openTar(file, info.Size(), cfg)
	if err != nil {
		file.Close()
		return nil, err
	}
	return files, nil
}

// content is what a tar is read from.
type content interface {
	io.ReaderAt
	io.Closer
}

func openTar(file content, size int64, cfg Config) (storage, error) {
	var magic [2]byte
	if _, err := file.ReadAt(magic[:], 0); err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.Equal(magic[:], []byte{0x1f, 0x8b}) {
		return openGzip(file, size, cfg)
	}
	return openPlain(file, size, cfg)
}

// plainTar is a tar whose files are read in place.
type plainTar struct {
	content
	entries map[string]entry
}

func openPlain(file content, size int64, cfg Config) (storage, error) {
	if size > cfg.MaxTotalBytes {
		return nil, fmt.Errorf("it has %d bytes, more than %d (MaxTotalBytes): %w", size, cfg.MaxTotalBytes, ErrUnsafe)
	}
	section := io.NewSectionReader(file, 0, size)
	position := func() (int64, error) { return section.Seek(0, io.SeekCurrent) }
	entries, err := scan(section, cfg, position, func(string, int64, io.Reader) (entry, error) {
		return entry{}, nil
	})
	if err != nil {
		return nil, err
	}
	return plainTar{content: file, entries: entries}, nil
}

func (t plainTar) open(name string) (io.ReadCloser, int64, error) {
	e, ok := t.entries[name]
	if !ok {
		return nil, 0, notInTar(name)
	}
	return io.NopCloser(io.NewSectionReader(t.content, e.offset, e.size)), e.size, nil
}

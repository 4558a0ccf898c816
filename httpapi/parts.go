package httpapi

import (
	"fmt"
	"io"

	"github.com/opendeliverygear/odg/component"
)

// parts is the content of blobs, one after the other. Each is verified by its reader.
type parts struct {
	digests []string
	open    func(digest string) (*component.Blob, error)
	current *component.Blob
	size    int64 // of all, -1 if there are several or it is unknown
}

// next opens the next blob.
func (p *parts) next() error {
	blob, err := p.open(p.digests[0])
	if err != nil {
		return err
	}
	p.size = -1
	if p.current == nil && len(p.digests) == 1 {
		p.size = blob.Size
	}
	p.Close()
	p.current, p.digests = blob, p.digests[1:]
	return nil
}

func (p *parts) Read(b []byte) (int, error) {
	n, err := p.current.Read(b)
	if err != io.EOF || len(p.digests) == 0 {
		return n, err
	}
	return n, p.next()
}

func (p *parts) Close() {
	if p.current != nil {
		_ = p.current.Close() // it was read only
	}
}

// limited fails where a limit is passed, unlike [io.LimitedReader].
type limited struct {
	io.Reader
	left, limit int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, tooLong(l.limit)
	}
	return n, err
}

func tooLong(limit int64) error {
	return fmt.Errorf("the artefact has more than %d bytes: %w", limit, component.ErrLimit)
}

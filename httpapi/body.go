package httpapi

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"

	"github.com/opendeliverygear/odg/vex"
)

// smallBodies are the limits of routes that read a body as a whole and more than once, and
// that nobody needs large ones for: a person decides about some thousand findings at a time.
var smallBodies = map[string]int64{
	"/rescore":        32 << 20,
	"/components/vex": vex.MaxBytes,
	"/artefacts/metadata/query/by-search-expression": 4 << 20,
}

// decode puts a body into place that is decompressed, limited, and given up when
// the client sends nothing for too long.
func (s *Server) decode(w http.ResponseWriter, r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	conn := http.NewResponseController(w)
	idle := &idleReader{r.Body, conn, s.cfg.IdleTimeout}
	idle.extend() // of what no handler reads, the server reads some
	limit, encoding := s.cfg.MaxBodyBytes, r.Header.Get("Content-Encoding")
	if small, ok := smallBodies[state(r).endpoint]; ok {
		limit = min(limit, small)
	}
	if state(r).endpoint == blobPath { // its length and digest are those of what is sent
		limit = s.cfg.MaxBlobBytes
		if encoding != "" && encoding != "identity" {
			return &statusError{http.StatusUnsupportedMediaType, "unknown-encoding",
				fmt.Sprintf("blobs are stored as they are sent; send the content without Content-Encoding %q", encoding)}
		}
	}
	body, err := decompressed(encoding, idle)
	if err != nil {
		return err
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{&untilEnd{&limitedReader{body, limit, limit}, conn}, r.Body}
	return nil
}

func decompressed(encoding string, body io.Reader) (io.Reader, error) {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
		return &lazyReader{open: func() (io.Reader, error) { return gzip.NewReader(body) }}, nil
	case "deflate":
		return &lazyReader{open: func() (io.Reader, error) { return inflate(body) }}, nil
	}
	return nil, &statusError{http.StatusUnsupportedMediaType, "unknown-encoding",
		fmt.Sprintf("content encoding %q is unknown; send gzip, deflate or nothing", encoding)}
}

// inflate reads both forms that go by the name of deflate: with the header of
// zlib, as specified, and without.
func inflate(body io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(body)
	head, err := buffered.Peek(2)
	if err != nil {
		return nil, err
	}
	if head[0]&0x0f == 8 && (uint(head[0])<<8|uint(head[1]))%31 == 0 {
		return zlib.NewReader(buffered)
	}
	return flate.NewReader(buffered), nil
}

// lazyReader begins to decompress with the first read, since beginning waits for
// the client.
type lazyReader struct {
	open   func() (io.Reader, error)
	reader io.Reader
	err    error
}

func (l *lazyReader) Read(p []byte) (int, error) {
	if l.reader == nil && l.err == nil {
		if l.reader, l.err = l.open(); l.err == io.EOF {
			l.err = io.ErrUnexpectedEOF
		}
	}
	if l.err != nil {
		return 0, l.err
	}
	return l.reader.Read(p)
}

// limitedReader refuses to read more than a number of bytes.
type limitedReader struct {
	io.Reader
	limit, left int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.Reader.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, tooLarge(l.limit)
	}
	return n, err
}

func tooLarge(limit int64) error {
	return &statusError{http.StatusRequestEntityTooLarge, "too-large",
		fmt.Sprintf("body is longer than %d bytes (decompressed); send less at a time", limit)}
}

// idleReader gives up when nothing comes for a while.
type idleReader struct {
	io.Reader
	conn    *http.ResponseController
	timeout time.Duration
}

func (i *idleReader) Read(p []byte) (int, error) {
	i.extend()
	return i.Reader.Read(p)
}

func (i *idleReader) extend() {
	_ = i.conn.SetReadDeadline(time.Now().Add(i.timeout)) // not every writer has deadlines
}

// untilEnd takes the deadline back at the end of the body: the server goes on to
// watch the connection, and would take a late answer for a client that has gone.
// After an error it stays: the server may wait for the rest of the body.
type untilEnd struct {
	io.Reader
	conn *http.ResponseController
}

func (u *untilEnd) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if err == io.EOF {
		_ = u.conn.SetReadDeadline(time.Time{}) // not every writer has deadlines
	}
	return n, err
}

// readBody reads a whole body.
func readBody(r *http.Request) ([]byte, error) {
	var body bytes.Buffer // doubles as it grows, whatever length was announced
	if _, err := body.ReadFrom(r.Body); err != nil {
		return nil, bodyError(err)
	}
	return body.Bytes(), nil
}

func bodyError(err error) error {
	var answer *statusError
	if errors.As(err, &answer) {
		return err
	}
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return &statusError{http.StatusRequestTimeout, "body-timeout", "the body did not arrive in time"}
	}
	return badRequest("read body: %v", err)
}

// accepts tells if a request names a media type as one that it accepts.
func accepts(r *http.Request, mediaType string) bool {
	return strings.Contains(r.Header.Get("Accept"), mediaType)
}

const contentTypeNDJSON = "application/x-ndjson"

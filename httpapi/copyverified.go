package httpapi

import "io"

// copyVerified copies content whose reader says only at the end whether it is right.
// The last piece is held back until then: a client that got as many bytes as the
// Content-Length says does not look at what becomes of the connection.
func copyVerified(w io.Writer, content io.Reader) error {
	var held, next [chunk]byte
	have := 0
	for {
		n, err := fill(content, next[:])
		if err != nil && err != io.EOF {
			return err
		}
		if _, err := w.Write(held[:have]); have > 0 && err != nil {
			return err
		}
		have = copy(held[:], next[:n])
		if err == io.EOF {
			_, err := w.Write(held[:have])
			return err
		}
	}
}

// fill reads until p is full. Its errors are those of the reader, unlike those of
// [io.ReadFull], which has one of them for its own.
func fill(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var read int
		read, err = r.Read(p[n:])
		n += read
	}
	return n, err
}

// nothing reads to the end and has nothing of it.
type nothing struct{ io.Reader }

func (n *nothing) Read(p []byte) (int, error) {
	_, err := io.Copy(io.Discard, n.Reader)
	if err == nil {
		err = io.EOF
	}
	return 0, err
}

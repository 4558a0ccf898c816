package httpapi

import (
	"net/http"
	"time"
)

// recorder remembers how a request was answered, and gives up when the client takes
// nothing for a while.
type recorder struct {
	http.ResponseWriter
	status  int
	written int64

	conn     *http.ResponseController
	idle     time.Duration
	deadline time.Time // of the connection
}

func newRecorder(w http.ResponseWriter, idle time.Duration) *recorder {
	return &recorder{ResponseWriter: w, conn: http.NewResponseController(w), idle: idle}
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.patience()
	w.ResponseWriter.WriteHeader(status)
}

// Write sends p piece by piece, each within the time in which a client must take
// something.
func (w *recorder) Write(p []byte) (n int, err error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	for first := true; err == nil && (first || n < len(p)); first = false {
		w.patience()
		var sent int
		sent, err = w.ResponseWriter.Write(p[n:min(n+chunk, len(p))])
		n += sent
	}
	w.written += int64(n)
	return n, err
}

// patience moves the deadline on. It does so now and then only, since there may be
// many small writes, so a client has a bit longer than it must.
func (w *recorder) patience() {
	now := time.Now()
	if w.deadline.Sub(now) >= w.idle {
		return
	}
	w.deadline = now.Add(w.idle + w.idle/4)
	_ = w.conn.SetWriteDeadline(w.deadline) // not every writer has deadlines
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *recorder) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}

func started(w http.ResponseWriter) bool {
	r, ok := w.(*recorder)
	return ok && r.status != 0
}

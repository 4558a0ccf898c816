package serve

import (
	"net/http"
	"sync/atomic"
)

// Swap serves with the handler that was set last. Requests that have begun end with
// the one they began with. It is safe for concurrent use; the zero Swap answers 503.
type Swap struct{ current atomic.Pointer[http.Handler] }

// Set replaces the handler for requests to come.
func (s *Swap) Set(h http.Handler) { s.current.Store(&h) }

// ServeHTTP answers a request.
func (s *Swap) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := s.current.Load()
	if h == nil {
		w.Header().Set("Retry-After", "2")
		http.Error(w, "server is starting", http.StatusServiceUnavailable)
		return
	}
	(*h).ServeHTTP(w, r)
}

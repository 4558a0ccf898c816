package httpapi

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Server is the HTTP API. It is an [http.Handler], safe for concurrent use.
type Server struct {
	core    Core
	cfg     Config
	metrics *metrics
	handler http.Handler
	made    time.Time
	// documentation is made when it is first asked for.
	documentation func() (documentation, error)
	// downloads has one element per artefact that is being streamed.
	downloads chan struct{}
}

// New returns the API of core. Several may share a registry, such as those by an
// earlier and a later configuration: they count together.
func New(core Core, cfg Config) *Server {
	s := &Server{core: core, cfg: cfg.withDefaults()}
	s.made = s.cfg.Now()
	s.downloads = make(chan struct{}, s.cfg.MaxDownloads)
	s.documentation = sync.OnceValues(s.newDocumentation)
	s.metrics = newMetrics(s.cfg.Registry)
	s.handler = s.observe(s.cors(s.recover(s.mux(s.routes()))))
	return s
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Metrics serves what the server has counted in Prometheus' text form.
func (s *Server) Metrics() http.Handler {
	return promhttp.HandlerFor(s.cfg.Registry, promhttp.HandlerOpts{Registry: s.cfg.Registry})
}

// handlerFunc answers a request, or says by an error why it could not. It writes
// nothing before it is sure to succeed.
type handlerFunc func(w http.ResponseWriter, r *http.Request) error

// route is a method of a path.
type route struct {
	method, path string
	handle       handlerFunc
}

// mux answers 404 and 405 in the words of existing servers, and knows no HEAD but
// where a route says so.
func (s *Server) mux(routes []route) http.Handler {
	paths := map[string]map[string]handlerFunc{}
	for _, r := range routes {
		if paths[r.path] == nil {
			paths[r.path] = map[string]handlerFunc{}
		}
		paths[r.path][r.method] = r.handle
	}
	mux := http.NewServeMux()
	unmatched := s.handle("unmatched", func(http.ResponseWriter, *http.Request) error {
		return status(http.StatusNotFound)
	})
	mux.Handle("/", unmatched)
	for at, methods := range paths {
		allow := strings.Join(slices.Sorted(maps.Keys(methods)), ", ")
		mux.Handle(at, s.handle(at, func(w http.ResponseWriter, r *http.Request) error {
			handle, ok := methods[r.Method]
			if !ok {
				w.Header().Set("Allow", allow)
				return status(http.StatusMethodNotAllowed)
			}
			return handle(w, r)
		}))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isClean(r.URL.EscapedPath()) {
			unmatched.ServeHTTP(w, r) // where the mux would send the client elsewhere
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// isClean tells if a path has no empty steps and none of . and .. in it.
func isClean(p string) bool {
	clean := path.Clean(p)
	return p == clean || p == clean+"/"
}

func (s *Server) handle(endpoint string, h handlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		state(r).endpoint = endpoint
		running := s.metrics.concurrency.WithLabelValues(endpoint, knownMethod(r.Method))
		running.Inc()
		defer running.Dec()
		// The connection may have the deadline of the answer before.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
		err := checkQuery(r)
		if err == nil {
			err = s.decode(w, r)
		}
		if err == nil {
			err = h(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

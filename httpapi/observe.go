package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/opendeliverygear/odg/store"
)

// metrics keep the names and labels of existing dashboards. Endpoints are routes and
// user agents are of a short list, never what a client sent.
type metrics struct {
	latency     *prometheus.HistogramVec
	concurrency *prometheus.GaugeVec
	total       *prometheus.CounterVec
}

func newMetrics(registry prometheus.Registerer) *metrics {
	m := &metrics{
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "request_latency_seconds", Help: "Time from request to the end of the answer.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
		}, []string{"endpoint", "method"}),
		concurrency: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "requests_concurrency", Help: "Requests that are being answered.",
		}, []string{"endpoint", "method"}),
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "requests_total", Help: "Requests that were answered.",
		}, []string{"endpoint", "user_agent", "method", "status"}),
	}
	m.latency = registered(registry, m.latency)
	m.concurrency = registered(registry, m.concurrency)
	m.total = registered(registry, m.total)
	return m
}

// registered registers c, or returns the one that an earlier server registered.
func registered[C prometheus.Collector](registry prometheus.Registerer, c C) C {
	err := registry.Register(c)
	var earlier prometheus.AlreadyRegisteredError
	if errors.As(err, &earlier) {
		if same, ok := earlier.ExistingCollector.(C); ok {
			return same
		}
	}
	if err != nil {
		panic("register metrics: " + err.Error()) // the registry has other metrics of these names
	}
	return c
}

// observed is what is known of a request when it ends.
type observed struct {
	endpoint string
	request  string // its id
	err      error
}

type stateKey struct{}

// state returns what handlers tell about a request.
func state(r *http.Request) *observed {
	if o, ok := r.Context().Value(stateKey{}).(*observed); ok {
		return o
	}
	return &observed{}
}

// observe counts requests and logs each in one line, without its query and
// headers, which may hold tokens.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := s.cfg.Now()
		o := &observed{endpoint: "unmatched", request: requestID(r)}
		w.Header().Set(HeaderRequest, o.request)
		recorder := newRecorder(w, s.cfg.IdleTimeout)
		method := knownMethod(r.Method)
		defer func() {
			took := s.cfg.Now().Sub(began)
			s.metrics.latency.WithLabelValues(o.endpoint, method).Observe(took.Seconds())
			s.metrics.total.WithLabelValues(o.endpoint, agent(r.UserAgent()), method, strconv.Itoa(recorder.code())).Inc()
			s.logRequest(r, recorder, o, took)
		}()
		ctx := store.By(r.Context(), store.Act{Request: o.request})
		next.ServeHTTP(recorder, r.WithContext(context.WithValue(ctx, stateKey{}, o)))
	})
}

func (s *Server) logRequest(r *http.Request, w *recorder, o *observed, took time.Duration) {
	event := s.cfg.Log.Info()
	if w.code() >= 500 {
		event = s.cfg.Log.Error()
	}
	event.Str("request_id", o.request).Str("method", r.Method).Str("path", r.URL.Path).Int("status", w.code()).
		Int64("bytes", w.written).Dur("duration", took).AnErr("error", o.err).Msg("request answered")
}

func knownMethod(method string) string {
	known := []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}
	if slices.Contains(known, method) {
		return method
	}
	return "other"
}

// recover answers 500 to a request whose handler panicked.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(cause)
			}
			s.cfg.Log.Error().Str("path", r.URL.Path).Bytes("stack", debug.Stack()).Msg("handler panicked")
			if started(w) {
				panic(http.ErrAbortHandler)
			}
			s.fail(w, r, fmt.Errorf("handler panicked: %v", cause))
		}()
		next.ServeHTTP(w, r)
	})
}

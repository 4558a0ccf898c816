package kube

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/opendeliverygear/odg/scaling"
)

// maxServices is how many services have metrics of their own, as items may name any.
// The others share those of "other".
const maxServices = 100

// controllerMetrics are what a [Controller] counts.
type controllerMetrics struct {
	of        *Controller
	requests  *prometheus.CounterVec
	decisions *prometheus.CounterVec
	changes   *prometheus.CounterVec
	released  *prometheus.CounterVec
	delay     prometheus.Histogram

	mu       sync.Mutex
	services map[string]bool
}

var (
	itemsDesc   = prometheus.NewDesc("odg_backlog_items", "Backlog items by extension and state: ready, claimed, waiting for their next attempt, or parked.", []string{"extension", "state"}, nil)
	oldestDesc  = prometheus.NewDesc("odg_backlog_oldest_item_age_seconds", "Age of the oldest item of an extension that is not parked.", []string{"extension"}, nil)
	straysDesc  = prometheus.NewDesc("odg_backlog_items_without_extension", "Items whose label names no extension, so that nobody works on them.", nil, nil)
	workersDesc = prometheus.NewDesc("odg_scaling_workers", "How many workers the Deployment of an extension is to have.", []string{"extension"}, nil)
	leaderDesc  = prometheus.NewDesc("odg_scaling_leader", "1 if this process is the one that controls, else 0.", nil, nil)
)

func newControllerMetrics(c *Controller, registry prometheus.Registerer) *controllerMetrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &controllerMetrics{
		of: c, services: map[string]bool{},
		requests:  counter("odg_kube_requests_total", "Requests to the API server by verb, resource and status; 0 stands for no answer.", "verb", "resource", "code"),
		decisions: counter("odg_scaling_decisions_total", "How often the backlog of an extension was looked at, by result: ok or failed.", "extension", "result"),
		changes:   counter("odg_scaling_changes_total", "What was done for an extension or found, by the reason that Events have.", "extension", "reason"),
		released:  counter("odg_backlog_claims_lost_total", "Claims and waits that were taken back, by cause.", "extension", "cause"),
		delay: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "odg_scaling_decision_delay_seconds", Help: "Time from the first event that was not looked at yet to the end of the decision.",
			Buckets: []float64{.05, .1, .15, .2, .3, .5, 1, 2, 5, 30},
		}),
	}
	if registry != nil {
		registry.MustRegister(m, m.requests, m.decisions, m.changes, m.released, m.delay)
	}
	return m
}

// label returns the value of the label extension for a service.
func (m *controllerMetrics) label(service string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.services[service] && len(m.services) >= maxServices {
		return "other"
	}
	m.services[service] = true
	return service
}

func (m *controllerMetrics) decided(service string, since time.Time, err error) {
	result := "ok"
	if err != nil {
		result = "failed"
	}
	m.decisions.WithLabelValues(m.label(service), result).Inc()
	if !since.IsZero() {
		m.delay.Observe(time.Since(since).Seconds())
	}
}

func (m *controllerMetrics) reported(r scaling.Report) {
	m.changes.WithLabelValues(m.label(r.Service), string(r.Reason)).Inc()
	if r.Reason == scaling.ClaimReleased {
		m.released.WithLabelValues(m.label(r.Service), string(r.Cause)).Inc()
	}
}

// Describe implements [prometheus.Collector].
func (m *controllerMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{itemsDesc, oldestDesc, straysDesc, workersDesc, leaderDesc} {
		to <- d
	}
}

// Collect implements [prometheus.Collector].
func (m *controllerMetrics) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	now := time.Now()
	sums := map[string]scaling.Depth{}
	for _, service := range m.of.tally.Services() {
		sums[m.label(service)] = plus(sums[m.label(service)], m.of.tally.Depth(service, now))
	}
	for label, d := range sums {
		gauge(itemsDesc, float64(d.Ready), label, "ready")
		gauge(itemsDesc, float64(d.Claimed), label, "claimed")
		gauge(itemsDesc, float64(d.Waiting), label, "waiting")
		gauge(itemsDesc, float64(d.Parked), label, "parked")
		if !d.Oldest.IsZero() {
			gauge(oldestDesc, now.Sub(d.Oldest).Seconds(), label)
		}
	}
	for _, service := range slices.Sorted(maps.Keys(m.of.scalable())) {
		if n, err := (controllerCluster{m.of}).Replicas(service); err == nil {
			gauge(workersDesc, float64(n), service)
		}
	}
	m.of.mu.Lock()
	strays := len(m.of.strays)
	m.of.mu.Unlock()
	gauge(straysDesc, float64(strays))
	leader := 0.0
	if m.of.Leading() {
		leader = 1
	}
	gauge(leaderDesc, leader)
}

func plus(a, b scaling.Depth) scaling.Depth {
	sum := scaling.Depth{Counts: scaling.Counts{
		Ready: a.Ready + b.Ready, Claimed: a.Claimed + b.Claimed, Waiting: a.Waiting + b.Waiting, Parked: a.Parked + b.Parked,
	}, Oldest: a.Oldest}
	if sum.Oldest.IsZero() || !b.Oldest.IsZero() && b.Oldest.Before(sum.Oldest) {
		sum.Oldest = b.Oldest
	}
	return sum
}

// countRequests counts what is sent through a transport.
func (m *controllerMetrics) countRequests(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		code := 0
		if err == nil {
			code = resp.StatusCode
		}
		verb, resource := request(r)
		m.requests.WithLabelValues(verb, resource, strconv.Itoa(code)).Inc()
		return resp, err
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// request returns what a request asks for: verb and resource as in a Role.
func request(r *http.Request) (verb, resource string) {
	_, path, found := strings.Cut(r.URL.Path, "/namespaces/")
	parts := strings.Split(path, "/") // namespace, resource, name, subresource
	if !found || len(parts) < 2 {
		return strings.ToLower(r.Method), "other"
	}
	resource = parts[1]
	if len(parts) > 3 {
		resource += "/" + parts[3]
	}
	switch {
	case r.Method != http.MethodGet:
		verb = map[string]string{http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete"}[r.Method]
	case r.URL.Query().Get("watch") != "":
		verb = "watch"
	case len(parts) > 2:
		verb = "get"
	default:
		verb = "list"
	}
	return verb, resource
}

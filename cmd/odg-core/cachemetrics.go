package main

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/opendeliverygear/odg/component/cached"
)

// cacheMetrics tell how the caches of component versions do. Counters go on when a
// configuration is replaced. They are safe for concurrent use.
type cacheMetrics struct {
	mu      sync.Mutex
	current *repositories // nil before the first configuration
	past    cached.Stats  // of those before
}

var (
	cacheLookups   = prometheus.NewDesc("odg_component_cache_lookups_total", "Lookups of descriptors and of lists of versions: hit was answered from memory, miss by a repository, shared by a lookup under way.", []string{"kind", "result"}, nil)
	cacheEvictions = prometheus.NewDesc("odg_component_cache_evictions_total", "Descriptors and lists that had to go for lack of room.", nil, nil)
	cacheBytes     = prometheus.NewDesc("odg_component_cache_bytes", "About how much memory the descriptors and lists take.", nil, nil)
)

// repositories returns the current ones, nil before the first configuration.
func (m *cacheMetrics) repositories() *repositories {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.current
}

// follow counts for other repositories from now on.
func (m *cacheMetrics) follow(r *repositories) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.past = m.stats()
	m.current = r
}

// stats returns the sums; entries and bytes are those of the current repositories.
func (m *cacheMetrics) stats() cached.Stats {
	sum := m.past
	sum.Entries, sum.Bytes = 0, 0
	if m.current == nil {
		return sum
	}
	for _, r := range m.current.named { // which has all, too
		s := r.Stats()
		sum.Descriptors, sum.Versions = plus(sum.Descriptors, s.Descriptors), plus(sum.Versions, s.Versions)
		sum.Entries, sum.Bytes, sum.Evicted = sum.Entries+s.Entries, sum.Bytes+s.Bytes, sum.Evicted+s.Evicted
	}
	return sum
}

func plus(a, b cached.Lookups) cached.Lookups {
	return cached.Lookups{Hits: a.Hits + b.Hits, Misses: a.Misses + b.Misses, Shared: a.Shared + b.Shared}
}

// Describe implements [prometheus.Collector].
func (m *cacheMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{cacheLookups, cacheEvictions, cacheBytes} {
		to <- d
	}
}

// Collect implements [prometheus.Collector].
func (m *cacheMetrics) Collect(to chan<- prometheus.Metric) {
	m.mu.Lock()
	s := m.stats()
	m.mu.Unlock()
	for kind, l := range map[string]cached.Lookups{"descriptor": s.Descriptors, "versions": s.Versions} {
		for result, n := range map[string]int64{"hit": l.Hits, "miss": l.Misses, "shared": l.Shared} {
			to <- prometheus.MustNewConstMetric(cacheLookups, prometheus.CounterValue, float64(n), kind, result)
		}
	}
	to <- prometheus.MustNewConstMetric(cacheEvictions, prometheus.CounterValue, float64(s.Evicted))
	to <- prometheus.MustNewConstMetric(cacheBytes, prometheus.GaugeValue, float64(s.Bytes))
}

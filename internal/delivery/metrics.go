package delivery

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/opendeliverygear/odg/component/cached"
)

// Metrics tell how the memories of component versions do. Counters go on when a
// configuration is replaced. The zero Metrics is ready to be registered, and is safe for
// concurrent use.
type Metrics struct {
	mu      sync.Mutex
	current func() cached.Stats // nil before the first configuration
	past    cached.Stats        // of those before
}

var (
	cacheLookups   = prometheus.NewDesc("odg_component_cache_lookups_total", "Lookups of descriptors and of lists of versions: hit was answered from memory, miss by a repository, shared by a lookup under way.", []string{"kind", "result"}, nil)
	cacheEvictions = prometheus.NewDesc("odg_component_cache_evictions_total", "Descriptors and lists that had to go for lack of room.", nil, nil)
	cacheBytes     = prometheus.NewDesc("odg_component_cache_bytes", "About how much memory the descriptors and lists take.", nil, nil)
)

// Follow counts for other repositories from now on, such as with [Repositories.Stats].
func (m *Metrics) Follow(stats func() cached.Stats) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.past = m.stats()
	m.current = stats
}

// stats returns the sums; entries and bytes are those of the current repositories.
func (m *Metrics) stats() cached.Stats {
	sum := m.past
	sum.Entries, sum.Bytes = 0, 0
	if m.current == nil {
		return sum
	}
	return Sum(sum, m.current())
}

// Sum adds up what two memories tell.
func Sum(a, b cached.Stats) cached.Stats {
	return cached.Stats{
		Descriptors: added(a.Descriptors, b.Descriptors), Versions: added(a.Versions, b.Versions),
		Entries: a.Entries + b.Entries, Bytes: a.Bytes + b.Bytes, Evicted: a.Evicted + b.Evicted,
	}
}

func added(a, b cached.Lookups) cached.Lookups {
	return cached.Lookups{Hits: a.Hits + b.Hits, Misses: a.Misses + b.Misses, Shared: a.Shared + b.Shared}
}

// Describe implements [prometheus.Collector].
func (m *Metrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{cacheLookups, cacheEvictions, cacheBytes} {
		to <- d
	}
}

// Collect implements [prometheus.Collector].
func (m *Metrics) Collect(to chan<- prometheus.Metric) {
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

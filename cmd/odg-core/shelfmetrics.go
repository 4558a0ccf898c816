package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/store"
)

// countPatience limits how long metrics wait for the size of the table.
const countPatience = time.Second

// shelfMetrics tell how the cache of descriptors in the database does. They are safe
// for concurrent use.
type shelfMetrics struct{ of atomic.Pointer[countedShelf] }

// countedShelf is a shelf with the database that it is in.
type countedShelf struct {
	*cached.Shelf
	documents store.Documents
}

var (
	shelfLookups  = prometheus.NewDesc("odg_component_store_lookups_total", "Descriptors of registries that were not in memory and were looked up in the database: damaged ones were fetched anew, as those of a miss.", []string{"result"}, nil)
	shelfWrites   = prometheus.NewDesc("odg_component_store_writes_total", "Descriptors that were written to the database, or dropped: too large, too many at a time, or the database failed.", []string{"result"}, nil)
	shelfTraffic  = prometheus.NewDesc("odg_component_store_transferred_bytes_total", "Bytes of descriptors that were read from the database and written to it.", []string{"direction"}, nil)
	shelfFailures = prometheus.NewDesc("odg_component_store_failures_total", "Calls of the database for descriptors that failed; it is left alone for some seconds then.", nil, nil)
	shelfCount    = prometheus.NewDesc("odg_component_store_descriptors", "Descriptors that the database keeps.", nil, nil)
	shelfBytes    = prometheus.NewDesc("odg_component_store_bytes", "Bytes of the descriptors that the database keeps.", nil, nil)
)

// Describe implements [prometheus.Collector].
func (m *shelfMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{shelfLookups, shelfWrites, shelfTraffic, shelfFailures, shelfCount, shelfBytes} {
		to <- d
	}
}

// Collect implements [prometheus.Collector]. What the database does not tell in time is
// left out.
func (m *shelfMetrics) Collect(to chan<- prometheus.Metric) {
	shelf := m.of.Load()
	if shelf == nil {
		return
	}
	s := shelf.Stats()
	for _, c := range []struct {
		desc   *prometheus.Desc
		value  int64
		labels []string
	}{
		{shelfLookups, s.Hits, []string{"hit"}}, {shelfLookups, s.Misses, []string{"miss"}}, {shelfLookups, s.Damaged, []string{"damaged"}},
		{shelfWrites, s.Written, []string{"written"}}, {shelfWrites, s.Dropped, []string{"dropped"}},
		{shelfTraffic, s.BytesRead, []string{"read"}}, {shelfTraffic, s.BytesWritten, []string{"written"}},
		{shelfFailures, s.Failures, nil},
	} {
		to <- prometheus.MustNewConstMetric(c.desc, prometheus.CounterValue, float64(c.value), c.labels...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), countPatience)
	defer cancel()
	if count, err := shelf.documents.CountDocuments(ctx); err == nil {
		to <- prometheus.MustNewConstMetric(shelfCount, prometheus.GaugeValue, float64(count.Documents))
		to <- prometheus.MustNewConstMetric(shelfBytes, prometheus.GaugeValue, float64(count.Bytes))
	}
}

package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/worker"
)

// metrics count what becomes of items.
type metrics struct {
	items  *prometheus.CounterVec
	atHand prometheus.Gauge
}

func newMetrics(registry prometheus.Registerer, service string, queue *kube.Queue) *metrics {
	labels := prometheus.Labels{"extension": service}
	m := &metrics{
		items: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "odg_worker_items_total", Help: "Items by what became of them: finished, skipped, failed, parked, lost, released.", ConstLabels: labels,
		}, []string{"outcome"}),
		atHand: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "odg_worker_items_at_hand", Help: "Items that are worked on now.", ConstLabels: labels,
		}),
	}
	conflicts := prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "odg_worker_claim_conflicts_total", Help: "Claims that another worker was faster with.", ConstLabels: labels,
	}, func() float64 { return float64(queue.Stats().Conflicts) })
	registry.MustRegister(m.items, m.atHand, conflicts)
	for _, outcome := range []string{"finished", "skipped", "failed", "parked", "lost", "released"} {
		m.items.WithLabelValues(outcome) // there from the start, with 0
	}
	return m
}

// observer counts for one worker after the other.
func (m *metrics) observer() worker.Observer {
	ended := func(outcome string) {
		m.items.WithLabelValues(outcome).Inc()
		m.atHand.Dec()
	}
	return worker.Observer{
		Claimed:  func(backlog.Item) { m.atHand.Inc() },
		Finished: func(backlog.Item) { ended("finished") },
		Skipped:  func(backlog.Item, error) { ended("skipped") },
		Failed:   func(backlog.Item, error, time.Time) { ended("failed") },
		Parked:   func(backlog.Item, error) { ended("parked") },
		Lost:     func(backlog.Item, error) { ended("lost") },
		Released: func(backlog.Item) { ended("released") },
	}
}

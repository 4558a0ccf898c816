package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/store"
)

// settleInterval is how often findings are looked for that others than this process have
// made stand otherwise, or the passage of time.
const settleInterval = 5 * time.Second

// keeper is a store that keeps how findings stand. SQLite judges them when they are read.
type keeper interface {
	Settle(ctx context.Context, now time.Time) (int, error)
	Unsettled(ctx context.Context, now time.Time) (int, error)
	Marked() <-chan struct{}
}

// settler keeps up to date, in the background, how findings stand by the present
// configuration. It is a [prometheus.Collector] of what is left. It is safe for
// concurrent use.
type settler struct {
	log     zerolog.Logger
	db      atomic.Pointer[keeper]
	changed chan struct{} // by a configuration
	settled atomic.Int64
}

func newSettler(log zerolog.Logger) *settler {
	return &settler{log: log, changed: make(chan struct{}, 1)}
}

// follow goes on by the configuration of db.
func (s *settler) follow(db store.Store) {
	k, ok := db.(keeper)
	if !ok {
		return
	}
	s.db.Store(&k)
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// run works until ctx ends. What fails is tried again.
func (s *settler) run(ctx context.Context) error {
	ticks := time.NewTicker(settleInterval)
	defer ticks.Stop()
	var marked <-chan struct{}
	for {
		if db := s.db.Load(); db != nil {
			marked = (*db).Marked()
			s.settle(ctx, *db)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-s.changed:
		case <-marked:
		case <-ticks.C:
		}
	}
}

func (s *settler) settle(ctx context.Context, db keeper) {
	n, err := db.Settle(ctx, time.Now())
	s.settled.Add(int64(n))
	switch {
	case err != nil && ctx.Err() == nil:
		s.log.Warn().Err(err).Msg("findings not settled")
	case n > 0:
		s.log.Info().Int("findings", n).Msg("findings settled")
	}
}

var (
	unsettledFindings = prometheus.NewDesc("odg_findings_unsettled", "Findings whose effective severity and due date the database has to work out anew: after a decision about many, when one ends, or after a change of the configuration; up to 100,000 of each. Present with PostgreSQL.", nil, nil)
	settledFindings   = prometheus.NewDesc("odg_findings_settled_total", "Findings for which this process has done so in the background.", nil, nil)
)

// Describe implements [prometheus.Collector].
func (s *settler) Describe(to chan<- *prometheus.Desc) {
	to <- unsettledFindings
	to <- settledFindings
}

// Collect implements [prometheus.Collector]. What the database does not tell in time is
// left out.
func (s *settler) Collect(to chan<- prometheus.Metric) {
	db := s.db.Load()
	if db == nil {
		return
	}
	to <- prometheus.MustNewConstMetric(settledFindings, prometheus.CounterValue, float64(s.settled.Load()))
	ctx, cancel := context.WithTimeout(context.Background(), countPatience)
	defer cancel()
	if n, err := (*db).Unsettled(ctx, time.Now()); err == nil {
		to <- prometheus.MustNewConstMetric(unsettledFindings, prometheus.GaugeValue, float64(n))
	}
}

package reload

import "github.com/prometheus/client_golang/prometheus"

// metrics tell those who watch over a server that its files are not in use.
type metrics struct {
	failed prometheus.Gauge
	loaded prometheus.Gauge
	total  *prometheus.CounterVec
}

func newMetrics(registry prometheus.Registerer) metrics {
	m := metrics{
		failed: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "odg_config_reload_failed", Help: "1 if the configuration files as they are now were refused, else 0.",
		}),
		loaded: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "odg_config_loaded_timestamp_seconds", Help: "When the configuration in use was read, in seconds since 1970.",
		}),
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "odg_config_loads_total", Help: "How often configuration files were read, by result: ok or refused.",
		}, []string{"result"}),
	}
	if registry != nil {
		registry.MustRegister(m.failed, m.loaded, m.total)
	}
	return m
}

func (m metrics) count(s State) {
	if s.Err != nil {
		m.failed.Set(1)
		m.total.WithLabelValues("refused").Inc()
		return
	}
	m.failed.Set(0)
	m.loaded.Set(float64(s.LoadedAt.UnixMilli()) / 1000)
	m.total.WithLabelValues("ok").Inc()
}

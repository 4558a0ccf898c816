package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/opendeliverygear/odg/internal/cluster"
	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/serve"
	"github.com/opendeliverygear/odg/internal/workload"
	"github.com/opendeliverygear/odg/kube"
)

// probeTimeout is how long requests for /readyz and its like may go on at the end.
const probeTimeout = time.Second

// work works until a signal, and all of its parts have ended.
func (c flags) work(ctx context.Context, signals <-chan os.Signal, keeper *kube.LogKeeper, log zerolog.Logger) error {
	cluster.Quiet(log)
	data, err := endOfLife(ctx, c.EOLData)
	if err != nil {
		return workload.Usage(fmt.Errorf("--eol-data: %w", err))
	}
	client, err := c.client()
	if err != nil {
		return workload.Usage(err)
	}
	queue := kube.NewQueue(client, kube.QueueConfig{Services: []string{c.Extension}, Log: log})
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s := &station{
		flags: c, extension: extensions[c.Extension], log: log, data: data, queue: queue,
		metrics: newMetrics(registry, c.Extension, queue), changed: make(chan struct{}, 1),
	}
	defer func() { _ = s.archives.Close() }() // they were only read
	hangups, stopHangups := reload.Hangups()
	defer stopHangups()
	watcher := reload.New(s.apply, reload.Config{
		Paths: c.Files.Paths(), Interval: c.ReloadInterval, Trigger: hangups, Log: log, Registry: registry,
	})
	if err := watcher.Load(); err != nil {
		return err
	}
	listening, err := serve.Listen(log, serve.Server{Name: "metrics", Address: c.Address, Handler: handler(s, watcher, registry)})
	if err != nil {
		return err
	}
	stop, abort := c.endings(ctx, signals)
	ctx, end := context.WithCancel(abort)
	defer end()
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.Go(func() error { defer end(); return s.work(ctx, stop) })
	tasks.Go(func() error { return watcher.Run(ctx) })
	tasks.Go(func() error { return listening.Run(ctx, probeTimeout, log) })
	tasks.Go(func() error { return queue.Run(ctx) })
	tasks.Go(func() error { return keeper.Run(ctx, client) })
	return tasks.Wait()
}

// client returns one for the namespace in the cluster. No request is made.
func (c flags) client() (*kube.Client, error) {
	config, err := c.Cluster.Config(c.Registries.Secrets)
	if err != nil {
		return nil, err
	}
	return kube.NewClient(config, kube.Config{Namespace: c.K8sNamespace})
}

// endings returns two contexts: stop ends at the first signal, when the item at hand
// is to be finished; abort at the second, or after the shutdown timeout, when it is to
// be given back. Both end with ctx.
func (c flags) endings(ctx context.Context, signals <-chan os.Signal) (stop, abort context.Context) {
	abort, giveUp := context.WithCancel(ctx)
	stop, finish := context.WithCancel(abort)
	go func() {
		defer giveUp()
		defer finish()
		select {
		case <-signals:
			finish()
		case <-ctx.Done():
			return
		}
		patience := time.NewTimer(c.ShutdownTimeout)
		defer patience.Stop()
		select {
		case <-signals:
		case <-patience.C:
		case <-ctx.Done():
		}
	}()
	return stop, abort
}

// handler serves what the kubelet and Prometheus ask for. The process is healthy as
// long as it answers: what is wrong elsewhere is not cured by a restart.
func handler(s *station, watcher *reload.Watcher, registry *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := s.ready(); err != nil {
			http.Error(w, "not ready: "+err.Error(), http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintln(w, "ok")
		if r.URL.Query().Has("verbose") {
			_, _ = fmt.Fprintf(w, "working: %t\n", s.current().scanner != nil)
			if err := watcher.State().Err; err != nil {
				_, _ = fmt.Fprintf(w, "configuration refused, the one before is in use: %v\n", err)
			}
		}
	})
	return mux
}

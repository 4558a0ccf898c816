package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/opendeliverygear/odg/internal/cluster"
	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/serve"
	"github.com/opendeliverygear/odg/kube"
)

// control controls until ctx ends.
func (c flags) control(ctx context.Context, log zerolog.Logger) error {
	cluster.Quiet(log)
	config, err := c.Cluster.Config(c.Secrets)
	if err != nil {
		return usage(err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	r := &rules{path: c.ExtensionsCfg, log: log}
	hangups, stop := reload.Hangups()
	defer stop()
	watcher := reload.New(r.apply, reload.Config{
		Paths: c.paths(), Interval: c.ReloadInterval, Trigger: hangups, Log: log, Registry: registry,
	})
	if err := watcher.Load(); err != nil {
		return err
	}
	controller, err := kube.NewController(config, kube.ControllerConfig{
		Namespace: c.K8sNamespace, Identity: c.identity(), LeaseDuration: c.LeaseDuration, Rules: r.of, Log: log, Registry: registry,
	})
	if err != nil {
		return usage(err)
	}
	r.changed = controller.Reconsider
	listening, err := serve.Listen(log, serve.Server{Name: "metrics", Address: c.Address, Handler: c.handler(controller, watcher, registry)})
	if err != nil {
		return err
	}
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.Go(func() error { return watcher.Run(ctx) })
	tasks.Go(func() error { return listening.Run(ctx, c.ShutdownTimeout, log) })
	tasks.Go(func() error { return controller.Run(ctx) })
	return tasks.Wait()
}

func (c flags) paths() []string {
	if c.ExtensionsCfg == "" {
		return nil
	}
	return []string{c.ExtensionsCfg}
}

// identity is a name that no other process has, not even an earlier one in this pod.
func (c flags) identity() string {
	if !c.LeaderElect {
		return ""
	}
	return c.Hostname + "_" + rand.Text()[:8]
}

// handler serves what the kubelet and Prometheus ask for. The process is healthy as
// long as it answers: what is wrong with the cluster is not cured by a restart.
func (c flags) handler(controller *kube.Controller, watcher *reload.Watcher, registry *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := controller.Ready(); err != nil {
			http.Error(w, "not ready: "+err.Error(), http.StatusServiceUnavailable)
			return
		}
		_, _ = fmt.Fprintln(w, "ok")
		if r.URL.Query().Has("verbose") {
			_, _ = fmt.Fprintf(w, "leader: %t\n", controller.Leading())
			if err := watcher.State().Err; err != nil {
				_, _ = fmt.Fprintf(w, "configuration refused, the one before is in use: %v\n", err)
			}
		}
	})
	return mux
}

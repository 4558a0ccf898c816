package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/serve"
)

// serve serves until ctx ends, then lets requests end.
func (c flags) serve(ctx context.Context, log zerolog.Logger) (err error) {
	if err := c.refuseOpenDoor(log); err != nil {
		return usage(err)
	}
	c.without.tell(log)
	if c.Productive && c.BaseURL == "" && len(c.CORSOrigin) == 0 {
		log.Warn().Msg("web pages of other hosts, such as the dashboard, are refused: say with --base-url or ODG_BASE_URL where browsers reach this server")
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s := &site{flags: c, log: log, registry: registry, inUse: newInUse(log), settler: newSettler(log)}
	registry.MustRegister(&s.caches, &s.kept, s.settler)
	defer func() { err = errors.Join(err, s.Close()) }()

	if s.cluster, err = c.openCluster(log); err != nil {
		return usage(err)
	}
	hangups, stop := reload.Hangups()
	defer stop()
	s.watcher = reload.New(func(files reload.Files) error { return s.apply(ctx, files) }, reload.Config{
		Paths: c.files.paths(), Interval: c.ReloadInterval, Trigger: hangups, Log: log, Registry: registry,
	})
	if err := s.watcher.Load(); err != nil {
		return err
	}
	metrics := http.NewServeMux()
	metrics.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}))
	servers := []serve.Server{{Name: "api", Address: c.address(c.Port), Handler: &s.api}}
	if c.MetricsPort >= 0 {
		servers = append(servers, serve.Server{Name: "metrics", Address: c.address(c.MetricsPort), Handler: metrics})
	}
	listening, err := serve.Listen(log, servers...)
	if err != nil {
		return err
	}
	tasks, ctx := errgroup.WithContext(ctx)
	if s.cluster != nil {
		tasks.Go(func() error { return s.cluster.run(ctx) })
	}
	tasks.Go(func() error { return s.watcher.Run(ctx) })
	tasks.Go(func() error { return s.settler.run(ctx) })
	tasks.Go(func() error { return s.inUse.Run(ctx) })
	tasks.Go(func() error { return listening.Run(ctx, c.ShutdownTimeout, log) })
	return tasks.Wait()
}

// address is where a port listens.
func (c flags) address(port int) string {
	host := "127.0.0.1"
	if c.Productive {
		host = ""
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/httpapi"
)

// serve serves until ctx ends, then lets requests end.
func (c flags) serve(ctx context.Context, log zerolog.Logger) (err error) {
	site, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	cfg := httpapi.Config{
		Types: site.types, BaseURL: c.BaseURL, Origins: c.CORSOrigin,
		MaxBodyBytes: c.MaxBodyBytes, Log: log, Registry: registry,
	}
	if len(site.archives) > 0 {
		cfg.Components = site.archives
	}
	api := httpapi.New(site.core, cfg)
	listeners, err := c.listen(api, log)
	if err != nil {
		return err
	}
	return listeners.run(ctx, c.ShutdownTimeout, log)
}

// listening is servers with what they listen on.
type listening []struct {
	server   *http.Server
	listener net.Listener
}

func (c flags) listen(api *httpapi.Server, log zerolog.Logger) (listening, error) {
	var all listening
	metrics := http.NewServeMux()
	metrics.Handle("GET /metrics", api.Metrics())
	for _, l := range []struct {
		name    string
		port    int
		handler http.Handler
	}{{"api", c.Port, api}, {"metrics", c.MetricsPort, metrics}} {
		if l.port < 0 && l.name == "metrics" {
			continue
		}
		host := "127.0.0.1"
		if c.Productive {
			host = ""
		}
		listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(l.port)))
		if err != nil {
			all.close()
			return nil, fmt.Errorf("listen for %s: %w", l.name, err)
		}
		log.Info().Str("serves", l.name).Stringer("address", listener.Addr()).Msg("server started")
		server := &http.Server{Handler: l.handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
		all = append(all, struct {
			server   *http.Server
			listener net.Listener
		}{server, listener})
	}
	return all, nil
}

func (l listening) close() {
	for _, one := range l {
		_ = one.listener.Close() // nothing was served yet
	}
}

// run serves until ctx ends or a server fails. Then no connection is accepted any
// more, and requests have until the timeout to end.
func (l listening) run(ctx context.Context, timeout time.Duration, log zerolog.Logger) error {
	ended := make(chan error, len(l))
	for _, one := range l {
		go func() { ended <- one.server.Serve(one.listener) }()
	}
	var failure error
	running := len(l)
	select {
	case <-ctx.Done():
		log.Info().Dur("timeout", timeout).Msg("server stopping")
	case failure = <-ended:
		running--
	}
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	for _, one := range l {
		if err := one.server.Shutdown(draining); err != nil {
			failure = errors.Join(failure, fmt.Errorf("requests were cut off after %s: %w", timeout, err), one.server.Close())
		}
	}
	for range running {
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			failure = errors.Join(failure, err)
		}
	}
	log.Info().Msg("server stopped")
	return failure
}

package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/go-logr/logr"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"

	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/serve"
	"github.com/opendeliverygear/odg/kube"
)

// control controls until ctx ends.
func (c flags) control(ctx context.Context, log zerolog.Logger) error {
	if c.K8sCfgName != "" {
		log.Warn().Str("k8s_cfg_name", c.K8sCfgName).Msg("this version reads no clusters from the secrets: give the pod a ServiceAccount, or name a file with --kubeconfig")
	}
	quiet(log)
	cluster, err := c.cluster()
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
	controller, err := kube.NewController(cluster, kube.ControllerConfig{
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

// cluster returns where the cluster is and who we are.
func (c flags) cluster() (*rest.Config, error) {
	if c.Kubeconfig == "" {
		config, err := rest.InClusterConfig()
		if !errors.Is(err, rest.ErrNotInCluster) {
			return config, err
		}
	}
	from := clientcmd.NewDefaultClientConfigLoadingRules()
	from.ExplicitPath = c.Kubeconfig
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(from, nil).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("find the cluster: %w; run in a pod with a ServiceAccount, or name a file with --kubeconfig", err)
	}
	return config, nil
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

var quietOnce sync.Once

// quiet sends what client-go says of itself to log only if that is for debugging, as
// what matters is told by us. It holds for the whole process.
func quiet(log zerolog.Logger) {
	quietOnce.Do(func() {
		logger := logr.Discard()
		if log.GetLevel() <= zerolog.DebugLevel {
			logger = logr.FromSlogHandler(zerolog.NewSlogHandler(log))
		}
		klog.SetLogger(logger)
	})
}

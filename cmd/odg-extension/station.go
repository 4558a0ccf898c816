package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/findingcfg"
	"github.com/opendeliverygear/odg/internal/delivery"
	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/workload"
	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/scan/osid/eol"
	"github.com/opendeliverygear/odg/worker"
)

// station is where the workers of an extension work, by the configuration in use.
type station struct {
	flags     flags
	extension extension
	log       zerolog.Logger
	data      eol.Products
	queue     *kube.Queue
	metrics   *metrics
	archives  delivery.Archives

	mu      sync.Mutex
	job     *job // nil before the first configuration
	changed chan struct{}
}

// job is what a configuration asks for. The zero job is to rest.
type job struct {
	section  section
	findings *findingcfg.Config
	queue    *gated
	scanner  worker.Scanner // nil if the extension is not to work
}

// apply works by other files from now on, or, with an error, goes on as before.
func (s *station) apply(files reload.Files) error {
	cfg, err := s.flags.Files.Parse(files, s.log)
	if err != nil {
		return workload.Usage(err)
	}
	next := &job{}
	if section := s.extension.section(cfg.Extensions); section != nil && section.Enabled {
		if next, err = s.open(cfg, *section); err != nil {
			return workload.Usage(err)
		}
		s.log.Info().Msg("configuration read")
	} else {
		s.log.Warn().Str("extensions_cfg", s.flags.Files.ExtensionsCfg).Msg("extension is not configured, or not enabled: resting until it is")
	}
	s.mu.Lock()
	s.job = next
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return nil
}

func (s *station) open(cfg workload.Configuration, section section) (*job, error) {
	core, err := cfg.Core(s.flags.DeliveryServiceURL, s.flags.Extension, section.DeliveryServiceURL)
	if err != nil {
		return nil, err
	}
	access, err := s.flags.Registries.Access()
	if err != nil {
		return nil, err
	}
	s.archives.Refresh()
	repositories, err := cfg.Repositories(access, &s.archives)
	if err != nil {
		return nil, err
	}
	scanner, err := s.extension.scanner(tools{cfg, core, repositories, s.data, s.flags.Registries.Secrets})
	if err != nil {
		return nil, err
	}
	return &job{section: section, findings: cfg.Findings, queue: &gated{Queue: s.queue, core: core}, scanner: scanner}, nil
}

// current returns the job by the files in use.
func (s *station) current() *job {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.job
}

// work works until stop ends, and finishes what is at hand then, or until ctx ends,
// and gives it back.
func (s *station) work(ctx, stop context.Context) (err error) {
	for again := true; again && err == nil; {
		select {
		case <-s.changed: // what follows is by the job in use
		default:
		}
		if j := s.current(); j.scanner == nil {
			again = s.rest(ctx, stop)
		} else {
			again, err = s.workOn(ctx, stop, j)
		}
	}
	return err
}

// rest waits until there is another job, and tells if there is.
func (s *station) rest(ctx, stop context.Context) (again bool) {
	if s.flags.UntilEmpty {
		return false
	}
	select {
	case <-s.changed:
		return true
	case <-stop.Done():
	case <-ctx.Done():
	}
	return false
}

// workOn works until there is another job, and tells if there is.
func (s *station) workOn(ctx, stop context.Context, j *job) (again bool, err error) {
	w := s.newWorker(j)
	done := make(chan error, 1)
	go func() {
		if s.flags.UntilEmpty {
			done <- w.RunUntilEmpty(ctx)
		} else {
			done <- w.Run(ctx)
		}
	}()
	select {
	case err := <-done:
		return false, gaveBack(ctx, err)
	case <-stop.Done():
		s.log.Info().Msg("worker stopping; it finishes what it is at")
	case <-s.changed:
		again = true
	case <-ctx.Done():
	}
	w.Stop()
	return again && stop.Err() == nil, gaveBack(ctx, <-done)
}

// gaveBack is nil if a worker ended because it was told to.
func gaveBack(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (s *station) newWorker(j *job) *worker.Worker {
	cfg := s.extension.config
	cfg.Service, cfg.OnUnsupported, cfg.Findings = s.flags.Extension, j.section.unsupported, j.findings
	cfg.Parallel, cfg.Lease, cfg.Holder = s.flags.Parallel, s.flags.Lease, s.flags.Hostname
	cfg.Log, cfg.Observer = s.log, s.metrics.observer()
	return worker.New(j.queue, j.queue.core, j.scanner, cfg)
}

// ready returns nil if items can be worked on, and else what is in the way.
func (s *station) ready() error {
	switch j := s.current(); {
	case !s.queue.Synced():
		return fmt.Errorf("the backlog of namespace %s has not been read yet", s.flags.K8sNamespace)
	case j.queue != nil:
		return j.queue.trouble()
	}
	return nil
}

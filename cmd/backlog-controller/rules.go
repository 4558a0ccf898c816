package main

import (
	"fmt"
	"sync/atomic"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/scaling"
)

// rules are those of the configuration that is in use.
type rules struct {
	path    string // of the file, empty if there is none
	log     zerolog.Logger
	changed func() // has everything decided anew
	current atomic.Pointer[extcfg.Config]
}

// of returns the rules of a service. It is safe for concurrent use.
func (r *rules) of(service string) scaling.Rules {
	s := r.current.Load().Scaling(service)
	return scaling.Rules{
		Config:       scaling.Config{ItemsPerReplica: s.ItemsPerReplica, MaxReplicas: s.MaxReplicas, MinReplicas: s.MinReplicas},
		ClaimTimeout: s.RemoveClaimAfter, Stabilisation: s.ScaleDownAfter,
	}
}

// apply takes a configuration over, or refuses it.
func (r *rules) apply(files reload.Files) error {
	name, data := "defaults", []byte("{}")
	if r.path != "" {
		// A missing file is no reason to go on with something else (D14 of the deliberate
		// differences).
		if err := files[r.path].Err; err != nil {
			return usage(err)
		}
		name, data = r.path, files[r.path].Data
	}
	// The URL of the delivery service is not needed here.
	cfg, warnings, err := extcfg.Parse(name, data, extcfg.Options{Local: true})
	for _, w := range warnings {
		r.log.Warn().Stringer("warning", w).Msg("configuration read")
	}
	if err != nil {
		return usage(err)
	}
	if !cfg.BacklogController.Enabled {
		return usage(fmt.Errorf("%s: backlog_controller is not enabled, but this is it: enable it, or scale its Deployment to 0", name))
	}
	r.current.Store(cfg)
	if r.changed != nil {
		r.changed()
	}
	r.log.Info().Str("extensions_cfg", name).Int("max_replicas", cfg.BacklogController.MaxReplicas).
		Int("backlog_items_per_replica", cfg.BacklogController.ItemsPerReplica).Msg("configuration read")
	return nil
}

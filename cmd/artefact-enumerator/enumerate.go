package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/internal/delivery"
	"github.com/opendeliverygear/odg/internal/enumeration"
	"github.com/opendeliverygear/odg/internal/reload"
	"github.com/opendeliverygear/odg/internal/workload"
	"github.com/opendeliverygear/odg/kube"
)

// maxParallel keeps --parallel from exhausting the machine.
const maxParallel = 256

// enumerate does what the command is for. It returns the client of the cluster if that
// took part and there is something to tell: a run that changes nothing writes nothing,
// not even that.
func (c flags) enumerate(ctx context.Context, stdout io.Writer, log zerolog.Logger) (in *kube.Client, err error) {
	if c.Parallel < 1 || c.Parallel > maxParallel {
		return nil, workload.Usage(fmt.Errorf("--parallel=%d is out of range; write a number from 1 to %d", c.Parallel, maxParallel))
	}
	cfg, err := c.Files.Parse(reload.Read(c.Files.Paths()...), log)
	if err != nil {
		return nil, workload.Usage(err)
	}
	if section := cfg.Extensions.ArtefactEnumerator; section == nil || !section.Enabled {
		log.Warn().Str("extensions_cfg", c.Files.ExtensionsCfg).Msg("nothing to do: artefact_enumerator is not configured, or not enabled")
		return nil, nil
	}
	repositories, err := c.repositories(cfg)
	if err != nil {
		return nil, workload.Usage(err)
	}
	defer func() { err = errors.Join(err, repositories.Close()) }()
	to, err := c.open(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, to.close()) }()
	changed, err := c.report(ctx, enumerator.New(to.core, to.queue, finder(repositories), c.config(cfg, to, log)), stdout, log)
	if err == nil && !changed {
		return nil, nil
	}
	return to.cluster, err
}

func (c flags) repositories(cfg workload.Configuration) (*delivery.Repositories, error) {
	access, err := c.Registries.Access()
	if err != nil {
		return nil, err
	}
	return cfg.Repositories(access, nil)
}

// finder finds repositories by their ocm_repo_url.
func finder(r *delivery.Repositories) enumerator.RepositoriesFunc {
	return func(ctx context.Context, url string) (enumerator.Repository, error) { return r.Repository(ctx, url) }
}

func (c flags) config(cfg workload.Configuration, to target, log zerolog.Logger) enumerator.Config {
	return enumerator.Config{
		Components: enumerator.Components(cfg.Extensions), Extensions: enumerator.Extensions(cfg.Extensions, cfg.Findings),
		Runtime: to.running, Parallel: c.Parallel,
		GracePeriod: time.Duration(cfg.Extensions.ArtefactEnumerator.GracePeriodSeconds) * time.Second,
		OnComponent: func(name string, artefacts int, err error) {
			if err == nil {
				log.Info().Str("component_name", name).Int("artefacts", artefacts).Msg("component resolved")
			}
		},
	}
}

// report enumerates and tells what came of it, and if anything was written.
func (c flags) report(ctx context.Context, e *enumerator.Enumerator, stdout io.Writer, log zerolog.Logger) (changed bool, err error) {
	began := time.Now()
	report, err := c.carryOut(ctx, e)
	if err != nil {
		return true, err
	}
	tellProblems(report.Problems, log)
	log.Info().Int("components", report.Components).Int("artefacts", report.Active).Int("kept", report.Kept).
		Int("items", len(report.Items())).Int("entries_written", report.Written).Int("entries_deleted", report.Deleted).
		Int("items_created", report.Created).Int("problems", len(report.Problems)).Bool("dry_run", c.DryRun).
		Dur("duration_ms", time.Since(began)).Msg("enumeration finished")
	if c.Output == "json" {
		err = c.print(report, stdout)
	}
	if err == nil && len(report.Problems) > 0 {
		err = errProblems
	}
	return report.Written+report.Deleted+report.Created > 0, err
}

func (c flags) carryOut(ctx context.Context, e *enumerator.Enumerator) (enumerator.Report, error) {
	if !c.DryRun {
		return e.Run(ctx)
	}
	plan, err := e.Plan(ctx)
	return enumerator.Report{Enumeration: plan}, err
}

func tellProblems(problems []enumerator.Problem, log zerolog.Logger) {
	for _, p := range problems {
		event := log.Error().Err(p.Err)
		if p.Component == "" {
			event.Msg("runtime artefact not read; all of them stay as they were")
			continue
		}
		event.Str("component_name", p.Component).Str("position", p.Position).Msg("component not resolved; its artefacts stay as they were")
	}
}

func (c flags) print(report enumerator.Report, stdout io.Writer) error {
	done := enumeration.OfRun(report, enumerator.Problem.Error)
	if c.DryRun {
		done.Written = nil
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(done)
}

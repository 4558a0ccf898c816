package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/internal/cluster"
	"github.com/opendeliverygear/odg/internal/workload"
	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/postgres"
	"github.com/opendeliverygear/odg/store/sqlite"
)

// target is where an enumeration reads what is known, and writes.
type target struct {
	core    enumerator.Core
	queue   enumerator.Queue
	running enumerator.RuntimeArtefacts
	cluster *kube.Client // nil if it takes no part
	close   func() error
}

// open opens what the flags name. Only databases are contacted.
func (c flags) open(ctx context.Context, cfg workload.Configuration, log zerolog.Logger) (target, error) {
	file, isSQLite := strings.CutPrefix(c.Database, "sqlite:")
	switch {
	case isSQLite:
		return openSQLite(ctx, file, cfg)
	case c.Database != "" && c.NoCluster:
		return target{}, workload.Usage(errors.New("--database: PostgreSQL keeps no backlog: leave --no-cluster out, or go through ODG Core"))
	case c.NoCluster:
		core, err := cfg.Core(c.DeliveryServiceURL, "artefact_enumerator", cfg.Extensions.ArtefactEnumerator.DeliveryServiceURL)
		if err != nil {
			return target{}, workload.Usage(err)
		}
		return target{core: core, queue: core.Backlog(), running: core, close: nothing}, nil
	}
	to, err := c.openCluster(log)
	if err != nil {
		return target{}, workload.Usage(err)
	}
	if c.Database != "" {
		return to, c.openPostgres(ctx, cfg, &to, log)
	}
	to.core, err = cfg.Core(c.DeliveryServiceURL, "artefact_enumerator", cfg.Extensions.ArtefactEnumerator.DeliveryServiceURL)
	return to, workload.Usage(err)
}

func nothing() error { return nil }

// openCluster makes the queue and the source of runtime artefacts in the cluster.
func (c flags) openCluster(log zerolog.Logger) (target, error) {
	cluster.Quiet(log)
	config, err := c.Cluster.Config(c.Registries.Secrets)
	if errors.Is(err, cluster.ErrNone) {
		return target{}, fmt.Errorf("%w; or go through ODG Core with --no-cluster", err)
	}
	if err != nil {
		return target{}, err
	}
	client, err := kube.NewClient(config, kube.Config{Namespace: c.K8sNamespace})
	if err != nil {
		return target{}, err
	}
	return target{
		queue: kube.NewQueue(client, kube.QueueConfig{Log: log}), running: kube.RuntimeSource{Client: client}, cluster: client, close: nothing,
	}, nil
}

// openSQLite works for itself alone on a database with a backlog of its own.
func openSQLite(ctx context.Context, file string, cfg workload.Configuration) (target, error) {
	db, err := sqlite.Open(ctx, file, sqlite.Config{Types: cfg.Types})
	if err != nil {
		return target{}, databaseError(err)
	}
	unlock, err := db.Lock()
	if err != nil {
		return target{}, errors.Join(databaseError(err), db.Close())
	}
	return target{
		core: odg.New(db, odg.Config{Findings: cfg.Findings}), queue: db.Queue(time.Now), running: reported{db},
		close: func() error { defer unlock(); return db.Close() },
	}, nil
}

func (c flags) openPostgres(ctx context.Context, cfg workload.Configuration, to *target, log zerolog.Logger) error {
	if !strings.HasPrefix(c.Database, "postgresql:") && !strings.HasPrefix(c.Database, "postgres:") {
		return workload.Usage(errors.New("--database: want sqlite:FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME"))
	}
	db, err := postgres.Open(ctx, c.Database, postgres.Config{Types: cfg.Types, Log: log})
	if errors.Is(err, postgres.ErrURL) {
		return workload.Usage(err)
	}
	if err != nil {
		return err
	}
	to.core, to.close = odg.New(db, odg.Config{Findings: cfg.Findings}), db.Close
	return nil
}

// databaseError tells wrong use from what can be tried again.
func databaseError(err error) error {
	if errors.Is(err, store.ErrLocked) || errors.Is(err, store.ErrFull) || errors.Is(err, context.Canceled) {
		return err
	}
	return workload.Usage(err)
}

package enumerator

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
	"github.com/opendeliverygear/odg/store"
)

// Enumerator carries enumerations out. Use one at a time for one store.
type Enumerator struct {
	core         Core
	queue        Queue
	repositories Repositories
	cfg          Config
}

// Config of an [Enumerator]. The zero Config works and watches nothing.
type Config struct {
	// Components are watched, see [Components].
	Components []Component
	// Extensions are triggered, see [Extensions].
	Extensions []Extension
	// Runtime lists runtime artefacts; nil means there are none.
	Runtime RuntimeArtefacts
	// GracePeriod is how long the snapshot of an artefact that is gone is kept;
	// 0 means a day.
	GracePeriod time.Duration
	// Parallel is the number of descriptors that are read at a time; 0 means 8.
	Parallel int
	// BatchSize is the number of entries or items per call of core and queue;
	// 0 means 500.
	BatchSize int
	// Now is the clock; nil means [time.Now]. One run has one present.
	Now func() time.Time
	// OnComponent is called after each component was resolved; nil means not.
	OnComponent func(name string, artefacts int, err error)
}

// New returns an Enumerator that reads repositories, writes through core and
// queues work in queue.
func New(core Core, queue Queue, repositories Repositories, cfg Config) *Enumerator {
	if cfg.GracePeriod == 0 {
		cfg.GracePeriod = 24 * time.Hour
	}
	if cfg.Parallel <= 0 {
		cfg.Parallel = 8
	}
	if cfg.BatchSize <= 0 {
		cfg.BatchSize = 500
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.OnComponent == nil {
		cfg.OnComponent = func(string, int, error) {}
	}
	return &Enumerator{core: core, queue: queue, repositories: repositories, cfg: cfg}
}

// Plan reads everything and says what [Enumerator.Run] would do. It writes nothing.
func (e *Enumerator) Plan(ctx context.Context) (Enumeration, error) {
	return e.plan(ctx, e.cfg.Now())
}

// Enumeration is what was found and what follows from it.
type Enumeration struct {
	Result
	// Components is the number of component versions that were reached.
	Components int
	// Problems are ordered as the configuration.
	Problems []Problem

	remember, forget []metadata.Entry
}

// Empty tells that nothing is to be done.
func (e Enumeration) Empty() bool {
	return len(e.Deletes) == 0 && len(e.Writes) == 0 && len(e.remember) == 0 && len(e.forget) == 0
}

func (e *Enumerator) plan(ctx context.Context, now time.Time) (Enumeration, error) {
	var plan Enumeration
	deliveries, err := e.deliveries(ctx, now, &plan)
	if err != nil {
		return Enumeration{}, err
	}
	runtime := e.runtime(ctx, &plan)
	in := Input{Now: now, Extensions: e.cfg.Extensions, GracePeriod: e.cfg.GracePeriod}
	known := memories{}
	if err := e.read(ctx, &in, known, &plan); err != nil {
		return Enumeration{}, err
	}
	for _, d := range deliveries {
		in.Artefacts = append(in.Artefacts, d.artefacts...)
		plan.Components += len(d.versions)
	}
	in.Artefacts = append(in.Artefacts, runtime.ids...)
	in.Keep = newKeeper(deliveries, known, runtime.failed).keeps
	plan.Result = Plan(in)
	plan.remember, plan.forget, err = known.update(deliveries, metadata.TimestampOf(now))
	return plan, err
}

func (e *Enumerator) deliveries(ctx context.Context, now time.Time, plan *Enumeration) ([]delivery, error) {
	var all []delivery
	for _, c := range e.cfg.Components {
		d, err := resolve(ctx, e.repositories, c, e.cfg.Parallel, now)
		if err != nil {
			return nil, err
		}
		for _, err := range each(d.err) {
			plan.Problems = append(plan.Problems, Problem{Component: c.Name, Position: c.Position, Err: err})
		}
		e.cfg.OnComponent(c.Name, len(d.artefacts), d.err)
		all = append(all, d)
	}
	return all, nil
}

// running is what the runtime artefacts are.
type running struct {
	ids    []artefact.ID
	failed bool
}

func (e *Enumerator) runtime(ctx context.Context, plan *Enumeration) running {
	var r running
	if e.cfg.Runtime == nil {
		return r
	}
	for id, err := range e.cfg.Runtime.RuntimeArtefacts(ctx) {
		if err != nil {
			plan.Problems = append(plan.Problems, Problem{Err: err})
			r.failed = true
			continue
		}
		r.ids = append(r.ids, id)
	}
	return r
}

// read fetches what is stored. A malformed entry is a problem, not the end.
func (e *Enumerator) read(ctx context.Context, in *Input, known memories, plan *Enumeration) error {
	types := []metadata.Type{metadata.TypeSnapshot, TypeEnumeration}
	for entry, err := range e.core.QueryMetadata(ctx, store.Query{Types: types}) {
		if err != nil {
			return fmt.Errorf("read snapshots: %w", err)
		}
		if entry.Meta.Type == TypeEnumeration {
			err = known.add(entry)
		} else {
			var s snapshot.Snapshot
			s, err = snapshot.Decode(entry)
			in.Snapshots = append(in.Snapshots, Stored{Entry: entry, Snapshot: s})
		}
		if err != nil {
			plan.Problems = append(plan.Problems, Problem{Component: artefact.Text(entry.Artefact.ComponentName), Err: err})
		}
	}
	if !slices.ContainsFunc(e.cfg.Extensions, func(x Extension) bool { return x.CountsScans }) {
		return nil
	}
	var err error
	if in.ScanInfos, err = e.core.CountScanInfos(ctx); err != nil {
		return fmt.Errorf("count scan infos: %w", err)
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/extcfg"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/scan/osid/eol"
	"github.com/opendeliverygear/odg/worker"
)

// datasources are those of the scanners that ODG knows. Other extensions either
// scan nothing, or are custom ones, whose datasource is their service id.
var datasources = map[string]metadata.Datasource{
	extcfg.ServiceBDBA:          metadata.SourceBDBA,
	extcfg.ServiceBlackDuck:     metadata.SourceBlackDuck,
	extcfg.ServiceClamAV:        metadata.SourceClamAV,
	extcfg.ServiceCrypto:        metadata.SourceCrypto,
	extcfg.ServiceOSID:          metadata.SourceOSID,
	extcfg.ServiceSAST:          metadata.SourceSAST,
	extcfg.ServiceSBOMGenerator: metadata.SourceSBOM,
}

// scanners are the active extensions from which scan infos are expected.
func (s *site) scanners() []odg.Scanner {
	var list []odg.Scanner
	for _, e := range enumerator.Extensions(s.extensions, s.findings) {
		source, ok := datasources[e.Service]
		switch {
		case e.Service == extcfg.ServiceIssueReplicator || e.Service == extcfg.ServiceResponsibles:
			continue
		case !ok:
			source = metadata.Datasource(e.Service)
		}
		list = append(list, odg.Scanner{Service: e.Service, Datasource: source, Expects: expects(e)})
	}
	return list
}

// retry is how often a run tries: a person waits for it.
var retry = backlog.RetryPolicy{Base: time.Second, Max: 10 * time.Second, Attempts: 3}

// work empties the backlog of the extensions that this program has.
func (c *runCmd) work(ctx context.Context, t *terminal, site *site, data eol.Products) (parked int, err error) {
	waiting, pending := map[string]int{}, map[string]int{}
	items, err := site.queue.List(ctx, backlog.Filter{})
	if err != nil {
		return 0, err
	}
	for _, item := range items {
		switch {
		case !site.worksOn(item.Service):
			waiting[item.Service]++
		case item.Parked:
			parked++
		default:
			pending[item.Service]++
		}
	}
	for _, service := range slices.Sorted(maps.Keys(waiting)) {
		fmt.Fprintf(t.stderr, "%s for %s, which this run does not work on; run its worker, or odg backlog drop what is not wanted (see %s)\n",
			count(waiting[service], "waiting item"), service, extensionsFile)
	}
	for _, e := range site.here(data) {
		if pending[e.service] == 0 {
			continue
		}
		failed, err := c.workOn(ctx, t, site, e, pending[e.service])
		parked += failed
		if err != nil {
			return parked, err
		}
	}
	return parked, nil
}

// tally counts what became of items. It is told by several goroutines.
type tally struct {
	mu       sync.Mutex
	progress *progress
	done     string // what was done with an artefact
	parked   int
	// ended is called after each item, so that a signal takes effect at once.
	ended func()
}

// workOn works on the pending items of an extension and returns how many of them were
// parked.
func (c *runCmd) workOn(ctx context.Context, t *terminal, site *site, e extension, pending int) (parked int, err error) {
	seen := &tally{progress: newProgress(t, e.doing, pending), done: e.done, ended: func() {}}
	defer seen.progress.finish()
	w := site.worker(e, worker.Config{Parallel: c.Parallel, Retry: retry, Log: t.log, Observer: seen.observer()})
	defer context.AfterFunc(ctx, w.Stop)() // finish what is at hand, then leave
	seen.ended = func() {
		if ctx.Err() != nil {
			w.Stop()
		}
	}
	err = w.RunUntilEmpty(context.WithoutCancel(ctx))
	return seen.parked, err
}

// endOfLife returns the data at a place, the embedded if it is empty.
func endOfLife(ctx context.Context, place string) (eol.Products, error) {
	if place == "" {
		return eol.Embedded(), nil
	}
	data, err := eol.Open(ctx, place)
	if err != nil {
		return nil, usageError(fmt.Errorf("--eol-data: %w", err))
	}
	return data, nil
}

func (s *tally) observer() worker.Observer {
	return worker.Observer{
		Finished: func(item backlog.Item) { s.step(item, false, "%s", s.done) },
		Skipped:  func(item backlog.Item, err error) { s.step(item, false, "skipped: %s", withRegistryHint(err)) },
		Parked:   func(item backlog.Item, err error) { s.step(item, true, "parked: %s", withRegistryHint(err)) },
	}
}

func (s *tally) step(item backlog.Item, parked bool, format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if parked {
		s.parked++
	}
	s.progress.step(parked, "%s %s: %s", item.Service, describe(item.Artefact), fmt.Sprintf(format, args...))
	s.ended()
}

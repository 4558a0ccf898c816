package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/internal/enumeration"
	"github.com/opendeliverygear/odg/store"
)

// enumerate enumerates at once, by the schedule, and whenever the configuration
// changes, until ctx ends. It never does so twice at a time.
func (d *daemon) enumerate(ctx context.Context) error {
	var told said
	for ctx.Err() == nil {
		select {
		case <-d.changed: // what follows is by the site in use
		default:
		}
		site := d.current()
		schedule, err := site.schedule()
		if err != nil {
			return err
		}
		if schedule == nil {
			d.pause(ctx, nil)
			continue
		}
		site.archives.Refresh()
		if err := d.enumerateOnce(ctx, site, &told); err != nil {
			return err
		}
		next := time.NewTimer(time.Until(schedule.Next(time.Now().UTC())))
		d.pause(ctx, next.C)
		next.Stop()
	}
	return nil
}

// pause waits for the next time, another configuration, or the end.
func (d *daemon) pause(ctx context.Context, next <-chan time.Time) {
	select {
	case <-ctx.Done():
	case <-next:
	case <-d.changed:
		tell(d.changed) // it is still to be taken note of
	}
}

// said is what a person was told last, which is not told again.
type said struct{ problems, waiting string }

// enumerateOnce finds the artefacts and queues what is due. What fails is told and
// tried again the next time, but for a full disk.
func (d *daemon) enumerateOnce(ctx context.Context, site *site, told *said) error {
	report, err := site.newEnumerator(enumerator.Config{Parallel: d.cmd.Parallel}).Run(ctx)
	if report.Created > 0 {
		tell(d.queued)
	}
	switch {
	case errors.Is(err, store.ErrFull):
		return err
	case ctx.Err() != nil:
		return nil
	case err != nil:
		d.say("the enumeration ended early; what it did is kept, the next one does the rest: %s", withHint(err))
		return nil
	}
	result := done(report)
	if problems := strings.Join(result.Problems, "\n"); problems != told.problems {
		told.problems = problems
		for _, problem := range result.Problems {
			d.say("problem: %s", problem)
		}
	}
	if *result.Written != (enumeration.Written{}) {
		d.say("%s", result.Sentence())
	}
	d.tellWaiting(ctx, site, told)
	return nil
}

// tellWaiting names the services for which there is no worker here.
func (d *daemon) tellWaiting(ctx context.Context, site *site, told *said) {
	items, err := site.queue.List(ctx, backlog.Filter{})
	if err != nil {
		return // the workers report a queue that fails
	}
	waiting := map[string]int{}
	for _, item := range items {
		if !site.worksOn(item.Service) {
			waiting[item.Service]++
		}
	}
	var list []string
	for _, service := range slices.Sorted(maps.Keys(waiting)) {
		list = append(list, fmt.Sprintf("%s for %s", count(waiting[service], "waiting item"), service))
	}
	text := strings.Join(list, ", ")
	if text != told.waiting && text != "" {
		d.say("%s, which nobody here works on; run the worker, or odg backlog drop what is not wanted (see %s)", text, extensionsFile)
	}
	told.waiting = text
}

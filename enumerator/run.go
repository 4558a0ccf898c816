package enumerator

import (
	"context"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
)

// Report says what a run did.
type Report struct {
	Enumeration
	// Created is the number of items that are new in the backlog.
	Created int
	// Written and Deleted count entries. Both are 0 if nothing had to be done; no
	// call that writes was made then.
	Written, Deleted int
}

// Run enumerates once. What a component cannot be resolved for is in the report's
// problems; the rest is done. An error means that the run ended early: what it did
// is kept, and the next run does what is missing.
func (e *Enumerator) Run(ctx context.Context) (Report, error) {
	plan, err := e.plan(ctx, e.cfg.Now())
	if err != nil {
		return Report{}, err
	}
	r := Report{Enumeration: plan}
	err = e.carryOut(ctx, &r)
	return r, err
}

// carryOut keeps an order on which others rely: what is known of a component
// before its artefacts, a snapshot before its items, and the note that items were
// queued after that happened.
func (e *Enumerator) carryOut(ctx context.Context, r *Report) error {
	if err := e.delete(ctx, append(slices.Clone(r.Deletes), r.forget...), r); err != nil {
		return err
	}
	activity, err := r.entries(func(w Write) (snapshot.Snapshot, bool) { return w.Activity, w.ActivityChanged })
	if err != nil {
		return err
	}
	if err := e.put(ctx, append(slices.Clone(r.remember), activity...), r); err != nil {
		return err
	}
	if err := e.add(ctx, r); err != nil {
		return err
	}
	complete, err := r.entries(func(w Write) (snapshot.Snapshot, bool) {
		return w.Snapshot, !snapshot.Equal(w.Snapshot, w.Activity)
	})
	if err != nil {
		return err
	}
	return e.put(ctx, complete, r)
}

// entries returns the entries with the snapshots that choose picks.
func (r *Report) entries(choose func(Write) (snapshot.Snapshot, bool)) ([]metadata.Entry, error) {
	var entries []metadata.Entry
	for _, w := range r.Writes {
		s, ok := choose(w)
		if !ok {
			continue
		}
		payload, err := s.Payload()
		if err != nil {
			return nil, fmt.Errorf("write snapshot of %s: %w", w.Entry.Artefact, err)
		}
		entry := w.Entry
		entry.Data = payload
		entries = append(entries, entry)
	}
	return entries, nil
}

func (e *Enumerator) put(ctx context.Context, entries []metadata.Entry, r *Report) error {
	for batch := range slices.Chunk(entries, e.cfg.BatchSize) {
		if err := e.core.PutMetadata(ctx, batch); err != nil {
			return fmt.Errorf("write snapshots: %w", err)
		}
		r.Written += len(batch)
	}
	return nil
}

func (e *Enumerator) delete(ctx context.Context, entries []metadata.Entry, r *Report) error {
	for batch := range slices.Chunk(entries, e.cfg.BatchSize) {
		if err := e.core.DeleteMetadata(ctx, batch); err != nil {
			return fmt.Errorf("delete snapshots: %w", err)
		}
		r.Deleted += len(batch)
	}
	return nil
}

func (e *Enumerator) add(ctx context.Context, r *Report) error {
	for batch := range slices.Chunk(r.Items(), e.cfg.BatchSize) {
		created, err := e.queue.Add(ctx, batch...)
		if err != nil {
			return fmt.Errorf("queue items: %w", err)
		}
		r.Created += created
	}
	return nil
}

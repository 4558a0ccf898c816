package worker

import (
	"context"
	"fmt"
	"slices"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/writeback"
)

// corrected returns what was found with what people corrected, see package writeback.
func (w *Worker) corrected(ctx context.Context, id artefact.ID, found []metadata.Entry) ([]metadata.Entry, error) {
	if !slices.ContainsFunc(found, func(e metadata.Entry) bool { return writeback.Concerns(e.Meta.Type) }) {
		return found, nil
	}
	corrections, err := w.writebacks(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read write-backs: %w", err)
	}
	entries, err := writeback.Apply(found, corrections, writeback.Rules{Findings: w.cfg.Findings, Types: w.cfg.Types, Options: w.cfg.Scopes})
	if err != nil {
		return nil, Permanent(err)
	}
	return w.filled(id, entries) // findings may have come in
}

// writebacks reads those that may be about an artefact: those of its component, and
// those of all. Which of them cover it is found out later: a query by kind or version
// would leave out those that say none.
func (w *Worker) writebacks(ctx context.Context, id artefact.ID) ([]metadata.Entry, error) {
	var list []metadata.Entry
	everywhere := artefact.ID{ComponentName: new("")}
	for e, err := range w.core.QueryMetadata(ctx, store.Query{
		Types:     []metadata.Type{metadata.TypeWriteback},
		Artefacts: []store.Selector{{ID: everywhere}, {ID: artefact.ID{ComponentName: id.ComponentName}}},
	}) {
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

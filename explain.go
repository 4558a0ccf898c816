package odg

import (
	"context"
	"fmt"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
)

// Explain tells why the finding with that id is as severe and as urgent as it is. An id
// under which no finding is stored is an error that wraps [explain.ErrNoFinding].
func (c *Core) Explain(ctx context.Context, id string) (explain.Explanation, error) {
	found, err := collect(c.store.Query(ctx, store.Query{IDs: []string{id}}))
	if err != nil {
		return explain.Explanation{}, fmt.Errorf("read finding: %w", err)
	}
	if len(found) == 0 || !found[0].Meta.Type.IsFinding() {
		return explain.Explanation{}, fmt.Errorf("finding %q: %w", id, explain.ErrNoFinding)
	}
	finding := found[0]
	var f proposal.Facts
	// All of the component, and of everywhere: those about other artefacts are told, too.
	near := store.Query{Artefacts: []store.Selector{
		{}, {ID: artefact.ID{ComponentName: new("")}}, {ID: artefact.ID{ComponentName: finding.Artefact.ComponentName}},
	}}
	if err := c.readDecided(ctx, near, []metadata.Type{finding.Meta.Type}, &f); err != nil {
		return explain.Explanation{}, fmt.Errorf("read rescorings: %w", err)
	}
	if cfg, ok := c.cfg.Findings.For(finding.Meta.Type); ok && cfg.Ruleset != nil {
		f.Categorisation = c.categorisation(ctx, finding.Artefact)
	}
	now := c.cfg.Now()
	return explain.Of(finding, f, proposal.Rules{
		Findings: c.cfg.Findings, Sprints: c.cfg.Sprints.At(now),
		Options: rescore.Options{PeerScopes: c.cfg.PeerScopes}, Now: now,
	}), nil
}

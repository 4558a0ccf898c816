package odg

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
)

// ErrNoConfiguration is wrapped by errors about findings of a type that is not
// configured.
var ErrNoConfiguration = errors.New("no configuration")

// Proposals yields what there is to decide about the findings of an artefact, see
// [proposal.Of]. types are those of the findings, none for all that are configured; one
// without a configuration is an error that wraps [ErrNoConfiguration].
//
// The artefact is named in full: findings of others, as of another extra identity, are
// left out. Those without a component version belong to every version of the component;
// an id without one means these alone.
func (c *Core) Proposals(ctx context.Context, id artefact.ID, types ...metadata.Type) iter.Seq2[proposal.Proposal, error] {
	return func(yield func(proposal.Proposal, error) bool) {
		facts, err := c.facts(ctx, id, types)
		if err != nil {
			yield(proposal.Proposal{}, err)
			return
		}
		now := c.cfg.Now()
		rules := proposal.Rules{
			Findings: c.cfg.Findings, Sprints: c.cfg.Sprints.At(now),
			Options: rescore.Options{PeerScopes: c.cfg.PeerScopes}, Now: now,
		}
		for p := range proposal.Of(facts, rules) {
			if err := ctx.Err(); err != nil {
				yield(proposal.Proposal{}, err)
				return
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

// facts reads what is known of an artefact.
func (c *Core) facts(ctx context.Context, id artefact.ID, types []metadata.Type) (f proposal.Facts, err error) {
	if len(types) == 0 {
		types = c.findingTypes()
	}
	ruled := false
	for _, t := range types {
		cfg, ok := c.cfg.Findings.For(t)
		if !ok {
			return f, fmt.Errorf("%w for finding type %q found", ErrNoConfiguration, t)
		}
		ruled = ruled || cfg.Ruleset != nil && t == metadata.TypeVulnerability
	}
	if len(types) == 0 {
		return f, nil // none is configured
	}
	if err := c.readFound(ctx, id, types, &f); err != nil {
		return f, fmt.Errorf("read findings: %w", err)
	}
	if err := c.readDecided(ctx, around(id, f.Findings), types, &f); err != nil {
		return f, fmt.Errorf("read rescorings: %w", err)
	}
	if ruled {
		f.Categorisation = c.categorisation(ctx, id)
	}
	return f, ctx.Err()
}

// readFound reads the findings of an artefact, and where its packages are.
func (c *Core) readFound(ctx context.Context, id artefact.ID, types []metadata.Type, f *proposal.Facts) error {
	wanted := append(slices.Clone(types), metadata.TypeStructureInfo)
	if !slices.Contains(types, metadata.TypeVulnerability) && !slices.Contains(types, metadata.TypeLicense) {
		wanted = types
	}
	versionless := id
	versionless.ComponentVersion = new("")
	q := store.Query{Types: wanted, Artefacts: []store.Selector{{ID: versionless}}}
	if artefact.Text(id.ComponentVersion) != "" {
		q.Artefacts = append(q.Artefacts, store.Selector{ID: id})
	}
	for e, err := range c.store.Query(ctx, q) {
		switch {
		case err != nil:
			return err
		case !sameArtefact(e.Artefact, id): // empty attributes of a selector restrict nothing
		case e.Meta.Type == metadata.TypeStructureInfo:
			f.Structures = append(f.Structures, e)
		case c.applies(e):
			e.Data = e.Data.Resolved()
			f.Findings = append(f.Findings, e)
		}
	}
	return nil
}

// sameArtefact compares all but the component version. What is null is the same as what
// is empty: requests cannot tell them apart.
func sameArtefact(a, b artefact.ID) bool {
	x, y := a.Local(), b.Local()
	return a.Kind == b.Kind && artefact.Text(a.ComponentName) == artefact.Text(b.ComponentName) &&
		artefact.Text(x.Name) == artefact.Text(y.Name) && artefact.Text(x.Version) == artefact.Text(y.Version) &&
		artefact.Text(x.Type) == artefact.Text(y.Type) &&
		artefact.NormaliseExtraID(x.ExtraID) == artefact.NormaliseExtraID(y.ExtraID)
}

// readDecided reads rescorings and write-backs of the artefacts that q selects. Which of
// them apply is decided later.
func (c *Core) readDecided(ctx context.Context, q store.Query, types []metadata.Type, f *proposal.Facts) error {
	q.Types, q.ReferencedTypes = []metadata.Type{metadata.TypeRescoring}, types
	var err error
	if f.Rescorings, err = collect(c.store.Query(ctx, q)); err != nil {
		return err
	}
	for i := range f.Rescorings {
		f.Rescorings[i].Data = f.Rescorings[i].Data.Resolved()
	}
	q.Types, q.ReferencedTypes = []metadata.Type{metadata.TypeWriteback}, nil
	f.Writebacks, err = collect(c.store.Query(ctx, q))
	return err
}

// around selects what was decided about an artefact, or about more than that, for
// findings of it.
func around(id artefact.ID, findings []metadata.Entry) store.Query {
	shared := func(e metadata.Entry) bool { return artefact.Text(e.Artefact.ComponentVersion) == "" }
	if slices.ContainsFunc(findings, shared) {
		id.ComponentVersion = nil // what is decided about any version is about these
	}
	return store.Query{Covering: &id}
}

// categorisation looks up what an artefact is exposed to. Where that cannot be found
// out, rules propose nothing, and people decide without them.
func (c *Core) categorisation(ctx context.Context, id artefact.ID) *rescore.Categorisation {
	name, version := artefact.Text(id.ComponentName), artefact.Text(id.ComponentVersion)
	if c.cfg.Descriptors == nil || name == "" || version == "" {
		return nil
	}
	d, err := c.cfg.Descriptors.Descriptor(ctx, component.ID{Name: name, Version: version})
	if err != nil {
		return nil
	}
	found, err := proposal.Categorisation(d, id)
	if err != nil {
		return nil
	}
	return found
}

// Rescore stores what a person has decided, all or nothing. An entry that [proposal.Check]
// refuses is an error with the path of the fault, such as entries[3].data.severity. A
// rescoring that is stored already is made anew: the latest decision is the one that was
// taken last, not the one that was taken first. One of the future, by a clock that is
// wrong, is taken now: it would go before all that are taken until then.
func (c *Core) Rescore(ctx context.Context, rescorings []metadata.Entry) error {
	now := c.cfg.Now()
	for i, e := range rescorings {
		if err := proposal.Check(e, c.cfg.Findings, now); err != nil {
			return fmt.Errorf("entries[%d].%w", i, err)
		}
	}
	if len(rescorings) == 0 {
		return nil
	}
	_, err := c.store.Upsert(c.by(ctx, rescorings, now), notAfter(withTimes(rescorings, metadata.TimestampOf(now)), now), store.UpsertOptions{
		Now: now, Retention: c.retention, Renew: true,
	})
	return err
}

// notAfter changes creation dates that are still to come to now.
func notAfter(entries []metadata.Entry, now time.Time) []metadata.Entry {
	for i := range entries {
		if created, err := entries[i].Meta.CreationDate.Time(); err == nil && created.After(now) {
			entries[i].Meta.CreationDate = metadata.TimestampOf(now)
		}
	}
	return entries
}

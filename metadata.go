package odg

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/proposal"
	"github.com/opendeliverygear/odg/store"
)

// PutMetadata stores entries, all or none. An entry that exists keeps its
// discovery date and changes its data; a new one inherits the discovery date of
// an earlier one about the same thing (see [metadata.Retention]). Missing times
// are set to now. No entries: nothing is done. An id that exists with another
// identity is refused with an error that wraps [store.ErrConflict], a rescoring from which
// no due date can follow ([proposal.CheckTimes]) with the path of the fault, such as
// entries[3].data.due_date. Whether its severity is configured is not asked: what a
// scanner decides by a newer configuration than this one's must not be lost.
func (c *Core) PutMetadata(ctx context.Context, entries []metadata.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	for i, e := range entries {
		if err := proposal.CheckTimes(e); err != nil {
			return fmt.Errorf("entries[%d].%w", i, err)
		}
	}
	now := c.cfg.Now()
	_, err := c.store.Upsert(c.by(ctx, entries, now), withTimes(entries, metadata.TimestampOf(now)), store.UpsertOptions{
		Now:       now,
		Retention: c.retention,
	})
	return err
}

func withTimes(entries []metadata.Entry, now metadata.Timestamp) []metadata.Entry {
	timed := make([]metadata.Entry, len(entries))
	for i, e := range entries {
		if e.Meta.CreationDate == "" {
			e.Meta.CreationDate = now
		}
		if e.Meta.LastUpdate == "" {
			e.Meta.LastUpdate = now
		}
		timed[i] = e
	}
	return timed
}

func (c *Core) retention(t metadata.Type) metadata.Retention {
	if finding, ok := c.cfg.Findings.For(t); ok {
		return finding.Retention
	}
	return metadata.DefaultRetention
}

// DeleteMetadata removes the stored entries that have the ids of the given ones.
// Entries that are not stored are fine.
func (c *Core) DeleteMetadata(ctx context.Context, entries []metadata.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	ids := make([]string, len(entries))
	for i, e := range entries {
		ids[i] = e.ID()
	}
	_, err := c.store.Delete(c.by(ctx, entries, c.cfg.Now()), ids)
	return err
}

// QueryMetadata streams the entries that q selects, in no defined order. As for
// every reader of ODG, rows of a finding type whose configuration does not apply
// to their artefact are left out, and rows that lack an attribute match any value
// of it if q asks for rescorings or write-backs or for no type at all.
func (c *Core) QueryMetadata(ctx context.Context, q store.Query) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		q.NullMatches = nullMatches(q.Types)
		selectors, err := c.withVersionless(ctx, q.Artefacts)
		if err != nil {
			yield(metadata.Entry{}, err)
			return
		}
		q.Artefacts = selectors
		for e, err := range c.store.Query(ctx, q) {
			if err == nil && !c.applies(e) {
				continue
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

func nullMatches(types []metadata.Type) bool {
	for _, t := range types {
		if t == metadata.TypeRescoring || t == metadata.TypeWriteback {
			return true
		}
	}
	return len(types) == 0
}

func (c *Core) applies(e metadata.Entry) bool {
	finding, ok := c.cfg.Findings.For(e.Meta.Type)
	return !ok || finding.Matches(e.Artefact)
}

// withVersionless adds to each selector the artefacts of its component version,
// by which rows without a component version are found.
func (c *Core) withVersionless(ctx context.Context, selectors []store.Selector) ([]store.Selector, error) {
	if c.cfg.Descriptors == nil {
		return selectors, nil
	}
	resolved := make([]store.Selector, len(selectors))
	for i, s := range selectors {
		if artefact.Text(s.ComponentName) != "" && artefact.Text(s.ComponentVersion) != "" {
			locals, err := c.localArtefacts(ctx, component.ID{Name: *s.ComponentName, Version: *s.ComponentVersion})
			if err != nil {
				return nil, err
			}
			s.Versionless = locals
		}
		resolved[i] = s
	}
	return resolved, nil
}

// localArtefacts lists the artefacts of a component version; a descriptor that
// cannot be resolved has none.
func (c *Core) localArtefacts(ctx context.Context, id component.ID) ([]artefact.LocalID, error) {
	descriptor, err := c.cfg.Descriptors.Descriptor(ctx, id)
	if err != nil {
		if ctxErr := ctx.Err(); ctxErr != nil {
			return nil, ctxErr
		}
		if errors.Is(err, component.ErrNotFound) {
			return nil, nil
		}
		return nil, err
	}
	var locals []artefact.LocalID
	for _, a := range descriptor.Artefacts() {
		locals = append(locals, a.ID.Local())
	}
	return locals, nil
}

// CountScanInfos counts the scan infos of each artefact, by the artefact's key.
// Artefacts without any are absent.
func (c *Core) CountScanInfos(ctx context.Context) (map[string]int, error) {
	return c.store.CountByArtefact(ctx, store.Query{Types: []metadata.Type{metadata.TypeScanInfo}})
}

package odg

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/rescore"
	"github.com/opendeliverygear/odg/store"
)

// by says in ctx when entries are written, and by whom: unless somebody has said so,
// in the name of their datasources.
func (c *Core) by(ctx context.Context, entries []metadata.Entry, now time.Time) context.Context {
	act := store.Act{At: now}
	if store.ActOf(ctx).Who == "" {
		var sources []string
		for _, e := range entries {
			if source := string(e.Meta.Datasource); !slices.Contains(sources, source) {
				sources = append(sources, source)
			}
		}
		slices.Sort(sources)
		act.Who = strings.Join(sources, ", ")
	}
	return store.By(ctx, act)
}

func (c *Core) historian() (store.Historian, error) {
	h, ok := c.store.(store.Historian)
	if !ok {
		return nil, store.ErrNoHistory
	}
	return h, nil
}

// AsOf streams the findings and rescorings that q selects as they were stored at a
// moment, see [store.Historian], by the rules of [Core.QueryMetadata] and the
// configuration of today. Of a store without a history it is an error that wraps
// [store.ErrNoHistory].
func (c *Core) AsOf(ctx context.Context, q store.Query, at time.Time) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		h, err := c.historian()
		if err == nil {
			q.NullMatches = nullMatches(q.Types)
			q.Artefacts, err = c.withVersionless(ctx, q.Artefacts)
		}
		if err != nil {
			yield(metadata.Entry{}, err)
			return
		}
		for e, err := range h.AsOf(ctx, q, at) {
			if err == nil && !c.applies(e) {
				continue
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// MaxVersions is how many versions [Core.History] tells of a finding, and as many of the
// decisions about it.
const MaxVersions = 10_000

// Life is what became of a finding.
type Life struct {
	// Finding are its versions, Decisions those of all rescorings that are or were about
	// it, of whatever scope, both the oldest first.
	Finding, Decisions []store.Version
	// Truncated tells that there are more than [MaxVersions].
	Truncated bool
	// Began is since when deletions and changes are known; the zero time if all are.
	Began time.Time
}

// History tells what became of the finding with that id, from when it was stored until it
// was deleted, and what was decided about it. An id under which none was ever stored is
// an error that wraps [explain.ErrNoFinding]; see also [store.ErrNoHistory].
func (c *Core) History(ctx context.Context, id string) (life Life, err error) {
	h, err := c.historian()
	if err != nil {
		return life, err
	}
	if life.Began, err = h.HistoryBegan(ctx); err != nil {
		return life, err
	}
	all := func(metadata.Entry) bool { return true }
	life.Finding, err = life.read(ctx, h, store.Query{IDs: []string{id}}, all)
	if err != nil {
		return life, fmt.Errorf("read history of finding: %w", err)
	}
	if len(life.Finding) == 0 || !life.Finding[0].Entry.Meta.Type.IsFinding() {
		return Life{}, fmt.Errorf("finding %q: %w", id, explain.ErrNoFinding)
	}
	finding := life.Finding[len(life.Finding)-1].Entry
	q := around(finding.Artefact, []metadata.Entry{finding})
	q.Types, q.ReferencedTypes = []metadata.Type{metadata.TypeRescoring}, []metadata.Type{finding.Meta.Type}
	applies := func(e metadata.Entry) bool {
		return rescore.Applies(finding, e, rescore.Options{PeerScopes: c.cfg.PeerScopes})
	}
	if life.Decisions, err = life.read(ctx, h, q, applies); err != nil {
		return Life{}, fmt.Errorf("read history of rescorings: %w", err)
	}
	return life, nil
}

// read returns the versions that q selects and that are wanted, up to the limit.
func (l *Life) read(ctx context.Context, h store.Historian, q store.Query, wanted func(metadata.Entry) bool) ([]store.Version, error) {
	var all []store.Version
	for v, err := range h.History(ctx, store.HistoryQuery{Query: q}) {
		switch {
		case err != nil:
			return nil, err
		case !wanted(v.Entry):
		case len(all) == MaxVersions:
			l.Truncated = true
			return all, nil
		default:
			all = append(all, v)
		}
	}
	return all, nil
}

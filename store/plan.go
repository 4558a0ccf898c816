package store

import (
	"github.com/opendeliverygear/odg/metadata"
)

// Plan returns the rows that the batch writes, each id once, in the order of its
// first occurrence. known are the stored entries by id, of which artefact, meta
// and discovery date are used; dates are what was found for [Batch.Wanted].
// The error is a [*ConflictError].
func (b *Batch) Plan(known map[string]metadata.Entry, dates map[Wanted]metadata.Candidate) ([]Row, error) {
	p := plan{
		batch: b, known: known, dates: dates,
		rows:  make([]Row, 0, len(b.ids)),
		index: make(map[string]int, len(b.ids)),
		fresh: map[string]metadata.Candidate{}, touched: map[Wanted]metadata.Candidate{},
	}
	for i := range b.items {
		if err := p.add(&b.items[i]); err != nil {
			return nil, err
		}
	}
	return p.rows, nil
}

type plan struct {
	batch *Batch
	known map[string]metadata.Entry
	dates map[Wanted]metadata.Candidate
	rows  []Row
	index map[string]int // of rows, by id
	// fresh holds the first candidate per reuse key that the batch inserted and
	// that may be reused, touched the best one that it changed.
	fresh   map[string]metadata.Candidate
	touched map[Wanted]metadata.Candidate
}

func (p *plan) add(it *item) error {
	i, seen := p.index[it.id]
	if !seen {
		i = len(p.rows)
		p.index[it.id] = i
		stored, exists := p.known[it.id]
		if !exists {
			p.rows = append(p.rows, p.insert(it))
			p.remember(it, &p.rows[i])
			return nil
		}
		p.rows = append(p.rows, Row{ID: it.id, Entry: stored})
	}
	if err := p.rows[i].overwrite(it, p.batch.opts.Renew); err != nil {
		return err
	}
	p.remember(it, &p.rows[i])
	return nil
}

func (p *plan) insert(it *item) Row {
	row := Row{ID: it.id, ReuseKey: it.reuseKey, New: true, Entry: it.entry}
	w, reuse := p.batch.wanted(it)
	if !reuse {
		return row
	}
	var batch, stored []metadata.Candidate
	if c, ok := p.fresh[it.reuseKey]; ok {
		batch = append(batch, c)
	}
	if c, ok := p.touched[w]; ok {
		stored = append(stored, c)
	}
	if c, ok := p.dates[w]; ok {
		stored = append(stored, c)
	}
	rule := p.batch.retention(it.entry.Meta.Type)
	if date := rule.Reuse(p.batch.opts.Now, batch, stored); date != "" {
		row.Entry.DiscoveryDate = date
	}
	return row
}

// overwrite applies a later entry of the same id to the row.
func (r *Row) overwrite(it *item, renew bool) error {
	if !r.Entry.SameIdentity(it.entry) {
		return &ConflictError{
			ID:       it.id,
			Existing: r.Entry.Artefact, ExistingMeta: r.Entry.Meta, ExistingData: r.Entry.DataIdentity(),
			Refused: it.entry.Artefact, RefusedMeta: it.entry.Meta, RefusedData: it.entry.DataIdentity(),
		}
	}
	if renew {
		r.Entry.Meta.CreationDate = it.entry.Meta.CreationDate
	}
	r.ReuseKey = it.reuseKey
	r.Entry.Data = it.entry.Data
	r.Entry.Meta.LastUpdate = it.entry.Meta.LastUpdate
	r.Entry.Meta.Responsibles = it.entry.Meta.Responsibles
	r.Entry.Meta.AssigneeMode = it.entry.Meta.AssigneeMode
	return nil
}

// remember makes the row, in its present state, a candidate for later entries of
// the batch. Only the one that wins is kept, so that a batch of n entries about
// the same thing costs n steps.
func (p *plan) remember(it *item, row *Row) {
	w, reuse := p.batch.wanted(it)
	c := metadata.Candidate{LastUpdate: row.Entry.Meta.LastUpdate, DiscoveryDate: row.Entry.DiscoveryDate}
	rule, now := p.batch.retention(it.entry.Meta.Type), p.batch.opts.Now
	if !reuse || rule.Reuse(now, []metadata.Candidate{c}, nil) == "" {
		return
	}
	if row.New {
		if _, ok := p.fresh[it.reuseKey]; !ok {
			p.fresh[it.reuseKey] = c
		}
		return
	}
	if best, ok := p.touched[w]; !ok || Prefer(c, best) {
		p.touched[w] = c
	}
}

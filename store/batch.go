package store

import (
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/metadata"
)

// Batch works out what an upsert writes, for those who implement [Upserter]:
//
//	batch, err := store.NewBatch(entries, opts)
//	known := …  // the stored entries among batch.IDs()
//	dates := …  // for each of batch.Wanted(known), the candidate that it asks for
//	rows, err := batch.Plan(known, dates)
//	// write rows
//
// Reading and writing belong into one transaction. The work is linear in the
// number of entries. A Batch is for one goroutine.
type Batch struct {
	opts  UpsertOptions
	items []item
	ids   []string
}

type item struct {
	entry    metadata.Entry
	id       string
	reuseKey string
}

// Row is an entry as an upsert leaves it.
type Row struct {
	ID       string
	ReuseKey string // of the entry, see [metadata.ReuseKey]
	// New tells that nothing was stored under the id. All of Entry is to be written
	// then; else only its data and meta, of which the plan has kept what is kept.
	New   bool
	Entry metadata.Entry
}

// Wanted asks for the stored entry with this reuse key, this datasource and a
// discovery date whose last update is the greatest text, and among equal ones
// whose discovery date is the earliest. If Since is set, only those count whose
// last update is a time and not before it.
type Wanted struct {
	ReuseKey   string
	Datasource metadata.Datasource
	Since      time.Time
}

// Candidate returns what e, whose reuse key is w's, offers to w; false if e does
// not count.
func (w Wanted) Candidate(e metadata.Entry) (metadata.Candidate, bool) {
	c := metadata.Candidate{LastUpdate: e.Meta.LastUpdate, DiscoveryDate: e.DiscoveryDate}
	if e.Meta.Datasource != w.Datasource || e.DiscoveryDate == "" {
		return c, false
	}
	if w.Since.IsZero() {
		return c, true
	}
	updated, err := c.LastUpdate.Time()
	return c, err == nil && !updated.Before(w.Since)
}

// Prefer tells if a discovery date is taken from a rather than from b, where both
// are stored.
func Prefer(a, b metadata.Candidate) bool {
	if a.LastUpdate != b.LastUpdate {
		return a.LastUpdate > b.LastUpdate
	}
	return a.DiscoveryDate < b.DiscoveryDate
}

// NewBatch computes the keys of entries. It returns [ErrReferences] if an entry
// has references.
func NewBatch(entries []metadata.Entry, opts UpsertOptions) (*Batch, error) {
	b := &Batch{opts: opts, items: make([]item, len(entries)), ids: make([]string, 0, len(entries))}
	seen := make(map[string]bool, len(entries))
	for i, e := range entries {
		if len(e.Artefact.References) > 0 {
			return nil, fmt.Errorf("entry %d, artefact %s: %w", i, e.Artefact, ErrReferences)
		}
		id := e.ID()
		b.items[i] = item{entry: e, id: id, reuseKey: metadata.ReuseKey(e)}
		if !seen[id] {
			seen[id] = true
			b.ids = append(b.ids, id)
		}
	}
	return b, nil
}

// IDs returns the ids of the batch, each once, in the order of the request.
func (b *Batch) IDs() []string { return b.ids }

// Wanted returns what must be looked up to find discovery dates, each once, given
// the stored entries by id.
func (b *Batch) Wanted(known map[string]metadata.Entry) []Wanted {
	var list []Wanted
	seen := map[Wanted]bool{}
	for i := range b.items {
		it := &b.items[i]
		if _, ok := known[it.id]; ok {
			continue
		}
		if w, ok := b.wanted(it); ok && !seen[w] {
			seen[w] = true
			list = append(list, w)
		}
	}
	return list
}

func (b *Batch) wanted(it *item) (w Wanted, ok bool) {
	rule := b.retention(it.entry.Meta.Type)
	if rule.Disabled {
		return Wanted{}, false
	}
	w = Wanted{ReuseKey: it.reuseKey, Datasource: it.entry.Meta.Datasource}
	if rule.MaxReuse != 0 {
		w.Since = b.opts.Now.UTC().Add(-rule.MaxReuse)
	}
	return w, true
}

func (b *Batch) retention(t metadata.Type) metadata.Retention {
	if b.opts.Retention == nil {
		return metadata.DefaultRetention
	}
	return b.opts.Retention(t)
}

package enumerator

import (
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
)

// Stored is a compliance snapshot as it is stored.
type Stored struct {
	Entry    metadata.Entry
	Snapshot snapshot.Snapshot
}

// Input is all that a [Plan] depends on.
type Input struct {
	Now time.Time
	// Artefacts are those that were found. Duplicates are fine.
	Artefacts []artefact.ID
	// Snapshots are all that are stored.
	Snapshots []Stored
	// Extensions are triggered in this order.
	Extensions []Extension
	// ScanInfos counts the scan infos of each artefact, by the artefact's key.
	ScanInfos map[string]int
	// GracePeriod is how long the snapshot of an artefact that is gone is kept.
	GracePeriod time.Duration
	// Keep tells that an artefact that was not found stays as it is, because the
	// component it belongs to could not be resolved. Nil keeps none.
	Keep func(artefact.ID) bool
}

// Write is a snapshot that is to be stored.
type Write struct {
	// Entry is the stored entry, or a new one. Its data is replaced by Snapshot.
	Entry metadata.Entry
	// Activity is the snapshot with only the change between active and inactive. It
	// is stored before Items are queued, if ActivityChanged says so.
	Activity        snapshot.Snapshot
	ActivityChanged bool
	// Snapshot is the complete snapshot. It is stored after Items were queued, if it
	// differs from Activity.
	Snapshot snapshot.Snapshot
	// Items is the work that the change stands for.
	Items []backlog.Item

	key string // of the artefact
}

// Result is what is to be done, in the order of the fields.
type Result struct {
	// Deletes are entries whose grace period is over.
	Deletes []metadata.Entry
	// Writes are ordered by artefact.
	Writes []Write
	// Active and Kept count artefacts that were found, and that were not found but
	// stay as they are.
	Active, Kept int
}

// Items returns the work of all writes.
func (r Result) Items() []backlog.Item {
	var items []backlog.Item
	for _, w := range r.Writes {
		items = append(items, w.Items...)
	}
	return items
}

// Plan says what an enumeration has to do. It is a pure function. What need not
// change is not in the result: in the steady state it is empty.
func Plan(in Input) Result {
	p := planner{Input: in, stored: make(map[string]*Stored, len(in.Snapshots))}
	for i := range in.Snapshots {
		p.stored[in.Snapshots[i].Entry.Artefact.Key()] = &in.Snapshots[i]
	}
	p.found()
	p.gone()
	slices.SortFunc(p.result.Writes, func(a, b Write) int {
		return strings.Compare(a.key, b.key)
	})
	return p.result
}

type planner struct {
	Input
	// stored holds the snapshots of artefacts that were not found so far.
	stored map[string]*Stored
	result Result

	checks   []snapshot.Check   // of one artefact at a time
	triggers []snapshot.Trigger // of the checks
}

func (p *planner) found() {
	seen := make(map[string]bool, len(p.Artefacts))
	for _, id := range p.Artefacts {
		key := id.Key()
		if seen[key] {
			continue
		}
		seen[key] = true
		p.result.Active++
		known := p.stored[key]
		delete(p.stored, key)
		if w := p.active(id, key, known); w.ActivityChanged || len(w.Items) > 0 {
			p.result.Writes = append(p.result.Writes, w)
		}
	}
}

// active is the write for an artefact that is part of the delivery.
func (p *planner) active(id artefact.ID, key string, known *Stored) Write {
	w := Write{ActivityChanged: true, key: key}
	if known == nil {
		w.Entry, w.Activity = p.newEntry(id), snapshot.New(p.Now)
	} else {
		w.Entry = known.Entry
		w.Activity, w.ActivityChanged = known.Snapshot.Activate(p.Now)
	}
	w.Snapshot = w.Activity
	if p.due(id, key, w.Activity); len(p.checks) > 0 {
		w.Snapshot = w.Activity.Triggered(p.checks...)
		w.Items = make([]backlog.Item, len(p.checks))
	}
	for i, check := range p.checks {
		w.Items[i] = p.item(check.Service, id, backlog.Priority(p.triggers[i]))
	}
	return w
}

// due asks for each extension if and how urgently it is to be triggered. The
// answers are in p.checks and p.triggers until the next call.
func (p *planner) due(id artefact.ID, key string, s snapshot.Snapshot) {
	p.checks, p.triggers = p.checks[:0], p.triggers[:0]
	for i := range p.Extensions {
		e := &p.Extensions[i]
		if !e.Wants(id) {
			continue
		}
		check := snapshot.Check{Service: e.Service, Interval: e.Interval, Now: p.Now}
		if e.CountsScans {
			check.Status = metadata.StatusCount(int64(p.ScanInfos[key]))
		}
		if trigger := s.Due(check); trigger != snapshot.TriggerNone {
			p.checks, p.triggers = append(p.checks, check), append(p.triggers, trigger)
		}
	}
}

func (p *planner) item(service string, id artefact.ID, priority backlog.Priority) backlog.Item {
	return backlog.Item{Service: service, Artefact: id, Priority: priority, Timestamp: p.Now.UTC()}
}

func (p *planner) newEntry(id artefact.ID) metadata.Entry {
	now := metadata.TimestampOf(p.Now)
	return metadata.Entry{
		Artefact: id,
		Meta: metadata.Meta{
			Datasource: metadata.SourceEnumerator, Type: metadata.TypeSnapshot, CreationDate: now, LastUpdate: now,
		},
		DiscoveryDate: metadata.DateOf(p.Now),
	}
}

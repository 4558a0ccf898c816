package enumerator

import (
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/snapshot"
)

// gone retires the snapshots whose artefacts were not found.
func (p *planner) gone() {
	for key, known := range p.stored {
		if p.Keep != nil && p.Keep(known.Entry.Artefact) {
			p.result.Kept++
			continue
		}
		switch r := known.Snapshot.Retire(p.GracePeriod, p.Now); {
		case r.Delete:
			p.result.Deletes = append(p.result.Deletes, known.Entry)
		default:
			p.retire(key, known.Entry, r)
		}
	}
	slices.SortFunc(p.result.Deletes, func(a, b metadata.Entry) int {
		return strings.Compare(a.Artefact.Key(), b.Artefact.Key())
	})
}

// retire is the write for an artefact that left the delivery. The issue
// replicator is told; that this happened is noted in the snapshot, so that a run
// which ended before is repaired by the next one.
func (p *planner) retire(key string, entry metadata.Entry, r snapshot.Retirement) {
	w := Write{key: key, Entry: entry, Activity: r.Snapshot, ActivityChanged: r.Write, Snapshot: r.Snapshot}
	if p.untold(r.Snapshot) {
		check := snapshot.Check{Service: IssueReplicator, Now: p.Now}
		w.Snapshot = w.Snapshot.Triggered(check)
		w.Items = append(w.Items, p.item(IssueReplicator, entry.Artefact, backlog.PriorityHigh))
	}
	if w.ActivityChanged || len(w.Items) > 0 {
		p.result.Writes = append(p.result.Writes, w)
	}
}

// untold tells that the issue replicator does not know yet that an artefact went
// inactive.
func (p *planner) untold(s snapshot.Snapshot) bool {
	if !slices.ContainsFunc(p.Extensions, func(e Extension) bool { return e.Service == IssueReplicator }) {
		return false
	}
	left, ok := s.Current(nil)
	if !ok {
		return false
	}
	told, ok := s.Current(new(IssueReplicator))
	if !ok {
		return true
	}
	leftAt, _ := left.Timestamp.Time()
	toldAt, _ := told.Timestamp.Time()
	return toldAt.Before(leftAt)
}

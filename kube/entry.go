package kube

import (
	"cmp"
	"container/heap"
	"time"

	"github.com/opendeliverygear/odg/backlog"
)

// entry is an item with its place in a view.
type entry struct {
	item   *BacklogItem
	status Status
	queued time.Time // by which its line is ordered
	line   *line

	own     bool // leased through this queue
	watched bool // the watch told this version
	taken   bool // somebody here is claiming it right now
	stale   bool // the API server has a newer version, which is not known yet
	other   bool // is one of those that line.others counts

	in    *entryHeap // where it is, nil if it cannot be claimed by passing of time
	index int        // in that heap
}

// before orders entries by who is served first.
func before(a, b *entry) bool {
	return cmp.Or(
		cmp.Compare(b.item.Spec.Priority, a.item.Spec.Priority),
		a.queued.Compare(b.queued),
		cmp.Compare(a.item.Name, b.item.Name),
	) < 0
}

// due is when the item may be claimed; ok is false if time alone does not free it.
func (s Status) due(claimTimeout time.Duration) (at time.Time, ok bool) {
	switch s.State {
	case StateFree:
		return time.Time{}, true
	case StateLeased, StateWaiting:
		return s.Until, true
	case StateClaimed:
		if s.Since.IsZero() {
			// Nobody could be told that a claim without a word is theirs. One that at
			// least names a pod is for the controller to judge, which knows the pods.
			return time.Time{}, s.Holder == ""
		}
		return s.Since.Add(claimTimeout), true
	}
	return time.Time{}, false
}

// held tells if somebody works on the item at now.
func (s Status) held(now time.Time, claimTimeout time.Duration) bool {
	if s.State != StateLeased && s.State != StateClaimed {
		return false
	}
	at, ok := s.due(claimTimeout)
	return !ok || now.Before(at)
}

// settled returns item as it is at now: without a claim that has ended.
func settled(item backlog.Item, s Status, now time.Time, claimTimeout time.Duration) backlog.Item {
	if s.State != StateLeased && s.State != StateClaimed {
		return item
	}
	if s.held(now, claimTimeout) {
		item.LeaseEnd, _ = s.due(claimTimeout)
		return item
	}
	item.Attempts++
	item.LastError = claimEnded(s, claimTimeout)
	item.ClaimedBy, item.ClaimedAt, item.LeaseEnd = "", time.Time{}, time.Time{}
	return item
}

// line holds the entries of a service that may be claimed, now or later.
type line struct {
	ready *entryHeap // in the order of before
	later *entryHeap // by when they are due
	// others is how many items are leased or claimed through other queues. As many
	// workers may want the first items at the same time.
	others int

	claimTimeout time.Duration
}

func newLine(claimTimeout time.Duration) *line {
	return &line{
		claimTimeout: claimTimeout,
		ready:        &entryHeap{before: before},
		later: &entryHeap{before: func(a, b *entry) bool {
			x, _ := a.status.due(claimTimeout)
			y, _ := b.status.due(claimTimeout)
			return x.Before(y)
		}},
	}
}

// entryHeap implements [heap.Interface] over entries that know their index.
type entryHeap struct {
	list   []*entry
	before func(a, b *entry) bool
}

// countHeld counts e among those that others work on, or no longer.
func (e *entry) countHeld() {
	held := e.line != nil && !e.own && !e.taken && e.in != e.line.ready &&
		(e.status.State == StateLeased || e.status.State == StateClaimed)
	switch {
	case held && !e.other:
		e.line.others++
	case e.other && !held:
		e.line.others--
	}
	e.other = held
}

// leave takes e out of its line.
func (e *entry) leave() {
	e.moveTo(nil)
	if e.other {
		e.line.others--
		e.other = false
	}
}

// moveTo puts e into h, or nowhere if h is nil.
func (e *entry) moveTo(h *entryHeap) {
	switch {
	case e.in != nil && e.in == h:
		heap.Fix(h, e.index)
		return
	case e.in != nil:
		heap.Remove(e.in, e.index)
	}
	if e.in = h; h != nil {
		heap.Push(h, e)
	}
}

func (h *entryHeap) first() *entry {
	if len(h.list) == 0 {
		return nil
	}
	return h.list[0]
}

func (h *entryHeap) Len() int           { return len(h.list) }
func (h *entryHeap) Less(i, j int) bool { return h.before(h.list[i], h.list[j]) }
func (h *entryHeap) Swap(i, j int) {
	h.list[i], h.list[j] = h.list[j], h.list[i]
	h.list[i].index, h.list[j].index = i, j
}

// Push implements [heap.Interface].
func (h *entryHeap) Push(x any) {
	e := x.(*entry)
	e.index = len(h.list)
	h.list = append(h.list, e)
}

// Pop implements [heap.Interface].
func (h *entryHeap) Pop() any {
	last := len(h.list) - 1
	e := h.list[last]
	h.list[last] = nil
	h.list = h.list[:last]
	return e
}

package backlog

import (
	"cmp"
	"container/heap"
	"fmt"
	"time"
)

// line holds the entries of a service, each in the heap of its state. Parked
// entries are in none.
type line struct {
	ready   *entryHeap // free, in the order of Compare
	waiting *entryHeap // free, by NotBefore
	leased  *entryHeap // claimed, by LeaseEnd
}

func newLine() *line {
	return &line{
		ready: &entryHeap{before: before},
		waiting: &entryHeap{before: func(a, b *entry) bool {
			return a.item.NotBefore.Before(b.item.NotBefore)
		}},
		leased: &entryHeap{before: func(a, b *entry) bool {
			return a.item.LeaseEnd.Before(b.item.LeaseEnd)
		}},
	}
}

// settle moves the entries whose time has come. Each moves once per change of
// its state, so this costs O(log n) on average.
func (l *line) settle(now time.Time) {
	for e := l.leased.first(); e != nil && e.expire(now); {
		e = l.leased.first()
	}
	for e := l.waiting.first(); e != nil && !now.Before(e.item.NotBefore); {
		e.place(now)
		e = l.waiting.first()
	}
}

// entry is an item with its place in the queue.
type entry struct {
	item    Item
	name    string
	line    *line
	token   string // of the claim that holds it, empty if free
	again   bool   // triggered since it was claimed
	removed bool

	in    *entryHeap // where it is, nil if parked
	index int        // in that heap
}

func before(a, b *entry) bool {
	if c := compareTurn(a.item, b.item); c != 0 {
		return c < 0
	}
	return a.name < b.name
}

// compareListed orders entries as [Queue.List] does.
func compareListed(a, b *entry) int {
	if a.item.Parked != b.item.Parked {
		if a.item.Parked {
			return 1
		}
		return -1
	}
	return cmp.Or(compareTurn(a.item, b.item), cmp.Compare(a.name, b.name))
}

// trigger adds an item to the one that exists.
func (e *entry) trigger(item Item, now time.Time) {
	e.expire(now)
	e.again = e.token != ""
	if item.Priority > e.item.Priority {
		e.item.Priority = item.Priority
		e.place(now)
	}
}

// expire frees e if its lease has ended, and tells if so.
func (e *entry) expire(now time.Time) bool {
	if e.token == "" || now.Before(e.item.LeaseEnd) {
		return false
	}
	e.item.Attempts++
	e.item.LastError = fmt.Sprintf("lease of %s ended at %s without a result",
		e.item.ClaimedBy, e.item.LeaseEnd.Format(time.RFC3339))
	e.free()
	e.place(now)
	return true
}

func (e *entry) free() {
	e.token, e.again = "", false
	e.item.ClaimedBy, e.item.ClaimedAt, e.item.LeaseEnd = "", time.Time{}, time.Time{}
}

// forget lets e start anew.
func (e *entry) forget() {
	e.item.Attempts, e.item.LastError, e.item.NotBefore, e.item.Parked = 0, "", time.Time{}, false
}

// place puts e into the heap that its state asks for.
func (e *entry) place(now time.Time) {
	switch {
	case e.item.Parked:
		e.moveTo(nil)
	case e.token != "":
		e.moveTo(e.line.leased)
	case now.Before(e.item.NotBefore):
		e.moveTo(e.line.waiting)
	default:
		e.moveTo(e.line.ready)
	}
}

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

// entryHeap implements [heap.Interface] over entries that know their index.
type entryHeap struct {
	list   []*entry
	before func(a, b *entry) bool
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

func (h *entryHeap) Push(x any) {
	e := x.(*entry)
	e.index = len(h.list)
	h.list = append(h.list, e)
}

func (h *entryHeap) Pop() any {
	last := len(h.list) - 1
	e := h.list[last]
	h.list[last] = nil
	h.list = h.list[:last]
	return e
}

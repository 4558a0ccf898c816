package kube

import (
	"math/rand/v2"
	"time"
)

// Among how many of the best items a claim picks.
const (
	widest = 128
	// firstBoost is by how much the choice widens after a first conflict; it doubles
	// with each further one and shrinks with each claim that works.
	firstBoost = 4
)

// choice widens with conflicts. It is guarded by the mutex of its view.
type choice struct{ boost int }

func (c *choice) conflict() { c.boost = min(widest, max(firstBoost, 2*c.boost)) }
func (c *choice) success()  { c.boost = c.boost * 15 / 16 }

// take returns one of the best items that may be claimed at now, and keeps others
// here from taking it until it is given back, leased, or removed. It is the very
// best one if nobody else is at work. The more others there are, the more items it
// picks from at random, so that they do not all fight for the first: their claims
// would fail, and cost more than a little less order.
func (v *view) take(services []string, now time.Time, c *choice) (*BacklogItem, Status) {
	v.mu.Lock()
	defer v.mu.Unlock()
	lines, others := v.selected(services, now)
	best := firstOf(lines, min(1+2*others+c.boost, widest))
	if len(best) == 0 {
		return nil, Status{}
	}
	e := best[rand.IntN(len(best))]
	for _, other := range best {
		if other != e {
			other.moveTo(other.line.ready)
		}
	}
	e.taken = true
	return e.item, e.status
}

// selected returns the lines of services, settled, and how many of their items are
// worked on elsewhere.
func (v *view) selected(services []string, now time.Time) (lines []*line, others int) {
	add := func(l *line) {
		l.settle(now)
		lines, others = append(lines, l), others+l.others
	}
	if len(services) == 0 {
		for _, l := range v.lines {
			add(l)
		}
		return lines, others
	}
	for _, service := range services {
		if l, ok := v.lines[service]; ok {
			add(l)
		}
	}
	return lines, others
}

// settle makes the entries ready whose time has come.
func (l *line) settle(now time.Time) {
	for e := l.later.first(); e != nil; e = l.later.first() {
		if at, _ := e.status.due(l.claimTimeout); now.Before(at) {
			return
		}
		e.moveTo(l.ready)
		e.countHeld()
	}
}

// firstOf takes the n best entries out of lines.
func firstOf(lines []*line, n int) []*entry {
	var best []*entry
	for len(best) < n {
		var first *entry
		for _, l := range lines {
			if e := l.ready.first(); e != nil && (first == nil || before(e, first)) {
				first = e
			}
		}
		if first == nil {
			break
		}
		first.moveTo(nil)
		best = append(best, first)
	}
	return best
}

// giveBack ends a take after which the item is as it was.
func (v *view) giveBack(item *BacklogItem) { v.untake(item, false, nil) }

// spoil ends a take of an item of which the API server has a newer version. It is
// not offered again before that version is known.
func (v *view) spoil(item *BacklogItem, c *choice) { v.untake(item, true, c) }

// setAside ends a take of an item that nobody can claim as it is.
func (v *view) setAside(item *BacklogItem) { v.untake(item, true, nil) }

func (v *view) untake(item *BacklogItem, stale bool, c *choice) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if c != nil {
		c.conflict()
	}
	e := v.byName[item.Name]
	if e == nil {
		return
	}
	e.taken = false
	e.stale = stale && e.item == item
	v.place(e)
}

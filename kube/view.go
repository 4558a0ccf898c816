package kube

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
)

// view is what a queue knows of the items: what the watch told, and what its own
// writes were answered with, whichever is newer. So it never offers an item again
// that was claimed or finished here while the watch has yet to say so.
type view struct {
	claimTimeout time.Duration
	odd          func(*BacklogItem) // told of each version that has faults

	mu     sync.Mutex
	byName map[string]*entry
	lines  map[string]*line // per service
	gone   tombstones
	woken  alarm
}

func newView(claimTimeout time.Duration, odd func(*BacklogItem)) *view {
	return &view{
		claimTimeout: claimTimeout, odd: odd,
		byName: map[string]*entry{}, lines: map[string]*line{}, woken: newAlarm(),
	}
}

// put takes a version of an item over, unless it is older than what is known.
func (v *view) put(item *BacklogItem) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.set(item, byRequest)
}

// observe takes over what the watch told. It tells versions in their order, so that
// an older one than it told before means that the API server has gone back, to a
// backup of its store. What a request told may be newer than the watch, for a while.
func (v *view) observe(item *BacklogItem) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.set(item, byWatch)
}

// origin is how a version of an item became known.
type origin int

const (
	byRequest origin = iota
	byWatch
	byClaim // a request of this queue that leased the item
)

// lease takes over an item that was claimed here and was taken before.
func (v *view) lease(item *BacklogItem, c *choice) {
	v.mu.Lock()
	defer v.mu.Unlock()
	c.success()
	if e := v.byName[item.Name]; e != nil {
		e.taken = false
	}
	v.set(item, byClaim)
}

func (v *view) set(item *BacklogItem, by origin) {
	own := by == byClaim
	if v.gone.has(item.UID) {
		return
	}
	e := v.byName[item.Name]
	if e == nil {
		e = &entry{}
		v.byName[item.Name] = e
	} else if order := compareVersions(item, e.item); order == 0 || order < 0 && (by != byWatch || !e.watched) {
		if order == 0 { // told twice; maybe the watch was faster
			e.own, e.watched = e.own || own, e.watched || by == byWatch
		}
		v.place(e)
		return
	}
	e.leave()
	status := item.Status()
	e.own = own || e.own && e.status.token == status.token && status.State == StateLeased
	e.item, e.status, e.queued, e.stale, e.watched = item, status, item.queued(), false, by == byWatch
	e.line = v.lineOf(item)
	v.place(e)
	if e.in != nil && e.in == e.line.ready {
		v.woken.ring()
	}
}

// compareVersions tells if a is an earlier (-1) or a later (1) version than b of the
// object of that name.
func compareVersions(a, b *BacklogItem) int {
	if a.ResourceVersion == b.ResourceVersion {
		return 0
	}
	if order, err := resourceversion.CompareResourceVersion(a.ResourceVersion, b.ResourceVersion); err == nil {
		return order
	}
	return 1
}

// lineOf returns the line in which an item stands, or nil if nobody can work on it.
func (v *view) lineOf(item *BacklogItem) *line {
	if len(item.Faults()) > 0 && v.odd != nil {
		v.odd(item)
	}
	if _, err := item.Item(); err != nil || item.DeletionTimestamp != nil {
		return nil
	}
	service := item.Labels[LabelService]
	l, ok := v.lines[service]
	if !ok {
		l = newLine(v.claimTimeout)
		v.lines[service] = l
	}
	return l
}

// place puts e where it belongs.
func (v *view) place(e *entry) {
	at, ok := e.status.due(v.claimTimeout)
	switch {
	case e.line == nil:
		e.moveTo(nil)
	case e.taken, e.stale, !ok:
		e.moveTo(nil)
	case at.IsZero():
		e.moveTo(e.line.ready)
	default:
		e.moveTo(e.line.later)
	}
	e.countHeld()
}

// remove forgets an item that is deleted.
func (v *view) remove(name string, uid types.UID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.gone.add(uid)
	if e := v.byName[name]; e != nil && e.item.UID == uid {
		e.leave()
		delete(v.byName, name)
	}
}

// get returns what is known of an item, or nil.
func (v *view) get(name string) *BacklogItem {
	v.mu.Lock()
	defer v.mu.Unlock()
	if e := v.byName[name]; e != nil {
		return e.item
	}
	return nil
}

// all returns all items.
func (v *view) all() []*BacklogItem {
	v.mu.Lock()
	defer v.mu.Unlock()
	list := make([]*BacklogItem, 0, len(v.byName))
	for _, e := range v.byName {
		list = append(list, e.item)
	}
	return list
}

// tombstones remember which objects are deleted for as long as older news of them
// may come in.
type tombstones struct {
	young, old map[types.UID]struct{}
	turned     time.Time
}

// tombstoneAge is how long a tombstone is kept at least. A watch lags by
// milliseconds; if it lags by more than this, an item that is gone is shown until
// somebody tries to claim it.
const tombstoneAge = time.Minute

func (t *tombstones) add(uid types.UID) {
	if now := time.Now(); t.young == nil || now.Sub(t.turned) > tombstoneAge {
		t.young, t.old, t.turned = map[types.UID]struct{}{}, t.young, now
	}
	t.young[uid] = struct{}{}
}

func (t *tombstones) has(uid types.UID) bool {
	if _, ok := t.young[uid]; ok {
		return true
	}
	_, ok := t.old[uid]
	return ok
}

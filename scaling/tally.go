package scaling

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Tally keeps count of the backlog items of all services while they come, change
// and go, so that a decision neither reads nor walks through the items that are
// only to be counted. The zero Tally is empty. It is safe for concurrent use.
type Tally struct {
	mu       sync.Mutex
	services map[string]*line
	of       map[string]string // names of items with their service
}

// line is what is known of one service.
type line struct {
	ready  map[string]time.Time // free items that are due whenever, with their creation
	others map[string]Item      // claimed, waiting and parked ones
}

// Put notes an item of a service as it is now, and returns the service that it was
// an item of until now, which differs if somebody has changed its label.
func (t *Tally) Put(service string, item Item) (before string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	before = t.drop(item.Name)
	if t.services == nil {
		t.services, t.of = map[string]*line{}, map[string]string{}
	}
	l := t.services[service]
	if l == nil {
		l = &line{ready: map[string]time.Time{}, others: map[string]Item{}}
		t.services[service] = l
	}
	t.of[item.Name] = service
	if Claimed(item.Label) || item.Parked || !item.NotBefore.IsZero() {
		l.others[item.Name] = item
	} else {
		l.ready[item.Name] = item.Created
	}
	return before
}

// Drop forgets an item that is gone and returns its service, empty if it was not
// known.
func (t *Tally) Drop(name string) (service string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.drop(name)
}

func (t *Tally) drop(name string) (service string) {
	service, known := t.of[name]
	if !known {
		return ""
	}
	delete(t.of, name)
	l := t.services[service]
	delete(l.ready, name)
	delete(l.others, name)
	if len(l.ready)+len(l.others) == 0 {
		delete(t.services, service)
	}
	return service
}

// Services returns the services that have items, in order.
func (t *Tally) Services() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Sorted(maps.Keys(t.services))
}

// Backlog returns the items of a service as a [State] has them, in the order of
// their names: all but those that are free and due, which are only counted.
func (t *Tally) Backlog(service string) (items []Item, ready int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.services[service]
	if l == nil {
		return nil, 0
	}
	for _, name := range slices.Sorted(maps.Keys(l.others)) {
		items = append(items, l.others[name])
	}
	return items, len(l.ready)
}

// Depth is how much work there is for one service.
type Depth struct {
	Counts // none is Stale, which depends on the workers
	// Oldest is when the item was created that is there for the longest time, parked
	// ones left out; zero if there is none.
	Oldest time.Time
}

// Depth returns how much work there is for a service at now.
func (t *Tally) Depth(service string, now time.Time) (d Depth) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.services[service]
	if l == nil {
		return Depth{}
	}
	d.Ready = len(l.ready)
	for _, created := range l.ready {
		d.Oldest = earlier(d.Oldest, created)
	}
	for _, item := range l.others {
		if !item.Parked {
			d.Oldest = earlier(d.Oldest, item.Created)
		}
		switch {
		case item.Parked:
			d.Parked++
		case Claimed(item.Label):
			d.Claimed++
		case now.Before(item.NotBefore):
			d.Waiting++
		default:
			d.Ready++
		}
	}
	return d
}

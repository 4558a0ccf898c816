package scaling

import "time"

// Item is what a decision needs to know of a backlog item.
type Item struct {
	Name  string
	Label string // value of the label "claimed", empty if there is none
	Claim Claim
	// NotBefore is when the next attempt may start after one that failed; zero if
	// at once.
	NotBefore time.Time
	// Hidden is set on an item with a NotBefore that looks like a claimed one to
	// workers that do not know of such waits. One that has been due for [WaitGrace] is
	// shown to them again, by a release.
	Hidden bool
	// Parked is set if the item waits for a person.
	Parked bool
	// Created is when the item came into the backlog. Decisions do not ask for it.
	Created time.Time
}

// State is all that a decision about one service depends on.
type State struct {
	Items        []Item   // of the service
	Ready        int      // number of further items, which are free and due
	Live         []string // names of the service's workers
	Ended        []string // names of workers of the service that are known to have ended
	Replicas     int      // how many workers there are to be so far
	Now          time.Time
	ClaimTimeout time.Duration
}

// Decision is what is to be done for one service.
type Decision struct {
	Replicas int
	Release  []string // names of items whose claim is to be taken back, in their order
	// Causes has one entry for each entry of Release.
	Causes []Cause
	Counts Counts
	// Wake is when time alone may lead to another decision; zero if never.
	Wake time.Time
}

// Counts are the numbers of items of one service.
type Counts struct {
	Ready   int // free and due
	Claimed int // being worked on
	Stale   int // whose claim is to be taken back
	Waiting int // free, but failed lately and not yet due
	Parked  int // waiting for a person
}

// Pending is how many items are there to be worked on now.
func (c Counts) Pending() int { return c.Ready + c.Claimed + c.Stale }

// Decide returns how many workers the service needs and which claims are stale.
// c must be valid.
//
// Items that wait for their next attempt and parked ones ask for no worker. There
// are never fewer workers than now if they are all busy: Kubernetes picks the ones
// that have to go by itself, so with fewer workers than claims one that works would
// be among them for certain. So Replicas may exceed [Replicas] of the pending items,
// and a c.MaxReplicas that was lowered, but never s.Replicas on such grounds.
func Decide(s State, c Config) Decision {
	d := Decision{Counts: Counts{Ready: s.Ready}}
	for _, item := range s.Items {
		d.add(item, s)
	}
	d.Replicas = max(Replicas(d.Counts.Pending(), c), min(d.Counts.Claimed, s.Replicas))
	return d
}

func (d *Decision) add(item Item, s State) {
	if Claimed(item.Label) && !item.Parked {
		cause := stale(item.Claim, s)
		if cause == Held {
			d.Counts.Claimed++
			d.wake(claimEnd(item.Claim, s.ClaimTimeout))
			return
		}
		d.Counts.Stale++
		d.Release, d.Causes = append(d.Release, item.Name), append(d.Causes, cause)
		return
	}
	switch {
	case item.Parked:
		d.Counts.Parked++
	case s.Now.Before(item.NotBefore):
		d.Counts.Waiting++
		d.wake(item.NotBefore)
	default:
		d.Counts.Ready++
		d.show(item, s.Now)
	}
}

// show shows a hidden item again when it is time for that.
func (d *Decision) show(item Item, now time.Time) {
	switch due := item.NotBefore.Add(WaitGrace); {
	case !item.Hidden:
	case now.Before(due):
		d.wake(due)
	default:
		d.Release, d.Causes = append(d.Release, item.Name), append(d.Causes, WaitOver)
	}
}

// wake makes sure that the next decision is not later than at; zero says nothing.
func (d *Decision) wake(at time.Time) { d.Wake = earlier(d.Wake, at) }

// earlier returns the earlier of two moments; zero stands for never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

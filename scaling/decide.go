package scaling

import "time"

// Item is what a decision needs to know of a backlog item.
type Item struct {
	Name  string
	Label string // value of the label "claimed", empty if there is none
	Claim Claim
}

// State is all that a decision about one service depends on.
type State struct {
	Items        []Item   // of the service, without parked ones
	Live         []string // names of the service's workers
	Now          time.Time
	ClaimTimeout time.Duration
}

// Decision is what is to be done for one service.
type Decision struct {
	Replicas int
	Release  []string // names of items whose claim is to be taken back, in their order
}

// Decide returns how many workers the service needs and which claims are stale.
// c must be valid.
func Decide(s State, c Config) Decision {
	d := Decision{Replicas: Replicas(len(s.Items), c)}
	for _, item := range s.Items {
		if Claimed(item.Label) && Stale(item.Claim, s.Live, s.Now, s.ClaimTimeout) {
			d.Release = append(d.Release, item.Name)
		}
	}
	return d
}

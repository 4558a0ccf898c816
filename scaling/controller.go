package scaling

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// DefaultResync is how long a service that has items is left alone at most.
const DefaultResync = time.Minute

// ControllerConfig says how a [Controller] works. The zero ControllerConfig works.
type ControllerConfig struct {
	// Rules returns those of a service, each time they are needed. Nil means the
	// defaults of ODG.
	Rules func(service string) Rules
	// Report is told what a person may want to know; nil means nobody is. It is called
	// for several services at a time.
	Report func(Report)
	// Resync is the time after which a service is looked at without a cause;
	// [DefaultResync] if 0.
	Resync time.Duration
	// Now is the clock; nil means [time.Now].
	Now func() time.Time
}

// Controller makes the number of workers follow the backlog, and takes stale claims
// back. It knows the present from a [Tally] and a [Cluster], and remembers only what
// it needs to be patient. Make one with [NewController].
type Controller struct {
	tally   *Tally
	cluster Cluster
	cfg     ControllerConfig

	mu       sync.Mutex
	memories map[string]*memory
}

// NewController returns a Controller of the services in tally.
func NewController(tally *Tally, cluster Cluster, cfg ControllerConfig) *Controller {
	if cfg.Rules == nil {
		cfg.Rules = DefaultRules
	}
	if cfg.Report == nil {
		cfg.Report = func(Report) {}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	cfg.Resync = cmp.Or(cfg.Resync, DefaultResync)
	return &Controller{tally: tally, cluster: cluster, cfg: cfg, memories: map[string]*memory{}}
}

// DefaultRules are those of an installation without a configuration.
func DefaultRules(service string) Rules {
	return Rules{
		Config:       DefaultConfig.For(service, DefaultMaxima()),
		ClaimTimeout: DefaultClaimTimeout, Stabilisation: DefaultStabilisation,
	}
}

// Sync does for one service what is to be done now, and returns after which time it
// must be called again even if nothing happens; 0 means never. After an error it is
// to be called again as well, with more and more patience. It may run for several
// services at a time, but not twice for one.
func (c *Controller) Sync(ctx context.Context, service string) (again time.Duration, err error) {
	s := &turn{Controller: c, ctx: ctx, service: service, now: c.cfg.Now(), rules: c.cfg.Rules(service), m: c.remember(service)}
	return s.run()
}

// Forget drops what is remembered of all services, for a controller that is to
// begin anew.
func (c *Controller) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.memories)
}

func (c *Controller) remember(service string) *memory {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.memories[service]
	if m == nil {
		m = &memory{}
		c.memories[service] = m
	}
	return m
}

func (s *turn) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.memories, s.service)
}

// turn is one run of [Controller.Sync].
type turn struct {
	*Controller
	ctx     context.Context
	service string
	now     time.Time
	rules   Rules
	m       *memory
}

func (s *turn) run() (again time.Duration, err error) {
	current, missing := s.cluster.Replicas(s.service)
	if missing != nil && !errors.Is(missing, ErrNoWorkers) {
		return 0, missing
	}
	state := State{Replicas: current, Now: s.now, ClaimTimeout: cmp.Or(s.rules.ClaimTimeout, DefaultClaimTimeout)}
	state.Items, state.Ready = s.tally.Backlog(s.service)
	state.Live, state.Ended = s.cluster.Workers(s.service)
	d := Decide(state, s.rules.Config)
	if missing == nil {
		var wake time.Time
		wake, err = s.scale(d, current)
		d.wake(wake)
	} else {
		s.miss(d, missing)
	}
	err = errors.Join(err, s.release(&d))
	return s.again(d.Wake, d.Counts), err
}

// again is the time until wake, or until the next look if there are items.
func (s *turn) again(wake time.Time, n Counts) time.Duration {
	if n.Pending()+n.Waiting > 0 {
		wake = earlier(wake, s.now.Add(s.cfg.Resync))
	}
	if wake.IsZero() {
		return 0
	}
	return max(wake.Sub(s.now), time.Millisecond)
}

// scale brings the number of workers to what d wants, and returns when time may ask
// for another one.
func (s *turn) scale(d Decision, current int) (wake time.Time, err error) {
	if s.m.missing {
		s.m.missing = false
		s.report(Report{Reason: WorkersFound, Text: "the workers have been found"})
	}
	if s.m.see(s.now, current) {
		s.report(Report{Reason: ChangedByOthers, Text: fmt.Sprintf("somebody else changed the number of workers from %d to %d; the backlog asks for %d (%s)",
			s.m.before, current, d.Replicas, s.why(d))})
	}
	allowed, wake := s.m.window.Allow(s.now, d.Replicas, s.rules.Stabilisation)
	to := max(d.Replicas, min(current, allowed))
	if to == current {
		return wake, nil
	}
	if s.now.Before(s.m.hold) {
		return earlier(wake, s.m.hold), nil
	}
	if err := s.cluster.Scale(s.ctx, s.service, to); err != nil {
		return wake, s.fail(ScalingFailed, fmt.Sprintf("scale from %d to %d", current, to), err)
	}
	s.m.scaled(to)
	reason := ScaledUp
	if to < current {
		reason = ScaledDown
	}
	s.report(Report{Reason: reason, Text: fmt.Sprintf("scaled from %d to %d: %s", current, to, s.why(d))})
	return wake, nil
}

// miss says that there is nothing to scale, if that matters.
func (s *turn) miss(d Decision, cause error) {
	switch n := d.Counts; {
	case n == (Counts{}):
		s.forget() // services come and go by the labels of items, which anybody may write
		return
	case n.Pending()+n.Waiting == 0, s.m.missing:
		return
	}
	*s.m = memory{missing: true, failures: s.m.failures}
	s.report(Report{Reason: WorkersMissing, Text: fmt.Sprintf("nobody works on them: %s (%v)", s.why(d), cause), Err: cause})
}

// maxReleases is how many claims one run takes back, so that others have their turn.
const maxReleases = 100

// release takes stale claims back.
func (s *turn) release(d *Decision) error {
	var errs []error
	for i, item := range d.Release {
		if i == maxReleases {
			d.wake(s.now)
			break
		}
		switch err := s.cluster.Release(s.ctx, s.service, item, d.Causes[i]); {
		case errors.Is(err, ErrChanged):
		case err != nil:
			errs = append(errs, s.fail(ReleaseFailed, "take back stale claims", err))
		default:
			s.m.works(ReleaseFailed)
			s.report(Report{Reason: ClaimReleased, Item: item, Cause: d.Causes[i], Text: "took back the claim of " + item + ": " + d.Causes[i].text()})
		}
		if len(errs) > 0 {
			break // the next one would hardly do better
		}
	}
	return errors.Join(errs...)
}

// fail reports a failure unless the same one was reported last, and returns it.
func (s *turn) fail(r Reason, act string, err error) error {
	err = fmt.Errorf("%s: %w", act, err)
	if s.ctx.Err() == nil && s.m.fails(r, err.Error()) {
		s.report(Report{Reason: r, Text: err.Error(), Err: err})
	}
	return err
}

func (s *turn) report(r Report) {
	r.Service = s.service
	s.cfg.Report(r)
}

// why says which numbers led to a decision.
func (s *turn) why(d Decision) string {
	n := d.Counts
	items := "items"
	if n.Pending() == 1 {
		items = "item"
	}
	text := fmt.Sprintf("%d %s (%d claimed) with a worker for %d each, %d to %d workers",
		n.Pending(), items, n.Claimed, s.rules.ItemsPerReplica, s.rules.MinReplicas, s.rules.MaxReplicas)
	if n.Waiting > 0 {
		text += fmt.Sprintf(", %d waiting for their next attempt", n.Waiting)
	}
	if n.Parked > 0 {
		text += fmt.Sprintf(", %d parked", n.Parked)
	}
	return text
}

func (c Cause) text() string {
	switch c {
	case NobodyNamed:
		return "it names nobody"
	case HolderGone:
		return "no worker has the name of its holder"
	case LeaseOver:
		return "its lease is over"
	case ClaimTooOld:
		return "it is older than remove_claim_after_minutes"
	case HolderKilled:
		return "its holder has ended"
	case WaitOver:
		return "its next attempt is due, and nobody has made it"
	}
	return string(c)
}

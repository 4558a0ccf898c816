// Package inuse holds a configuration against what a database has: severities that are no
// category any more are told, by name and number, since nobody can say how findings that
// have one stand.
//
//	check := inuse.New(inuse.Config{Unknown: warn, More: warnOfMore, Failed: logError})
//	go check.Run(ctx)
//	check.Follow(core) // whenever there is a new configuration
//	check.Found()      // for those who ask later
package inuse

import (
	"context"
	"errors"
	"sync"

	"github.com/opendeliverygear/odg/store"
)

// Core knows a configuration and a database.
type Core interface {
	UnknownSeverities(ctx context.Context) ([]store.SeverityCount, error)
}

// Told is how many severities are told and kept at most: those of the most entries.
const Told = 50

// Check looks again for every configuration. It is safe for concurrent use.
type Check struct {
	cfg  Config
	next chan struct{}

	mu    sync.Mutex
	core  Core
	found []store.SeverityCount
}

// Config says who is told.
type Config struct {
	// Unknown is told of each severity, those of the most entries first.
	Unknown func(store.SeverityCount)
	// More is told how many others there are, if there are more than [Told].
	More func(int)
	// Failed is told what kept the check from looking.
	Failed func(error)
}

// New returns a check; all functions of cfg are needed.
func New(cfg Config) *Check { return &Check{cfg: cfg, next: make(chan struct{}, 1)} }

// Follow has the check look at what core knows, once [Check.Run] gets to it. What was found
// before counts no more.
func (c *Check) Follow(core Core) {
	c.mu.Lock()
	c.core, c.found = core, nil
	c.mu.Unlock()
	select {
	case c.next <- struct{}{}:
	default: // it will look at the newest anyway
	}
}

// Found returns what was found for the newest configuration; empty until that is known.
func (c *Check) Found() []store.SeverityCount {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.found
}

// Run looks until ctx ends. It always returns nil: what nobody knows keeps nobody from work.
func (c *Check) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.next:
		}
		if err := c.look(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrClosed) {
			c.cfg.Failed(err)
		}
	}
}

func (c *Check) look(ctx context.Context) error {
	c.mu.Lock()
	core := c.core
	c.mu.Unlock()
	found, err := core.UnknownSeverities(ctx)
	if err != nil {
		return err
	}
	more := len(found) - Told
	found = most(found)
	c.mu.Lock()
	if c.core != core { // they are those of a configuration that is gone
		c.mu.Unlock()
		return nil
	}
	c.found = found
	c.mu.Unlock()
	for _, s := range found {
		c.cfg.Unknown(s)
	}
	if more > 0 {
		c.cfg.More(more)
	}
	return nil
}

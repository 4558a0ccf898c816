package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/client"
	"github.com/opendeliverygear/odg/kube"
)

// coreCheck is how long an answer of ODG Core counts, and how long it may take.
const coreCheck = 10 * time.Second

// gated is a queue from which nothing is taken while ODG Core does not answer: what
// is found could not be stored, and each item would count a failed attempt until it
// is parked.
type gated struct {
	*kube.Queue
	core *client.Client

	mu    sync.Mutex
	asked time.Time // when the core answered last that it can work
	err   error     // why it did not, when it was asked last
}

// Claim implements [backlog.Queue].
func (g *gated) Claim(ctx context.Context, req backlog.ClaimRequest) (backlog.Claim, error) {
	if err := g.open(ctx); err != nil {
		return backlog.Claim{}, err
	}
	return g.Queue.Claim(ctx, req)
}

// open returns nil if the core answers, or did so a moment ago.
func (g *gated) open(ctx context.Context) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if time.Since(g.asked) < coreCheck {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, coreCheck)
	defer cancel()
	if g.err = g.core.Ready(ctx); g.err != nil {
		g.err = fmt.Errorf("no item is taken while ODG Core does not answer: %w", g.err)
		return g.err
	}
	g.asked = time.Now()
	return nil
}

// trouble is why the core did not answer when it was asked last, nil if it did.
func (g *gated) trouble() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.err
}

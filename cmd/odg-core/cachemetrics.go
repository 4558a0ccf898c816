package main

import (
	"sync/atomic"

	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/internal/delivery"
)

// cacheMetrics tell how the caches of component versions do. They are safe for
// concurrent use.
type cacheMetrics struct {
	delivery.Metrics
	current atomic.Pointer[repositories]
}

// repositories returns the current ones, nil before the first configuration.
func (m *cacheMetrics) repositories() *repositories { return m.current.Load() }

// follow counts for other repositories from now on.
func (m *cacheMetrics) follow(r *repositories) {
	m.current.Store(r)
	m.Follow(func() (sum cached.Stats) {
		for _, one := range r.named { // which has all, too
			sum = delivery.Sum(sum, one.Stats())
		}
		return sum
	})
}

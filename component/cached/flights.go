package cached

import (
	"context"
	"fmt"
	"sync"
)

// flights are lookups that are under way. Whoever asks for the same thing waits for
// the first one; x/sync/singleflight would end with the caller that came first.
type flights[K comparable, V any] struct {
	mu    sync.Mutex
	byKey map[K]*flight[V]
}

// flight is a lookup under way.
type flight[V any] struct {
	done    chan struct{}
	waiting int
	cancel  context.CancelFunc
	value   V
	err     error
}

// do returns what look returns, which runs once for all who wait for key. shared
// tells that somebody else had started it. look keeps the values of the context of
// the first, and ends when nobody waits any more.
func (f *flights[K, V]) do(ctx context.Context, key K, look func(context.Context) (V, error)) (value V, shared bool, err error) {
	if err := ctx.Err(); err != nil {
		return value, false, err
	}
	f.mu.Lock()
	current, shared := f.byKey[key]
	if !shared {
		current = f.start(ctx, key, look)
	}
	current.waiting++
	f.mu.Unlock()
	select {
	case <-current.done:
		return current.value, shared, current.err
	case <-ctx.Done():
		f.leave(key, current)
		return value, shared, context.Cause(ctx)
	}
}

func (f *flights[K, V]) start(ctx context.Context, key K, look func(context.Context) (V, error)) *flight[V] {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	started := &flight[V]{done: make(chan struct{}), cancel: cancel}
	if f.byKey == nil {
		f.byKey = map[K]*flight[V]{}
	}
	f.byKey[key] = started
	go func() {
		defer cancel()
		defer close(started.done)
		defer f.land(key, started)
		defer func() { // a panic of a repository is one of its caller only, not of all who wait
			if p := recover(); p != nil {
				started.err = fmt.Errorf("look up %v: panic: %v", key, p)
			}
		}()
		started.value, started.err = look(ctx)
	}()
	return started
}

func (f *flights[K, V]) land(key K, landed *flight[V]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byKey[key] == landed {
		delete(f.byKey, key)
	}
}

// leave is for who stops waiting. The last one ends the lookup; who comes later
// starts a new one.
func (f *flights[K, V]) leave(key K, left *flight[V]) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if left.waiting--; left.waiting > 0 {
		return
	}
	left.cancel()
	if f.byKey[key] == left {
		delete(f.byKey, key)
	}
}

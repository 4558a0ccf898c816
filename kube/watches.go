package kube

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

// faultGrace is how long something may fail before it counts as a fault, as
// connections break now and then; faultReminder after which time a fault that goes
// on is logged again.
const (
	faultGrace    = 30 * time.Second
	faultReminder = 5 * time.Minute
)

// Watches knows which resources cannot be read, and tells a person once, and when
// they can be read again. The zero value works and tells nobody. It is safe for
// concurrent use.
type Watches struct {
	Log zerolog.Logger // set it before the first use

	mu     sync.Mutex
	faults map[string]watchFault
}

type watchFault struct {
	err         error
	first, told time.Time
}

// note notes how a request for a resource went.
func (w *Watches) note(resource string, err error) {
	if errors.Is(err, context.Canceled) {
		return // this process stops, or has seen enough
	}
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	before, failing := w.faults[resource]
	if err == nil || apierrors.IsResourceExpired(err) || apierrors.IsGone(err) {
		if failing {
			delete(w.faults, resource)
			w.Log.Info().Str("resource", resource).Dur("after", now.Sub(before.first)).Msg("resource can be read again")
		}
		return
	}
	fault := watchFault{err: fmt.Errorf("%s: %w", resource, err), first: now, told: now}
	if failing {
		fault.first = before.first
	}
	if failing && before.err.Error() == fault.err.Error() && now.Sub(before.told) < faultReminder {
		fault.told = before.told
	} else {
		w.Log.Error().Str("resource", resource).Err(err).Msg("resource cannot be read; trying again")
	}
	if w.faults == nil {
		w.faults = map[string]watchFault{}
	}
	w.faults[resource] = fault
}

// lasting returns why a resource has not been read for some time, or nil.
func (w *Watches) lasting(resource string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f, failing := w.faults[resource]; failing && time.Since(f.first) >= faultGrace {
		return f.err
	}
	return nil
}

// Fault returns what fails at the moment, however recently, or nil.
func (w *Watches) Fault(resource string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.faults[resource].err
}

// Informer returns a new informer whose requests are noted under the name of the
// resource. client is the one that list and follow use: it may not be able to list by
// a watch, as those of tests.
func (w *Watches) Informer(resource string, client any, example runtime.Object, transform cache.TransformFunc,
	list func(context.Context, metav1.ListOptions) (runtime.Object, error),
	follow func(context.Context, metav1.ListOptions) (watch.Interface, error),
) cache.SharedIndexInformer {
	informer := cache.NewSharedIndexInformer(cache.ToListWatcherWithWatchListSemantics(&cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
			objects, err := list(ctx, opts)
			w.note(resource, explain(ctx, err))
			return objects, err
		},
		WatchFuncWithContext: func(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
			events, err := follow(ctx, opts)
			w.note(resource, explain(ctx, err))
			return events, err
		},
	}, client), example, 0, cache.Indexers{})
	// Both fail only after the start.
	_ = informer.SetTransform(transform)
	_ = informer.SetWatchErrorHandlerWithContext(func(_ context.Context, _ *cache.Reflector, err error) {
		w.Log.Debug().Str("resource", resource).Err(err).Msg("watch ended")
	})
	return informer
}

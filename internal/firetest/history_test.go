//go:build unix

package firetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/tools/cache"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/internal/kubetest"
	"github.com/opendeliverygear/odg/kube"
)

// history is what became of the items, as the API server told it: each of their
// versions, in their order, except for those of the moments in which it was away.
type history struct {
	mu       sync.Mutex
	priority map[string]backlog.Priority
	claims   map[string][]string  // tokens of an item in the order of its claims
	until    map[string]time.Time // the last end of the lease of a token
	finisher map[string]string    // token under which the item was deleted, empty if unknown
	order    []string             // items in the order in which they were deleted
	again    []string             // items that were deleted more than once

	stop func() // ends the watch; afterwards, the fields may be read
}

func watchHistory(t *testing.T, client *kube.Client) *history {
	t.Helper()
	h := &history{
		priority: map[string]backlog.Priority{}, claims: map[string][]string{},
		until: map[string]time.Time{}, finisher: map[string]string{},
	}
	informer := client.ItemInformer(nil)
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: h.seen, UpdateFunc: func(_, item any) { h.seen(item) }, DeleteFunc: h.gone,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); informer.RunWithContext(ctx) }()
	h.stop = func() { stop(); <-done }
	t.Cleanup(h.stop)
	kubetest.Eventually(t, "the items are watched", func(context.Context) error {
		if !informer.HasSynced() {
			return kube.ErrNotSynced
		}
		return nil
	})
	return h
}

func (h *history) seen(object any) {
	item, ok := object.(*kube.BacklogItem)
	if !ok {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.note(item)
}

// note returns the token of the claim that holds the item, empty if there is none.
func (h *history) note(item *kube.BacklogItem) (token string) {
	h.priority[item.Name] = item.Spec.Priority
	status := item.Status()
	if status.State != kube.StateLeased {
		return ""
	}
	token = item.Name + "/" + item.Annotations[kube.AnnotationToken] // as it is in a backlog.Claim
	if _, known := h.until[token]; !known {
		h.claims[item.Name] = append(h.claims[item.Name], token)
	}
	h.until[token] = status.Until
	return token
}

func (h *history) gone(object any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var name, token string
	switch o := object.(type) {
	case *kube.BacklogItem:
		name, token = o.Name, h.note(o)
	case cache.DeletedFinalStateUnknown: // it vanished while nobody watched
		item, ok := o.Obj.(*kube.BacklogItem)
		if !ok {
			return
		}
		name = item.Name
	}
	if _, before := h.finisher[name]; before {
		h.again = append(h.again, name)
		return
	}
	h.finisher[name] = token
	h.order = append(h.order, name)
}

// finished is how many items are gone.
func (h *history) finished() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.order)
}

// ranks tells how items stand by priority: how many pairs of items of different priority there
// are, and how many of them were finished in their order; and the mean place of those
// of a priority.
func (h *history) ranks() (pairs, inOrder int, means map[backlog.Priority]float64) {
	done, means := map[backlog.Priority]int{}, map[backlog.Priority]float64{}
	for place, name := range h.order {
		p := h.priority[name]
		for other, n := range done {
			if other != p {
				pairs += n
			}
			if other > p {
				inOrder += n
			}
		}
		done[p]++
		means[p] += float64(place)
	}
	for p := range means {
		means[p] /= float64(done[p])
	}
	return pairs, inOrder, means
}

package kube

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/client-go/tools/cache"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/scaling"
)

// Defaults of a [QueueConfig].
const (
	DefaultParallel    = 32
	DefaultSyncTimeout = 10 * time.Second
	// DefaultClaimTimeout is that of existing installations.
	DefaultClaimTimeout = scaling.DefaultClaimTimeout
)

// QueueConfig configures a [Queue]. The zero QueueConfig works.
type QueueConfig struct {
	// Services are the service ids whose items are watched; none means all. Only these
	// can be claimed and replayed.
	Services []string
	// Informer is one over the items of Services that somebody else runs, to share its
	// memory and its watch. Default: [Queue.Run] makes and runs one.
	Informer cache.SharedIndexInformer

	Parallel    int           // requests that Add makes at once; default DefaultParallel
	SyncTimeout time.Duration // how long a claim waits for the first list; default DefaultSyncTimeout
	// ClaimTimeout is the age from which claims of workers that do not renew them are
	// not respected any more; default DefaultClaimTimeout.
	ClaimTimeout time.Duration

	Now func() time.Time // clock; see the package comment on how right it must be; default time.Now
	Log zerolog.Logger   // the zero Logger is silent
}

// Queue is the backlog in a cluster. It implements [backlog.Queue] and is safe for
// concurrent use, together with any number of others on the same namespace, and
// with workers of existing installations.
//
// Two points of the contract are weaker than in one process: Add creates items one
// by one, so that if the API server fails in between some of them are there (adding
// them again is right), and a trigger while a worker in Python has the item is lost
// when that worker deletes it.
//
// The order in which items are claimed is exact as long as nobody else claims at
// the same time, otherwise it holds in the large: see [Queue.Claim].
type Queue struct {
	client *Client
	cfg    QueueConfig
	view   *view
	choice choice

	watching atomic.Bool   // Run was called
	synced   chan struct{} // closed when the first list is known
	trouble  Watches
	stats    struct{ claims, conflicts atomic.Uint64 }
}

var _ backlog.Queue = (*Queue)(nil)

// NewQueue returns the backlog of the namespace of client. It makes no request.
func NewQueue(client *Client, cfg QueueConfig) *Queue {
	if cfg.Parallel <= 0 {
		cfg.Parallel = DefaultParallel
	}
	if cfg.SyncTimeout <= 0 {
		cfg.SyncTimeout = DefaultSyncTimeout
	}
	if cfg.ClaimTimeout <= 0 {
		cfg.ClaimTimeout = DefaultClaimTimeout
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	q := &Queue{client: client, cfg: cfg, synced: make(chan struct{})}
	q.trouble.Log = cfg.Log
	q.view = newView(cfg.ClaimTimeout, q.reportOdd)
	return q
}

// now is the present time in the precision that the API server keeps.
func (q *Queue) now() time.Time { return q.cfg.Now().UTC().Truncate(time.Microsecond) }

// Run watches the items, which claims need, until ctx is done. It may be called
// once. When the API server cannot be reached, it goes on trying; claims say so.
func (q *Queue) Run(ctx context.Context) error {
	q.watching.Store(true)
	informer, own := q.cfg.Informer, q.cfg.Informer == nil
	if own {
		selector, err := selectServices(q.cfg.Services)
		if err != nil {
			return err
		}
		informer = q.client.itemInformer(selector, &q.trouble)
	}
	handler, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    q.seen,
		UpdateFunc: func(_, item any) { q.seen(item) },
		DeleteFunc: q.vanished,
	})
	if err != nil {
		return fmt.Errorf("watch backlog items: %w", err)
	}
	defer func() { _ = informer.RemoveEventHandler(handler) }()
	go func() {
		if cache.WaitForCacheSync(ctx.Done(), handler.HasSynced) {
			close(q.synced)
		}
	}()
	if own {
		informer.RunWithContext(ctx)
		return nil
	}
	<-ctx.Done()
	return nil
}

func (q *Queue) seen(object any) {
	if item, ok := object.(*BacklogItem); ok && q.watches(item.Labels[LabelService]) {
		q.view.observe(item)
	}
}

func (q *Queue) vanished(object any) {
	if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = last.Obj
	}
	if item, ok := object.(*BacklogItem); ok {
		q.view.remove(item.Name, item.UID)
	}
}

// watches tells if items of a service are known here.
func (q *Queue) watches(service string) bool {
	return len(q.cfg.Services) == 0 || slices.Contains(q.cfg.Services, service)
}

// reportOdd tells operators what is wrong with an item. It is called for each
// version of the item, and so at most once per change.
func (q *Queue) reportOdd(item *BacklogItem) {
	_, err := item.Item()
	faults := make([]string, 0, 1)
	for _, f := range item.Faults() {
		faults = append(faults, f.String())
	}
	q.cfg.Log.Warn().Str("backlog_item", item.Name).Str("namespace", item.Namespace).
		Strs("faults", faults).Bool("usable", err == nil).Msg("backlog item malformed")
}

// ErrNotSynced says that the items are not known yet.
var ErrNotSynced = errors.New("backlog items are not known yet")

// waitSynced waits until the items are known, within bounds.
func (q *Queue) waitSynced(ctx context.Context) error {
	select {
	case <-q.synced:
		return nil
	default:
	}
	timer := time.NewTimer(q.cfg.SyncTimeout)
	defer timer.Stop()
	select {
	case <-q.synced:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	}
	if err := cmp.Or(q.trouble.Fault(ResourceBacklogItems), q.client.cfg.Watches.Fault(ResourceBacklogItems)); err != nil {
		return fmt.Errorf("%w after %s: %w", ErrNotSynced, q.cfg.SyncTimeout, err)
	}
	return fmt.Errorf("%w after %s: does Queue.Run run?", ErrNotSynced, q.cfg.SyncTimeout)
}

// Synced tells if the first list of items has been read, as /readyz may want to know.
func (q *Queue) Synced() bool {
	select {
	case <-q.synced:
		return true
	default:
		return false
	}
}

// Wake returns a channel that is closed when an item has arrived that can be
// claimed, or after at most a moment. Take it before a claim that may find nothing,
// so that no item is missed. Items whose wait or lease ends do not close it.
func (q *Queue) Wake() <-chan struct{} { return q.view.woken.next() }

// QueueStats counts what a queue has done.
type QueueStats struct {
	Claims    uint64 // that worked
	Conflicts uint64 // claims that somebody else was faster with, each cost one request
}

// Stats returns the counts since the queue was made.
func (q *Queue) Stats() QueueStats {
	return QueueStats{Claims: q.stats.claims.Load(), Conflicts: q.stats.conflicts.Load()}
}

// selectServices returns a selector of the items of services, nil for all.
func selectServices(services []string) (labels.Selector, error) {
	if len(services) == 0 {
		return nil, nil
	}
	in, err := labels.NewRequirement(LabelService, selection.In, services)
	if err != nil {
		return nil, fmt.Errorf("select services %q: %w", services, err)
	}
	return labels.NewSelector().Add(*in), nil
}

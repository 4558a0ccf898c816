package worker_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/worker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var errDown = errors.New("registry is down")

// core keeps entries by id and fails as told.
type core struct {
	mu      sync.Mutex
	entries map[string]metadata.Entry
	puts    [][]metadata.Entry
	onPut   func(ctx context.Context) error
	onQuery func() error
	onDrop  func() error
}

func newCore(entries ...metadata.Entry) *core {
	c := &core{entries: map[string]metadata.Entry{}}
	for _, e := range entries {
		c.entries[e.ID()] = e
	}
	return c
}

func (c *core) PutMetadata(ctx context.Context, entries []metadata.Entry) error {
	if c.onPut != nil {
		if err := c.onPut(ctx); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.puts = append(c.puts, entries)
	for _, e := range entries {
		c.entries[e.ID()] = e
	}
	return nil
}

func (c *core) DeleteMetadata(_ context.Context, entries []metadata.Entry) error {
	if c.onDrop != nil {
		if err := c.onDrop(); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, e := range entries {
		delete(c.entries, e.ID())
	}
	return nil
}

// QueryMetadata ignores the artefact, as a query may return those that are wider.
func (c *core) QueryMetadata(_ context.Context, q store.Query) iter.Seq2[metadata.Entry, error] {
	return func(yield func(metadata.Entry, error) bool) {
		if c.onQuery != nil {
			if err := c.onQuery(); err != nil {
				yield(metadata.Entry{}, err)
				return
			}
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, e := range c.entries {
			if slices.Contains(q.Types, e.Meta.Type) && slices.Contains(q.Datasources, e.Meta.Datasource) && !yield(e, nil) {
				return
			}
		}
	}
}

// names lists what is stored as "artefact type key", sorted.
func (c *core) names() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := []string{}
	for _, e := range c.entries {
		key, _ := e.DataKey()
		list = append(list, fmt.Sprint(artefact.Text(e.Artefact.Local().Name), " ", e.Meta.Type, " ", key))
	}
	slices.Sort(list)
	return list
}

// queue is a real queue whose calls can be made to fail.
type queue struct {
	*backlog.Memory
	onClaim, onRenew, onFinish, onFail, onRelease, onList func() error
}

func newQueue(names ...string) *queue {
	q := &queue{Memory: backlog.NewMemory(backlog.MemoryConfig{})}
	for i, name := range names {
		q.add(name, time.Now().Add(time.Duration(i)*time.Second))
	}
	return q
}

func (q *queue) add(name string, at time.Time) {
	_, err := q.Add(context.Background(), backlog.Item{Service: "lint", Artefact: id(name), Priority: 1, Timestamp: at})
	if err != nil {
		panic(err)
	}
}

func call(f func() error) error {
	if f == nil {
		return nil
	}
	return f()
}

func (q *queue) Claim(ctx context.Context, req backlog.ClaimRequest) (backlog.Claim, error) {
	if err := call(q.onClaim); err != nil {
		return backlog.Claim{}, err
	}
	return q.Memory.Claim(ctx, req)
}

func (q *queue) Renew(ctx context.Context, c backlog.Claim, d time.Duration) error {
	if err := call(q.onRenew); err != nil {
		return err
	}
	return q.Memory.Renew(ctx, c, d)
}

func (q *queue) Finish(ctx context.Context, c backlog.Claim) error {
	if err := call(q.onFinish); err != nil {
		return err
	}
	return q.Memory.Finish(ctx, c)
}

func (q *queue) Fail(ctx context.Context, c backlog.Claim, f backlog.Failure) error {
	if err := call(q.onFail); err != nil {
		return err
	}
	return q.Memory.Fail(ctx, c, f)
}

func (q *queue) Release(ctx context.Context, c backlog.Claim) error {
	if err := call(q.onRelease); err != nil {
		return err
	}
	return q.Memory.Release(ctx, c)
}

func (q *queue) List(ctx context.Context, f backlog.Filter) ([]backlog.Item, error) {
	if err := call(q.onList); err != nil {
		return nil, err
	}
	return q.Memory.List(ctx, f)
}

// items lists the queue.
func (q *queue) items() []backlog.Item {
	items, err := q.Memory.List(context.Background(), backlog.Filter{})
	if err != nil {
		panic(err)
	}
	return items
}

func id(name string) artefact.ID {
	return artefact.ID{
		ComponentName:    new("acme.org/shop"),
		ComponentVersion: new("1.0.0"),
		Kind:             artefact.KindResource,
		Artefact:         &artefact.LocalID{Name: &name, Version: new("1"), Type: new("ociImage")},
	}
}

const (
	findingType = metadata.Type("finding/lint")
	infoType    = metadata.Type("lint")
	source      = metadata.Datasource("lint")
)

// finding returns an entry of a type that ODG does not know.
func finding(key string) metadata.Entry {
	data, err := metadata.NewPayload(findingType, map[string]string{"key": key})
	if err != nil {
		panic(err)
	}
	return metadata.Entry{Meta: metadata.Meta{Type: findingType}, Data: data}
}

// storedFinding is finding as it is stored.
func storedFinding(name, key string) metadata.Entry {
	e := finding(key)
	e.Artefact, e.Meta.Datasource = id(name), source
	return e
}

func config() worker.Config {
	return worker.Config{
		Service: "lint", Datasource: source, Types: []metadata.Type{findingType, infoType},
		Lease: time.Minute, Poll: 10 * time.Second, Holder: "pod-a", ScanTimeout: -1,
		Retry: backlog.RetryPolicy{Base: time.Minute, Max: time.Hour, Attempts: 3, Jitter: -1},
	}
}

// scanner finds what it is told and remembers what it was asked.
type scanner struct {
	mu      sync.Mutex
	scanned []string
	scan    func(ctx context.Context, name string) (worker.Result, error)
}

func (s *scanner) Scan(ctx context.Context, id artefact.ID) (worker.Result, error) {
	name := artefact.Text(id.Local().Name)
	s.mu.Lock()
	s.scanned = append(s.scanned, name)
	s.mu.Unlock()
	return s.scan(ctx, name)
}

// times tells how often artefacts were scanned.
func (s *scanner) times() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.scanned)
}

// finds returns a scanner that finds these keys in every artefact.
func finds(keys ...string) *scanner {
	return &scanner{scan: func(context.Context, string) (worker.Result, error) { return results(keys...), nil }}
}

func results(keys ...string) worker.Result {
	var r worker.Result
	for _, key := range keys {
		r.Entries = append(r.Entries, finding(key))
	}
	return r
}

// takes returns a scanner that takes its time unless it is cancelled.
func takes(d time.Duration) *scanner {
	return &scanner{scan: func(ctx context.Context, _ string) (worker.Result, error) {
		select {
		case <-time.After(d):
			return results("x"), nil
		case <-ctx.Done():
			return worker.Result{}, ctx.Err()
		}
	}}
}

// journal writes down what an observer is told.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) write(what string, item backlog.Item) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, what+" "+artefact.Text(item.Artefact.Local().Name))
}

func (j *journal) observer() worker.Observer {
	return worker.Observer{
		Claimed:  func(i backlog.Item) { j.write("claimed", i) },
		Finished: func(i backlog.Item) { j.write("finished", i) },
		Skipped:  func(i backlog.Item, _ error) { j.write("skipped", i) },
		Failed:   func(i backlog.Item, _ error, _ time.Time) { j.write("failed", i) },
		Parked:   func(i backlog.Item, _ error) { j.write("parked", i) },
		Lost:     func(i backlog.Item, _ error) { j.write("lost", i) },
		Released: func(i backlog.Item) { j.write("released", i) },
	}
}

package backlog

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"
)

// DefaultMaxItems bounds a [Memory] that has no bound of its own.
const DefaultMaxItems = 1 << 20

// MemoryConfig configures a [Memory].
type MemoryConfig struct {
	Now      func() time.Time // clock; nil means time.Now
	MaxItems int              // Add beyond it fails with ErrFull; 0 means DefaultMaxItems
}

// Memory is a [Queue] that lives as long as the process. Every call costs
// O(log n), except List. It is safe for concurrent use.
type Memory struct {
	now func() time.Time
	max int

	mu     sync.Mutex
	byName map[string]*entry
	lines  map[string]*line // per service
	claims uint64           // number of claims so far, from which tokens are made
}

var _ Queue = (*Memory)(nil)

// NewMemory returns an empty queue.
func NewMemory(cfg MemoryConfig) *Memory {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.MaxItems == 0 {
		cfg.MaxItems = DefaultMaxItems
	}
	return &Memory{now: cfg.Now, max: cfg.MaxItems, byName: map[string]*entry{}, lines: map[string]*line{}}
}

// Add implements [Queue].
func (m *Memory) Add(ctx context.Context, items ...Item) (created int, err error) {
	names, err := itemNames(items)
	if err != nil {
		return 0, err
	}
	now, err := m.lock(ctx)
	if err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	if err := m.checkRoom(names); err != nil {
		return 0, err
	}
	for i, item := range items {
		if e, ok := m.byName[names[i]]; ok {
			e.trigger(item, now)
			continue
		}
		m.insert(item, names[i], now)
		created++
	}
	return created, nil
}

func itemNames(items []Item) ([]string, error) {
	names := make([]string, len(items))
	for i, item := range items {
		if err := item.Validate(); err != nil {
			return nil, fmt.Errorf("add backlog item %s: %w", item.Artefact, err)
		}
		names[i] = item.Name()
	}
	return names, nil
}

func (m *Memory) checkRoom(names []string) error {
	if len(m.byName)+len(names) <= m.max {
		return nil
	}
	fresh := map[string]bool{}
	for _, name := range names {
		if m.byName[name] == nil {
			fresh[name] = true
		}
	}
	if len(m.byName)+len(fresh) > m.max {
		return fmt.Errorf("add %d backlog items to %d: %w, it holds at most %d", len(fresh), len(m.byName), ErrFull, m.max)
	}
	return nil
}

func (m *Memory) insert(item Item, name string, now time.Time) {
	l, ok := m.lines[item.Service]
	if !ok {
		l = newLine()
		m.lines[item.Service] = l
	}
	e := &entry{name: name, line: l, item: Item{
		Service: item.Service, Artefact: item.Artefact, Priority: item.Priority, Timestamp: item.Timestamp.UTC(),
	}}
	m.byName[name] = e
	e.place(now)
}

// Claim implements [Queue].
func (m *Memory) Claim(ctx context.Context, req ClaimRequest) (Claim, error) {
	if req.Lease <= 0 {
		return Claim{}, fmt.Errorf("claim backlog item: lease of %s, want a positive one", req.Lease)
	}
	now, err := m.lock(ctx)
	if err != nil {
		return Claim{}, err
	}
	defer m.mu.Unlock()
	e := m.first(req.Services, now)
	if e == nil {
		return Claim{}, ErrEmpty
	}
	m.claims++
	e.token = strconv.FormatUint(m.claims, 10)
	e.again = false
	e.item.ClaimedBy, e.item.ClaimedAt, e.item.LeaseEnd = req.Holder, now, now.Add(req.Lease)
	e.place(now)
	return Claim{Item: e.item, Token: e.token, Until: e.item.LeaseEnd}, nil
}

// first returns the entry to claim next, or nil.
func (m *Memory) first(services []string, now time.Time) *entry {
	var best *entry
	consider := func(l *line) {
		l.settle(now)
		if e := l.ready.first(); e != nil && (best == nil || before(e, best)) {
			best = e
		}
	}
	if len(services) == 0 {
		for _, l := range m.lines {
			consider(l)
		}
		return best
	}
	for _, service := range services {
		if l, ok := m.lines[service]; ok {
			consider(l)
		}
	}
	return best
}

// Renew implements [Queue].
func (m *Memory) Renew(ctx context.Context, c Claim, d time.Duration) error {
	if d <= 0 {
		return fmt.Errorf("renew claim: lease of %s, want a positive one", d)
	}
	return m.held(ctx, "renew", c, func(e *entry, now time.Time) {
		e.item.LeaseEnd = now.Add(d)
	})
}

// Finish implements [Queue].
func (m *Memory) Finish(ctx context.Context, c Claim) error {
	return m.held(ctx, "finish", c, func(e *entry, _ time.Time) {
		if !e.again {
			m.remove(e)
			return
		}
		e.free()
		e.forget()
	})
}

// Fail implements [Queue].
func (m *Memory) Fail(ctx context.Context, c Claim, f Failure) error {
	return m.held(ctx, "fail", c, func(e *entry, _ time.Time) {
		e.free()
		e.item.Attempts++
		e.item.LastError = f.Reason
		e.item.NotBefore = f.NotBefore
		e.item.Parked = f.Park
	})
}

// Release implements [Queue].
func (m *Memory) Release(ctx context.Context, c Claim) error {
	return m.held(ctx, "release", c, func(e *entry, _ time.Time) { e.free() })
}

// held calls change with the entry of c, if c holds it, and puts the entry where
// it belongs afterwards.
func (m *Memory) held(ctx context.Context, act string, c Claim, change func(*entry, time.Time)) error {
	name := c.Item.Name()
	now, err := m.lock(ctx)
	if err != nil {
		return err
	}
	defer m.mu.Unlock()
	e := m.lookUp(name, now)
	if e == nil || e.token == "" || e.token != c.Token {
		return fmt.Errorf("%s backlog item %s: %w", act, name, ErrClaimLost)
	}
	change(e, now)
	if !e.removed {
		e.place(now)
	}
	return nil
}

func (m *Memory) remove(e *entry) {
	e.removed = true
	e.moveTo(nil)
	delete(m.byName, e.name)
}

// lookUp returns the entry of a name in its present state, or nil.
func (m *Memory) lookUp(name string, now time.Time) *entry {
	e := m.byName[name]
	if e != nil {
		e.expire(now)
	}
	return e
}

// lock locks m and returns the time, or, without locking, the error of ctx.
func (m *Memory) lock(ctx context.Context) (time.Time, error) {
	if err := ctx.Err(); err != nil {
		return time.Time{}, err
	}
	m.mu.Lock()
	return m.now().UTC(), nil
}

package backlog

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// List implements [Queue].
func (m *Memory) List(ctx context.Context, f Filter) ([]Item, error) {
	now, err := m.lock(ctx)
	if err != nil {
		return nil, err
	}
	entries := m.selected(f, now)
	items := make([]Item, len(entries))
	slices.SortFunc(entries, compareListed)
	for i, e := range entries {
		items[i] = e.item
	}
	m.mu.Unlock()
	return items, nil
}

func (m *Memory) selected(f Filter, now time.Time) []*entry {
	var list []*entry
	for _, e := range m.byName {
		e.expire(now)
		if len(f.Services) > 0 && !slices.Contains(f.Services, e.item.Service) ||
			f.Parked != nil && *f.Parked != e.item.Parked {
			continue
		}
		list = append(list, e)
	}
	return list
}

// Replay implements [Queue].
func (m *Memory) Replay(ctx context.Context, name string) error {
	now, err := m.lock(ctx)
	if err != nil {
		return err
	}
	defer m.mu.Unlock()
	e := m.lookUp(name, now)
	switch {
	case e == nil:
		return fmt.Errorf("replay backlog item %s: %w", name, ErrNotFound)
	case e.token != "":
		return fmt.Errorf("replay backlog item %s: %w by %s", name, ErrClaimed, e.item.ClaimedBy)
	}
	e.forget()
	e.place(now)
	return nil
}

// SetPriority implements [Queue].
func (m *Memory) SetPriority(ctx context.Context, name string, p Priority) error {
	if err := p.Validate(); err != nil {
		return fmt.Errorf("set priority of backlog item %s: %w", name, err)
	}
	now, err := m.lock(ctx)
	if err != nil {
		return err
	}
	defer m.mu.Unlock()
	e := m.lookUp(name, now)
	if e == nil {
		return fmt.Errorf("set priority of backlog item %s: %w", name, ErrNotFound)
	}
	e.item.Priority = p
	e.place(now)
	return nil
}

// Drop implements [Queue].
func (m *Memory) Drop(ctx context.Context, name string) error {
	if _, err := m.lock(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	e, ok := m.byName[name]
	if !ok {
		return fmt.Errorf("drop backlog item %s: %w", name, ErrNotFound)
	}
	m.remove(e)
	return nil
}

package memory

import (
	"context"
	"fmt"
	"sync"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Store implements [store.Store] in memory. It is safe for concurrent use: reads
// see the state at which they began, however long they take.
type Store struct {
	mu     sync.RWMutex
	cfg    Config
	closed bool
	byID   rows
	// The same rows, by component name and by reuse key.
	byComponent map[component]rows
	byReuseKey  map[string]rows
	journal     journal
	past        past
	blobs       map[string]blob           // by digest, nil if there are none
	documents   map[string]store.Document // by id, nil if there are none
}

var _ store.Store = (*Store)(nil)

// row is an entry that does not change; an update replaces the row.
type row struct {
	id       string
	reuseKey string
	entry    metadata.Entry
	changed  int64 // its place in the journal
	origin   origin
}

type rows map[string]*row // by id

// component is a component name that may be null.
type component struct {
	name string
	null bool
}

func componentOf(name *string) component {
	if name == nil {
		return component{null: true}
	}
	return component{name: *name}
}

// New returns an empty store.
func New() *Store { return NewWith(Config{}) }

// NewWith returns an empty store that works by cfg.
func NewWith(cfg Config) *Store {
	return &Store{
		cfg:  cfg.withDefaults(),
		byID: rows{}, byComponent: map[component]rows{}, byReuseKey: map[string]rows{},
		journal: newJournal(),
	}
}

// Close implements [store.Store]. The entries and blobs are gone.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.blobs = nil
	s.byID, s.byComponent, s.byReuseKey, s.journal = nil, nil, nil, journal{}
	s.past = past{}
	return nil
}

// Delete implements [store.Deleter].
func (s *Store) Delete(ctx context.Context, ids []string) (store.Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(ctx); err != nil {
		return store.Change{}, fmt.Errorf("delete metadata: %w", err)
	}
	var change store.Change
	at := s.cfg.Now()
	act := s.act(ctx, at)
	for _, id := range ids {
		if r, ok := s.byID[id]; ok {
			s.end(r, store.Turn{What: store.Deleted, Act: act})
			s.remove(r)
			s.journal.last++
			s.journal.deleted = append(s.journal.deleted, deletion{s.journal.last, id, r.entry.Meta.Type, at})
			change.Deleted++
		}
	}
	s.journal.forget(at.Add(-s.cfg.KeepDeletions))
	s.compact()
	return change, nil
}

func (s *Store) usable(ctx context.Context) error {
	if s.closed {
		return store.ErrClosed
	}
	return ctx.Err()
}

func (s *Store) insert(r *row) {
	s.byID[r.id] = r
	s.wrote(r)
	name := componentOf(r.entry.Artefact.ComponentName)
	if s.byComponent[name] == nil {
		s.byComponent[name] = rows{}
	}
	s.byComponent[name][r.id] = r
	if s.byReuseKey[r.reuseKey] == nil {
		s.byReuseKey[r.reuseKey] = rows{}
	}
	s.byReuseKey[r.reuseKey][r.id] = r
}

func (s *Store) remove(r *row) {
	delete(s.byID, r.id)
	name := componentOf(r.entry.Artefact.ComponentName)
	if delete(s.byComponent[name], r.id); len(s.byComponent[name]) == 0 {
		delete(s.byComponent, name)
	}
	if delete(s.byReuseKey[r.reuseKey], r.id); len(s.byReuseKey[r.reuseKey]) == 0 {
		delete(s.byReuseKey, r.reuseKey)
	}
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// auditedStore writes a line about every change of the store that it wraps.
// Embedding leaves reading to that store; the methods here are those that write.
type auditedStore struct {
	store.Store
	now func() time.Time

	mu   sync.Mutex // keeps the lines in the order of the changes
	log  *json.Encoder
	lost error // why the log ended
}

// audited wraps s. Lines of JSON are written to log.
func audited(s store.Store, log io.Writer, now func() time.Time) *auditedStore {
	return &auditedStore{Store: s, now: now, log: json.NewEncoder(log)}
}

// line is what is written about a change. A call that changes nothing has none.
type line struct {
	Time     time.Time `json:"time"`
	Inserted int       `json:"inserted"`
	Updated  int       `json:"updated"`
	Deleted  int       `json:"deleted"`
	Entries  []subject `json:"entries"` // all that the call named
}

type subject struct {
	ID       string        `json:"id"`
	Type     metadata.Type `json:"type,omitempty"`
	Artefact *artefact.ID  `json:"artefact,omitempty"`
}

// Upsert implements [store.Upserter].
func (s *auditedStore) Upsert(ctx context.Context, entries []metadata.Entry, opts store.UpsertOptions) (store.Change, error) {
	subjects := make([]subject, len(entries))
	for i, e := range entries {
		subjects[i] = subject{ID: e.ID(), Type: e.Meta.Type, Artefact: &e.Artefact}
	}
	return s.audit(subjects, func() (store.Change, error) { return s.Store.Upsert(ctx, entries, opts) })
}

// Delete implements [store.Deleter].
func (s *auditedStore) Delete(ctx context.Context, ids []string) (store.Change, error) {
	subjects := make([]subject, len(ids))
	for i, id := range ids {
		subjects[i] = subject{ID: id}
	}
	return s.audit(subjects, func() (store.Change, error) { return s.Store.Delete(ctx, ids) })
}

// audit makes a change and writes its line. If that fails, the caller is told and
// nothing is changed any more, so at most one change is without a line.
func (s *auditedStore) audit(subjects []subject, change func() (store.Change, error)) (store.Change, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost != nil {
		return store.Change{}, s.lost
	}
	done, err := change()
	if err != nil || done == (store.Change{}) {
		return done, err
	}
	l := line{s.now().UTC(), done.Inserted, done.Updated, done.Deleted, subjects}
	if err := s.log.Encode(l); err != nil {
		s.lost = fmt.Errorf("write audit log: %w; changes are refused from now on", err)
	}
	return done, s.lost
}

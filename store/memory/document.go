package memory

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/store"
)

var _ store.Documents = (*Store)(nil)

// FindDocuments implements [store.Documents].
func (s *Store) FindDocuments(ctx context.Context, ids []string) (map[string]store.Document, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return nil, fmt.Errorf("find documents: %w", err)
	}
	found := map[string]store.Document{}
	for _, id := range ids {
		if d, ok := s.documents[id]; ok {
			d.Content = bytes.Clone(d.Content)
			found[id] = d
		}
	}
	return found, nil
}

// PutDocuments implements [store.Documents].
func (s *Store) PutDocuments(ctx context.Context, documents []store.Document) error {
	return s.change(ctx, "put documents", func() error {
		latest, err := store.Latest(documents)
		if err != nil {
			return err
		}
		if s.documents == nil {
			s.documents = map[string]store.Document{}
		}
		for _, d := range latest {
			d.Content, d.Used = bytes.Clone(d.Content), d.Used.UTC()
			if d.StaleFrom = s.documents[d.ID].StaleFrom; !d.StaleFrom.After(d.Used) {
				d.StaleFrom = time.Time{}
			}
			s.documents[d.ID] = d
		}
		s.prune()
		return nil
	})
}

// prune removes documents until the rest has room.
func (s *Store) prune() {
	last := func(a, b store.Document) int { return cmp.Or(b.Used.Compare(a.Used), cmp.Compare(a.ID, b.ID)) }
	left := s.cfg.MaxDocumentBytes
	for _, d := range slices.SortedFunc(maps.Values(s.documents), last) {
		if left -= int64(len(d.Content)); left < 0 {
			delete(s.documents, d.ID)
		}
	}
}

// UseDocuments implements [store.Documents].
func (s *Store) UseDocuments(ctx context.Context, ids []string, at time.Time) error {
	return s.change(ctx, "note the use of documents", func() error {
		for _, id := range ids {
			if d, ok := s.documents[id]; ok {
				d.Used = at.UTC()
				s.documents[id] = d
			}
		}
		return nil
	})
}

// DeleteDocuments implements [store.Documents].
func (s *Store) DeleteDocuments(ctx context.Context, ids []string) error {
	return s.change(ctx, "delete documents", func() error {
		for _, id := range ids {
			delete(s.documents, id)
		}
		return nil
	})
}

// CountDocuments implements [store.Documents].
func (s *Store) CountDocuments(ctx context.Context) (count store.DocumentCount, err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.usable(ctx); err != nil {
		return count, fmt.Errorf("count documents: %w", err)
	}
	for _, d := range s.documents {
		count.Documents++
		count.Bytes += int64(len(d.Content))
	}
	return count, nil
}

// MarkCacheForDeletion implements [store.Documents].
func (s *Store) MarkCacheForDeletion(ctx context.Context, id string, at time.Time) error {
	return s.change(ctx, "mark cached value for deletion", func() error {
		if d, ok := s.documents[strings.ToLower(id)]; ok {
			d.StaleFrom = at.UTC()
			s.documents[d.ID] = d
		}
		return nil
	})
}

// change runs f while nobody else reads or writes.
func (s *Store) change(ctx context.Context, act string, f func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.usable(ctx)
	if err == nil {
		err = f()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

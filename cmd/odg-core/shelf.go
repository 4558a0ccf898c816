package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/component/mapped"
	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/internal/delivery"
	"github.com/opendeliverygear/odg/store"
)

// flushPatience is how long is waited for descriptors that are not written to the
// database yet when the server stops.
const flushPatience = 5 * time.Second

// shelved is a repository in a registry, whose documents are kept in the database.
// Archives are not: their files may change.
type shelved struct {
	*oci.Repository
	place string
	of    *repositories
}

// Descriptor implements [component.Resolver].
func (s shelved) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	if s.of.shelf == nil {
		return s.direct().Descriptor(ctx, id)
	}
	d, err := s.of.shelf.Resolver(s.place, s.Repository).Descriptor(ctx, id)
	return delivery.Locate(d, s.Location()), err
}

// registry opens a place in a registry.
func (r *repositories) registry(place string) (mapped.Repository, error) {
	repository, err := r.Registries.Open(place)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(r.places, place) {
		place = repository.Location().String() // however a request writes it
	}
	return shelved{repository, place, r}, nil
}

// direct is the repository without what the database keeps of it.
func (s shelved) direct() delivery.Located { return delivery.Located{Repository: s.Repository} }

// Uncached implements [httpapi.Uncached].
func (s shelved) Uncached() component.VersionFinder { return s.direct() }

// marks are told what DELETE /cache is asked for. Other servers on the same database go
// on by what they have in memory.
type marks struct{ site *site }

// maxLateMarks limits the values that are still to become stale. Those beyond are
// forgotten at once only.
const maxLateMarks = 1000

// MarkCacheForDeletion implements [httpapi.Cache]: the database is told, then memory.
func (m marks) MarkCacheForDeletion(ctx context.Context, id string, at time.Time) error {
	documents, ok := m.site.db.(store.Documents)
	if !ok {
		return nil
	}
	m.site.flush() // what is not written yet cannot be marked
	if err := documents.MarkCacheForDeletion(ctx, id, at); err != nil {
		return err
	}
	m.site.forget(id)
	wait := time.Until(at)
	if wait <= 0 || m.site.late.Add(1) > maxLateMarks {
		return nil
	}
	time.AfterFunc(wait, func() {
		m.markAgain(documents, id, at)
		m.site.forget(id)
		m.site.late.Add(-1)
	})
	return nil
}

// markAgain marks what was written since it was marked for a later time.
func (m marks) markAgain(documents store.Documents, id string, at time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), flushPatience)
	defer cancel()
	if err := documents.MarkCacheForDeletion(ctx, id, at); err != nil && !errors.Is(err, store.ErrClosed) {
		m.site.log.Warn().Err(err).Str("id", id).Msg("descriptor not marked as stale")
	}
}

// forget drops a descriptor from memory, and before it is written to the database.
func (s *site) forget(id string) {
	id = strings.ToLower(id)
	if s.shelf != nil {
		s.shelf.Forget(id)
	}
	if r := s.caches.repositories(); r != nil {
		r.forget(id)
	}
}

// forget drops what is in memory of the component version that has a cache id, in
// whichever of the repositories.
func (r *repositories) forget(cacheID string) {
	matches := func(id component.ID) bool {
		for _, place := range r.places {
			if store.DescriptorID(place, id.Name, id.Version) == cacheID {
				return true
			}
		}
		return false
	}
	for _, one := range r.named { // which has all, too
		one.ForgetDescriptors(matches)
	}
}

// openShelf makes the shelf of the database.
func (s *site) openShelf() {
	if documents, ok := s.db.(store.Documents); ok && s.flags.DescriptorCacheBytes > 0 {
		s.shelf = cached.NewShelf(documents, cached.ShelfConfig{Log: s.log})
		s.kept.of.Store(&countedShelf{s.shelf, documents})
	}
}

// flush writes what is still to be written.
func (s *site) flush() {
	if s.shelf == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushPatience)
	defer cancel()
	if err := s.shelf.Flush(ctx); err != nil {
		s.log.Warn().Err(err).Msg("descriptors not kept")
	}
}

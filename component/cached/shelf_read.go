package cached

import (
	"context"
	"fmt"
	"time"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/store"
)

// noteUseAfter is how long ago a document was of use when that is noted again.
const noteUseAfter = 24 * time.Hour

// find returns the descriptor of a document on the shelf, nil if there is none that is
// to be used. What cannot be that of the component version is as good as none: the
// repository has the last word.
func (s *Shelf) find(ctx context.Context, key string, id component.ID) *component.Descriptor {
	found, ok := s.lookUp(ctx, key)
	now := s.cfg.Now()
	if !ok || !found.StaleFrom.IsZero() && !now.Before(found.StaleFrom) {
		s.counts.misses.Add(1)
		return nil
	}
	d, err := read(found, id)
	if err != nil {
		s.counts.damaged.Add(1)
		s.cfg.Log.Warn().Err(err).Str("component_name", id.Name).Str("component_version", id.Version).Str("cache_id", key).
			Msg("cached descriptor ignored")
		return nil
	}
	s.counts.hits.Add(1)
	s.counts.bytesRead.Add(int64(len(found.Content)))
	if now.Sub(found.Used) > noteUseAfter {
		s.use(key)
	}
	return d
}

// read decodes a document as that of a repository is, and trusts it no more.
func read(found store.Document, id component.ID) (*component.Descriptor, error) {
	if digest := store.DocumentDigest(found.Content); digest != found.Digest {
		return nil, fmt.Errorf("its digest is %s, not %s", digest, found.Digest)
	}
	d, err := component.Decode(found.Content)
	if err != nil {
		return nil, err
	}
	if d.ID != id {
		return nil, fmt.Errorf("it is that of %s", d.ID)
	}
	return d, nil
}

func (s *Shelf) lookUp(ctx context.Context, key string) (store.Document, bool) {
	s.mu.Lock()
	waiting, ok := s.pending[key]
	resting := s.resting()
	s.mu.Unlock()
	if ok || resting {
		return waiting, ok
	}
	patient, cancel := context.WithTimeout(ctx, s.cfg.Patience)
	defer cancel()
	documents, err := s.documents.FindDocuments(patient, []string{key})
	if err != nil && ctx.Err() == nil { // else the caller has gone
		s.failed("find", err)
	}
	found, ok := documents[key]
	return found, ok && err == nil
}

// resting tells if documents have failed not long ago. The caller holds the lock.
func (s *Shelf) resting() bool { return s.cfg.Now().Before(s.rested) }

func (s *Shelf) failed(act string, err error) {
	s.counts.failures.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.resting() {
		s.cfg.Log.Warn().Err(err).Str("act", act).Dur("rest", s.cfg.Rest).Msg("cache of descriptors failed")
	}
	s.rested = s.cfg.Now().Add(s.cfg.Rest)
}

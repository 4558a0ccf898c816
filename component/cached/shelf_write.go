package cached

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/store"
)

// writePatience limits one write.
const writePatience = 30 * time.Second

// put has a document written, soon.
func (s *Shelf) put(key string, document []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(key) // what waits is older
	size := int64(len(document))
	if size > s.cfg.MaxDocumentBytes || s.bytes+size > s.cfg.MaxPendingBytes || s.resting() {
		s.counts.dropped.Add(1)
		return
	}
	s.pending[key] = store.Document{
		ID: key, Content: bytes.Clone(document), Digest: store.DocumentDigest(document), Used: s.cfg.Now().Truncate(time.Second),
	}
	s.bytes += size
	s.start()
}

// use has the use of a document noted, soon.
func (s *Shelf) use(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used[key] = struct{}{}
	s.start()
}

// start sees to it that somebody writes. The caller holds the lock.
func (s *Shelf) start() {
	if s.written == nil {
		s.written = make(chan struct{})
		go s.write(s.written)
	}
}

// write writes until nothing is left. What comes while it writes it writes together.
func (s *Shelf) write(done chan struct{}) {
	defer close(done)
	for {
		documents, used := s.take()
		if len(documents) == 0 && len(used) == 0 {
			return
		}
		documents = asJSON(documents)
		ctx, cancel := context.WithTimeout(context.Background(), writePatience)
		s.writeAll(ctx, documents, used)
		cancel()
	}
}

func (s *Shelf) writeAll(ctx context.Context, documents []store.Document, used []string) {
	if len(documents) > 0 {
		if err := s.documents.PutDocuments(ctx, documents); err != nil {
			s.counts.dropped.Add(int64(len(documents)))
			s.failed("put", err)
			return
		}
		s.counts.written.Add(int64(len(documents)))
		for _, d := range documents {
			s.counts.bytesWritten.Add(int64(len(d.Content)))
		}
	}
	if len(used) > 0 {
		if err := s.documents.UseDocuments(ctx, used, s.cfg.Now().Truncate(time.Second)); err != nil {
			s.failed("use", err)
		}
	}
}

// asJSON converts documents, most of which are YAML: what is read more often than it is
// written shall be read fast. Descriptors stay equal. What cannot be converted is kept as
// it is; it was decoded before, so there is no such document.
func asJSON(documents []store.Document) []store.Document {
	for i := range documents {
		if converted, err := component.ToJSON(documents[i].Content); err == nil {
			documents[i].Content, documents[i].Digest = converted, store.DocumentDigest(converted)
		}
	}
	return documents
}

// take takes what is to be written. If that is nothing, nobody writes any more.
func (s *Shelf) take() (documents []store.Document, used []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	documents, used = slices.Collect(maps.Values(s.pending)), slices.Collect(maps.Keys(s.used))
	clear(s.pending)
	clear(s.used)
	if s.bytes = 0; len(documents) == 0 && len(used) == 0 {
		s.written = nil
	}
	return documents, used
}

// Flush waits until everything is written, or ctx ends.
func (s *Shelf) Flush(ctx context.Context) error {
	s.mu.Lock()
	written := s.written
	s.mu.Unlock()
	if written == nil {
		return nil
	}
	select {
	case <-written:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

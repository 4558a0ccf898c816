package cached

import (
	"context"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/store"
)

// Documents keeps documents for longer than a process lives. The stores of this module
// do, see [store.Documents].
type Documents interface {
	FindDocuments(ctx context.Context, ids []string) (map[string]store.Document, error)
	PutDocuments(ctx context.Context, documents []store.Document) error
	UseDocuments(ctx context.Context, ids []string, at time.Time) error
}

// Source is a repository that tells descriptors with their documents, such as those of
// component/oci.
type Source interface {
	// ReadDescriptor returns the descriptor of a component version, and the document
	// that it was read from, byte for byte. Errors are those of [component.Resolver].
	ReadDescriptor(ctx context.Context, id component.ID) (*component.Descriptor, []byte, error)
}

// ShelfConfig configures a [Shelf]. In each number and duration 0 stands for the default.
type ShelfConfig struct {
	// MaxDocumentBytes is how large documents are that are kept, default 1 MiB.
	MaxDocumentBytes int64
	// MaxPendingBytes limits the documents that wait for being written, default 8 MiB.
	// Others are not kept.
	MaxPendingBytes int64
	// Patience is how long is waited for a document, default 1 s. The repository is
	// asked then.
	Patience time.Duration
	// Rest is how long documents are left alone after they have failed, default 10 s,
	// so that not every lookup waits for them.
	Rest time.Duration
	// Now is the clock, default [time.Now].
	Now func() time.Time
	// Log tells what failed; the zero value is silent.
	Log zerolog.Logger
}

func (c ShelfConfig) withDefaults() ShelfConfig {
	orDefault(&c.MaxDocumentBytes, 1<<20)
	orDefault(&c.MaxPendingBytes, 8<<20)
	orDefault(&c.Patience, time.Second)
	orDefault(&c.Rest, 10*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func orDefault[T int64 | time.Duration](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}

// A Shelf is the second level: it keeps the documents of component versions in a
// database, from where they are read when memory has them no more, or not yet. Make one
// with [NewShelf]. It is safe for concurrent use. Lookups never fail because of it, nor
// do they wait for what it writes, which happens beside them and many at a time.
type Shelf struct {
	documents Documents
	cfg       ShelfConfig
	counts    shelfCounts

	mu      sync.Mutex
	pending map[string]store.Document // to be written
	bytes   int64                     // of pending
	used    map[string]struct{}       // of which the use is to be noted
	written chan struct{}             // closed when nobody writes any more, nil if nobody does
	rested  time.Time                 // documents are left alone until then
}

// NewShelf returns a Shelf. Whoever closes the database calls [Shelf.Flush] before.
func NewShelf(documents Documents, cfg ShelfConfig) *Shelf {
	return &Shelf{
		documents: documents, cfg: cfg.withDefaults(),
		pending: map[string]store.Document{}, used: map[string]struct{}{},
	}
}

// Resolver returns a resolver that asks from for descriptors that are not on the shelf.
// repository is where from is, as the configuration writes it; two repositories with
// the same name would be taken for one. Repositories whose versions change, such as
// archives in files, do not belong on a shelf.
func (s *Shelf) Resolver(repository string, from Source) component.Resolver {
	return shelved{s, repository, from}
}

// shelved is a repository whose documents are on a shelf.
type shelved struct {
	shelf      *Shelf
	repository string
	from       Source
}

// Descriptor implements [component.Resolver]. Errors are those of the repository, and
// are not kept.
func (r shelved) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	key := store.DescriptorID(r.repository, id.Name, id.Version)
	if d := r.shelf.find(ctx, key, id); d != nil {
		return d, nil
	}
	d, document, err := r.from.ReadDescriptor(ctx, id)
	if err == nil {
		r.shelf.put(key, document)
	}
	return d, err
}

// Forget drops the document with an id ([store.DescriptorID]) that is not written yet.
func (s *Shelf) Forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(id)
}

func (s *Shelf) drop(id string) {
	s.bytes -= int64(len(s.pending[id].Content))
	delete(s.pending, id)
}

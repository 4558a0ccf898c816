package cached_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/store/memory"
)

const place = "registry.example/ocm"

// registry has every version of every component, and counts what it is asked.
type registry struct{ asked atomic.Int64 }

func documentOf(id component.ID, provider string) []byte {
	return fmt.Appendf(nil, `{"meta":{"schemaVersion":"v2"},"component":{"name":%q,"version":%q,"provider":%q,`+
		`"repositoryContexts":[],"sources":[],"componentReferences":[],"resources":[]}}`, id.Name, id.Version, provider)
}

func (r *registry) ReadDescriptor(ctx context.Context, id component.ID) (*component.Descriptor, []byte, error) {
	r.asked.Add(1)
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	if id.Version == "0.0.0" {
		return nil, nil, component.ErrNotFound
	}
	document := documentOf(id, "acme")
	d, err := component.Decode(document)
	return d, document, err
}

// database is one that can fail, hang, and tells how it was used.
type database struct {
	*memory.Store
	problem          atomic.Pointer[error]
	hang             chan struct{} // nil: does not
	finds, puts, use atomic.Int64
}

func (d *database) answer(ctx context.Context, count *atomic.Int64) error {
	count.Add(1)
	if d.hang != nil {
		select {
		case <-d.hang:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if problem := d.problem.Load(); problem != nil {
		return *problem
	}
	return nil
}

func (d *database) FindDocuments(ctx context.Context, ids []string) (map[string]store.Document, error) {
	d.finds.Add(1)
	if problem := d.problem.Load(); problem != nil {
		return nil, *problem
	}
	return d.Store.FindDocuments(ctx, ids)
}

func (d *database) PutDocuments(ctx context.Context, documents []store.Document) error {
	if err := d.answer(ctx, &d.puts); err != nil {
		return err
	}
	return d.Store.PutDocuments(ctx, documents)
}

func (d *database) UseDocuments(ctx context.Context, ids []string, at time.Time) error {
	if err := d.answer(ctx, &d.use); err != nil {
		return err
	}
	return d.Store.UseDocuments(ctx, ids, at)
}

func newDatabase() *database { return &database{Store: memory.New()} }

func mustFind(t *testing.T, from component.Resolver, id component.ID) *component.Descriptor {
	t.Helper()
	d, err := from.Descriptor(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if d.ID != id {
		t.Fatalf("got %s, want %s", d.ID, id)
	}
	return d
}

func flush(t *testing.T, shelf *cached.Shelf) {
	t.Helper()
	if err := shelf.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestShelfOutlivesProcesses(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var from registry
	db := newDatabase()
	first := cached.NewShelf(db, cached.ShelfConfig{})
	d := mustFind(t, first.Resolver(place, &from), id("1.0.0"))
	flush(t, first)
	size := int64(len(documentOf(id("1.0.0"), "acme")))
	is.Equal(first.Stats(), cached.ShelfStats{Misses: 1, Written: 1, BytesWritten: size})

	second := cached.NewShelf(db, cached.ShelfConfig{})
	is.Equal(mustFind(t, second.Resolver(place, &from), id("1.0.0")), d)
	is.Equal(from.asked.Load(), int64(1))
	is.Equal(second.Stats(), cached.ShelfStats{Hits: 1, BytesRead: size})

	mustFind(t, second.Resolver("registry.example/moved", &from), id("1.0.0"))
	is.Equal(from.asked.Load(), int64(2)) // another repository, another document
	mustFind(t, second.Resolver(place, &from), id("1.0.1"))
	is.Equal(from.asked.Load(), int64(3))
}

func TestShelfKeepsNoErrors(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var from registry
	db := newDatabase()
	shelf := cached.NewShelf(db, cached.ShelfConfig{})
	for range 2 {
		_, err := shelf.Resolver(place, &from).Descriptor(t.Context(), id("0.0.0"))
		is.True(errors.Is(err, component.ErrNotFound))
	}
	flush(t, shelf)
	is.Equal(from.asked.Load(), int64(2))
	is.Equal(db.puts.Load(), int64(0))
}

// What is damaged, or that of somebody else, is not used, and is replaced.
func TestShelfTrustsNoRow(t *testing.T) {
	t.Parallel()
	right := documentOf(id("1.0.0"), "acme")
	other := documentOf(id("6.6.6"), "acme")
	for name, row := range map[string]store.Document{
		"altered":        {Content: documentOf(id("1.0.0"), "evil"), Digest: store.DocumentDigest(right)},
		"no digest":      {Content: right},
		"no descriptor":  {Content: []byte("x"), Digest: store.DocumentDigest([]byte("x"))},
		"another one":    {Content: other, Digest: store.DocumentDigest(other)},
		"nothing at all": {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			is := is.New(t)
			var from registry
			db := newDatabase()
			row.ID, row.Used = store.DescriptorID(place, "acme.org/shop", "1.0.0"), time.Now()
			is.NoErr(db.Store.PutDocuments(t.Context(), []store.Document{row}))
			shelf := cached.NewShelf(db, cached.ShelfConfig{})
			is.Equal(mustFind(t, shelf.Resolver(place, &from), id("1.0.0")).Provider, "acme")
			flush(t, shelf)
			is.Equal(shelf.Stats().Damaged, int64(1))
			is.Equal(mustFind(t, shelf.Resolver(place, &from), id("1.0.0")).Provider, "acme")
			is.Equal(from.asked.Load(), int64(1))
			is.Equal(shelf.Stats().Hits, int64(1))
		})
	}
}

func TestShelfObeysMarks(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var from registry
	db, now := newDatabase(), t0
	shelf := cached.NewShelf(db, cached.ShelfConfig{Now: func() time.Time { return now }})
	look := func() {
		mustFind(t, shelf.Resolver(place, &from), id("1.0.0"))
		flush(t, shelf)
	}
	look()
	is.NoErr(db.MarkCacheForDeletion(t.Context(), store.DescriptorID(place, "acme.org/shop", "1.0.0"), now.Add(time.Hour)))
	look()
	is.Equal(from.asked.Load(), int64(1)) // not yet
	now = now.Add(time.Hour)
	look()
	is.Equal(from.asked.Load(), int64(2))
	look()
	is.Equal(from.asked.Load(), int64(2)) // the new one is kept again
}

// putFails finds nothing.
type putFails struct{ *database }

func (putFails) FindDocuments(context.Context, []string) (map[string]store.Document, error) {
	return nil, nil
}

// hangs is a database that does not answer.
type hangs struct{ *database }

func (hangs) FindDocuments(ctx context.Context, _ []string) (map[string]store.Document, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestShelfForgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		var from registry
		db := newDatabase()
		db.hang = make(chan struct{})
		shelf := cached.NewShelf(db, cached.ShelfConfig{})
		mustFind(t, shelf.Resolver(place, &from), id("1.0.0"))
		synctest.Wait() // is being written
		mustFind(t, shelf.Resolver(place, &from), id("1.1.0"))
		shelf.Forget(store.DescriptorID(place, "acme.org/shop", "1.1.0"))
		close(db.hang)
		flush(t, shelf)
		is.Equal(shelf.Stats().Written, int64(1))
	})
}

func TestShelfNotesUseOnceADay(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var from registry
	db, now := newDatabase(), t0
	shelf := cached.NewShelf(db, cached.ShelfConfig{Now: func() time.Time { return now }})
	for range 4 * 24 {
		mustFind(t, shelf.Resolver(place, &from), id("1.0.0"))
		flush(t, shelf)
		now = now.Add(time.Hour)
	}
	is.Equal(db.use.Load(), int64(3))
	is.Equal(from.asked.Load(), int64(1))
	is.Equal(shelf.Stats().Failures, int64(0))
}

func TestForgetDescriptors(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	repo := descriptors("1.0.0", "1.1.0")
	kept := cached.New(repo, cached.Config{})
	mustFind(t, kept, id("1.0.0"))
	mustFind(t, kept, id("1.1.0"))
	_, err := kept.Versions(t.Context(), "acme.org/shop")
	is.NoErr(err)
	kept.ForgetDescriptors(func(id component.ID) bool { return strings.HasPrefix(id.Version, "1.1") })
	is.Equal(kept.Stats().Entries, int64(2))
	mustFind(t, kept, id("1.0.0"))
	mustFind(t, kept, id("1.1.0"))
	is.Equal(kept.Stats().Descriptors, cached.Lookups{Hits: 1, Misses: 3})
}

func ExampleShelf() {
	ctx := context.Background()
	db := memory.New() // or SQLite, or PostgreSQL
	shelf := cached.NewShelf(db, cached.ShelfConfig{})
	lookUp := func() {
		repository := shelf.Resolver("registry.example/ocm", &registry{}) // one of component/oci
		d, err := repository.Descriptor(ctx, component.ID{Name: "acme.org/shop", Version: "1.0.0"})
		if err == nil {
			err = shelf.Flush(ctx)
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		stats := shelf.Stats()
		fmt.Println(d.ID, stats.Hits, stats.Misses)
	}
	lookUp()
	lookUp()
	// Output:
	// acme.org/shop:1.0.0 0 1
	// acme.org/shop:1.0.0 1 1
}

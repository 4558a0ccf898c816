package cached_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/matryer/is"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/cached"
)

// repository counts what it is asked, and answers when it is told to.
type repository struct {
	component.VersionFinder
	asked   atomic.Int64
	gate    chan struct{} // nil: answers at once
	problem func() error
}

func (r *repository) wait(ctx context.Context) error {
	r.asked.Add(1)
	if r.gate != nil {
		select {
		case <-r.gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if r.problem != nil {
		return r.problem()
	}
	return nil
}

func (r *repository) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	if err := r.wait(ctx); err != nil {
		return nil, err
	}
	return r.VersionFinder.Descriptor(ctx, id)
}

func (r *repository) Versions(ctx context.Context, name string) ([]string, error) {
	if err := r.wait(ctx); err != nil {
		return nil, err
	}
	return r.VersionFinder.Versions(ctx, name)
}

var t0 = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func id(version string) component.ID { return component.ID{Name: "acme.org/shop", Version: version} }

func descriptors(versions ...string) *repository {
	var list []*component.Descriptor
	for _, version := range versions {
		list = append(list, &component.Descriptor{
			ID: id(version), Labels: []component.Label{{Name: "text", Value: []byte(`"` + strings.Repeat("x", 1000) + `"`)}},
		})
	}
	return &repository{VersionFinder: component.NewMemory(list...)}
}

func TestDescriptorsAreKept(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	repo := descriptors("1.0.0")
	kept := cached.New(repo, cached.Config{})
	first, err := kept.Descriptor(t.Context(), id("1.0.0"))
	is.NoErr(err)
	second, err := kept.Descriptor(t.Context(), id("1.0.0"))
	is.NoErr(err)
	is.True(first == second)
	is.Equal(repo.asked.Load(), int64(1))
	stats := kept.Stats()
	is.Equal(stats.Descriptors, cached.Lookups{Hits: 1, Misses: 1})
	is.Equal(stats.Entries, int64(1))
	is.True(stats.Bytes > 1000) // the label
	is.True(stats.Bytes < 3000)
}

func TestErrorsAreNotKept(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	repo := descriptors("1.0.0")
	kept := cached.New(repo, cached.Config{})
	for range 2 {
		_, err := kept.Descriptor(t.Context(), id("2.0.0"))
		is.True(errors.Is(err, component.ErrNotFound))
	}
	is.Equal(repo.asked.Load(), int64(2))
	repo.problem = func() error { panic("a fault") }
	_, err := kept.Descriptor(t.Context(), id("1.0.0"))
	is.True(err != nil)
	is.True(strings.Contains(err.Error(), "panic: a fault"))
	_, err = kept.Versions(t.Context(), "acme.org/shop")
	is.True(err != nil)
	is.Equal(kept.Stats().Entries, int64(0))
}

func TestVersionsAreKeptForAMinute(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	repo := descriptors("1.0.0", "1.1.0")
	now := t0
	kept := cached.New(repo, cached.Config{Now: func() time.Time { return now }})
	list := func() []string {
		versions, err := kept.Versions(t.Context(), "acme.org/shop")
		is.NoErr(err)
		return versions
	}
	list()[0] = "changed by a caller"
	is.Equal(list(), []string{"1.0.0", "1.1.0"})
	is.Equal(repo.asked.Load(), int64(1))
	now = now.Add(time.Minute)
	list()
	is.Equal(repo.asked.Load(), int64(2)) // the minute is over
	kept.Forget("acme.org/shop")
	list()
	is.Equal(repo.asked.Load(), int64(3))
	is.Equal(kept.Stats().Versions, cached.Lookups{Hits: 1, Misses: 3})
	is.Equal(kept.Stats().Entries, int64(1))

	never := cached.New(repo, cached.Config{VersionsFor: -1})
	for range 2 {
		_, err := never.Versions(t.Context(), "acme.org/shop")
		is.NoErr(err)
	}
	is.Equal(repo.asked.Load(), int64(5))
}

func TestRoomIsLimited(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	var versions []string
	for i := range 20 {
		versions = append(versions, fmt.Sprintf("1.%d.0", i))
	}
	repo := descriptors(versions...)
	kept := cached.New(repo, cached.Config{MaxBytes: 10_000})
	for _, version := range versions {
		for _, v := range []string{version, versions[0]} { // the first is always in use
			_, err := kept.Descriptor(t.Context(), id(v))
			is.NoErr(err)
		}
	}
	stats := kept.Stats()
	is.True(stats.Bytes <= 10_000)
	is.True(stats.Entries > 3)
	is.Equal(stats.Evicted, 20-stats.Entries)
	is.Equal(repo.asked.Load(), int64(20)) // the first never had to go

	tiny := cached.New(repo, cached.Config{MaxBytes: 100})
	_, err := tiny.Descriptor(t.Context(), id("1.0.0"))
	is.NoErr(err)
	is.Equal(tiny.Stats().Entries, int64(0)) // larger than all the room
}

func TestConcurrentLookupsAreOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		repo := descriptors("1.0.0")
		repo.gate = make(chan struct{})
		kept := cached.New(repo, cached.Config{})
		var group sync.WaitGroup
		results := make([]error, 50)
		for i := range results {
			group.Go(func() { _, results[i] = kept.Descriptor(t.Context(), id("1.0.0")) })
		}
		synctest.Wait()
		close(repo.gate)
		group.Wait()
		is.NoErr(errors.Join(results...))
		is.Equal(repo.asked.Load(), int64(1))
		is.Equal(kept.Stats().Descriptors, cached.Lookups{Misses: 1, Shared: 49})
	})
}

// Whoever came first may go: the others get their answer.
func TestFirstCallerMayGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		repo := descriptors("1.0.0")
		repo.gate = make(chan struct{})
		kept := cached.New(repo, cached.Config{})
		first, leave := context.WithCancel(t.Context())
		errs := make([]error, 2)
		var group sync.WaitGroup
		group.Go(func() { _, errs[0] = kept.Descriptor(first, id("1.0.0")) })
		synctest.Wait()
		group.Go(func() { _, errs[1] = kept.Descriptor(t.Context(), id("1.0.0")) })
		synctest.Wait()
		leave()
		synctest.Wait()
		close(repo.gate)
		group.Wait()
		is.True(errors.Is(errs[0], context.Canceled))
		is.NoErr(errs[1])
		is.Equal(repo.asked.Load(), int64(1))
	})
}

// A lookup that nobody waits for ends, and is not in the way of the next.
func TestAbandonedLookupEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		is := is.New(t)
		repo := descriptors("1.0.0")
		repo.gate = make(chan struct{})
		kept := cached.New(repo, cached.Config{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := kept.Descriptor(ctx, id("1.0.0"))
		is.True(errors.Is(err, context.DeadlineExceeded))
		_, err = kept.Descriptor(ctx, id("1.0.0"))
		is.True(errors.Is(err, context.DeadlineExceeded)) // nobody asks for the dead
		close(repo.gate)
		_, err = kept.Descriptor(t.Context(), id("1.0.0"))
		is.NoErr(err)
		is.Equal(repo.asked.Load(), int64(2))
	})
}

func TestConfig(t *testing.T) {
	t.Parallel()
	is := is.New(t)
	is.NoErr(cached.Config{}.Validate())
	is.True(cached.Config{MaxBytes: -1}.Validate() != nil)
}

func ExampleNew() {
	repo := component.NewMemory(
		&component.Descriptor{ID: component.ID{Name: "acme.org/shop", Version: "1.0.0"}},
		&component.Descriptor{ID: component.ID{Name: "acme.org/shop", Version: "1.1.0"}},
	)
	kept := cached.New(repo, cached.Config{})
	for range 3 {
		versions, err := kept.Versions(context.Background(), "acme.org/shop")
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(slices.Max(versions))
	}
	fmt.Printf("%+v\n", kept.Stats().Versions)
	// Output:
	// 1.1.0
	// 1.1.0
	// 1.1.0
	// {Hits:2 Misses:1 Shared:0}
}

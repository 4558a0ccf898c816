package cached

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/opendeliverygear/odg/component"
)

// Config bounds a [Finder]. In each field 0 stands for the default.
type Config struct {
	// MaxBytes is about how much memory descriptors and lists of versions take
	// together, default 32 MiB. What was not used for the longest time goes first.
	MaxBytes int64
	// VersionsFor is how long a list of versions is kept, default 60 s; it is not
	// kept if negative.
	VersionsFor time.Duration
	// Now is the clock, default [time.Now].
	Now func() time.Time
}

// Validate reports what is wrong with c.
func (c Config) Validate() error {
	if c.MaxBytes < 0 {
		return fmt.Errorf("MaxBytes is %d, want 0 for the default or more", c.MaxBytes)
	}
	return nil
}

func (c Config) withDefaults() Config {
	if c.MaxBytes == 0 {
		c.MaxBytes = 32 << 20
	}
	if c.VersionsFor == 0 {
		c.VersionsFor = time.Minute
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// Lookups count how often something was asked for, since the Finder was made.
type Lookups struct {
	// Hits were answered from memory, Misses by the repository, and Shared by a
	// lookup of somebody else that was under way.
	Hits, Misses, Shared int64
}

// Stats say how well a [Finder] does.
type Stats struct {
	Descriptors Lookups
	Versions    Lookups
	// Entries are the descriptors and lists that are kept, Bytes about how much
	// memory they take. Evicted counts those that had to go for lack of room.
	Entries, Bytes, Evicted int64
}

// A Finder is a [component.VersionFinder] that remembers. Make one with [New]. It is
// safe for concurrent use. What it returns is shared: callers must not change it.
type Finder struct {
	from        component.VersionFinder
	cfg         Config
	kept        *entries
	descriptors flights[component.ID, *component.Descriptor]
	versions    flights[string, []string]
	ofVersions  counts
	ofIDs       counts
}

var _ component.VersionFinder = (*Finder)(nil)

// counts are [Lookups] that are being counted.
type counts struct{ hits, misses, shared atomic.Int64 }

func (c *counts) lookups() Lookups {
	return Lookups{Hits: c.hits.Load(), Misses: c.misses.Load(), Shared: c.shared.Load()}
}

// landed counts how a lookup was answered that was not from memory.
func (c *counts) landed(shared bool) {
	if shared {
		c.shared.Add(1)
		return
	}
	c.misses.Add(1)
}

// New returns a Finder over a repository. cfg must be valid.
func New(from component.VersionFinder, cfg Config) *Finder {
	cfg = cfg.withDefaults()
	return &Finder{from: from, cfg: cfg, kept: newEntries(cfg.MaxBytes)}
}

// Descriptor implements [component.Resolver]. A lookup that several wait for ends
// when none of them waits any more.
func (f *Finder) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	if kept, ok := f.kept.get(id); ok {
		f.ofIDs.hits.Add(1)
		return kept.(*component.Descriptor), nil
	}
	d, shared, err := f.descriptors.do(ctx, id, func(ctx context.Context) (*component.Descriptor, error) {
		d, err := f.from.Descriptor(ctx, id)
		if err == nil && d == nil {
			err = errors.New("the repository returned no descriptor")
		}
		if err == nil {
			f.kept.put(id, d, sizeOf(d))
		}
		return d, err
	})
	f.ofIDs.landed(shared)
	return d, err
}

// listing is a kept list of versions.
type listing struct {
	versions []string
	until    time.Time
}

// Versions implements [component.VersionLister].
func (f *Finder) Versions(ctx context.Context, name string) ([]string, error) {
	if kept, ok := f.kept.get(name); ok && f.cfg.Now().Before(kept.(listing).until) {
		f.ofVersions.hits.Add(1)
		return slices.Clone(kept.(listing).versions), nil
	}
	versions, shared, err := f.versions.do(ctx, name, func(ctx context.Context) ([]string, error) {
		versions, err := f.from.Versions(ctx, name)
		if err == nil && f.cfg.VersionsFor > 0 {
			f.kept.put(name, listing{versions, f.cfg.Now().Add(f.cfg.VersionsFor)}, sizeOfVersions(name, versions))
		}
		return versions, err
	})
	f.ofVersions.landed(shared)
	return slices.Clone(versions), err
}

// Forget makes the next lookup of the versions of a component ask the repository,
// for those who know that it has a new one.
func (f *Finder) Forget(name string) { f.kept.remove(name) }

// ForgetDescriptors drops the descriptors for which match returns true, for those who
// know that something was published anew under the same version. A lookup that is under
// way may still bring back the old one.
func (f *Finder) ForgetDescriptors(match func(component.ID) bool) {
	for _, key := range f.kept.keys() {
		if id, is := key.(component.ID); is && match(id) {
			f.kept.remove(key)
		}
	}
}

// Stats returns the counters.
func (f *Finder) Stats() Stats {
	s := f.kept.stats()
	s.Descriptors, s.Versions = f.ofIDs.lookups(), f.ofVersions.lookups()
	return s
}

// Repository is a [component.Repository] whose descriptors and versions are
// remembered; blobs and images are not.
type Repository struct {
	*Finder
	component.BlobOpener
	component.ImageResolver
}

var _ component.Repository = (*Repository)(nil)

// NewRepository returns a Repository over another one. cfg must be valid.
func NewRepository(from component.Repository, cfg Config) *Repository {
	return &Repository{Finder: New(from, cfg), BlobOpener: from, ImageResolver: from}
}

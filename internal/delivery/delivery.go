package delivery

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/component/mapped"
	"github.com/opendeliverygear/odg/component/oci"
	"github.com/opendeliverygear/odg/corecfg"
)

// DefaultCacheBytes is what is remembered of a registry, if [Config] says nothing.
const DefaultCacheBytes = 16 << 20

// Config names OCM repositories. The zero Config has none.
type Config struct {
	// Places are the repositories that are named, such as by ocm_repo_url: archives, see
	// [ArchivePath], and registries, see [oci.ParseLocation]. An empty one stands for
	// those of Mappings. What is wrong with a place is an error of who asks for it.
	Places []string
	// Mappings say where components are of which no repository is named, and may give
	// names to repositories; nil maps none.
	Mappings *corecfg.Mappings
	// Archives are open already, and not closed by Close; nil opens them relative to Dir.
	Archives *Archives
	Dir      string
	Access
	// CacheBytes is about how much memory the descriptors and lists of versions of each
	// registry may take, default [DefaultCacheBytes].
	CacheBytes int64
}

// Repository is an OCM repository with all that can be asked of it.
type Repository interface {
	component.Repository
	// RawDescriptor returns the document of a component version byte for byte.
	// Errors are those of [component.Resolver].
	RawDescriptor(ctx context.Context, id component.ID) ([]byte, error)
}

// Repositories are those of a configuration. Make them with [Open]. They are safe for
// concurrent use.
type Repositories struct {
	mappings   *corecfg.Mappings
	sources    []corecfg.OCIMapping // in the order in which they are looked up
	registries *Registries
	archives   *Archives
	own        bool // the archives are to be closed
	cacheBytes int64

	mu         sync.Mutex
	remembered map[string]*remembered // by place
}

// Open returns the repositories of a configuration. The error is about the mappings, the
// allowed hosts or the credentials. Nothing is opened or sent before somebody asks.
func Open(cfg Config) (*Repositories, error) {
	r := &Repositories{
		mappings: cfg.Mappings, archives: cfg.Archives, cacheBytes: cfg.CacheBytes, remembered: map[string]*remembered{},
	}
	if r.mappings == nil {
		r.mappings = &corecfg.Mappings{}
	}
	if r.archives == nil {
		r.archives, r.own = &Archives{Dir: cfg.Dir}, true
	}
	if r.cacheBytes == 0 {
		r.cacheBytes = DefaultCacheBytes
	}
	r.sources = sources(cfg.Places, r.mappings)
	var err error
	r.registries, err = NewRegistries(places(r.sources, r.mappings), cfg.Access)
	return r, err
}

// sources returns the places that are named, then all that are mapped. Names of virtual
// repositories stand for what is mapped.
func sources(places []string, mappings *corecfg.Mappings) []corecfg.OCIMapping {
	var all []corecfg.OCIMapping
	named := map[string]bool{"": true}
	for _, place := range places {
		if !named[place] {
			named[place] = true
			all = append(all, mappings.Resolve(place)...)
		}
	}
	for _, entry := range mappings.Entries {
		if entry.OCI != nil && !named[entry.OCI.Repository] {
			all = append(all, *entry.OCI)
		}
	}
	return all
}

// places returns where registries may be. A place that is none concerns who asks for it
// only, unless it is mapped.
func places(sources []corecfg.OCIMapping, mappings *corecfg.Mappings) (all []string) {
	for _, s := range sources {
		mapped := slices.ContainsFunc(mappings.Entries, func(e corecfg.Mapping) bool {
			return e.OCI != nil && e.OCI.Repository == s.Repository
		})
		if _, err := oci.ParseLocation(s.Repository); err == nil || mapped {
			all = append(all, s.Repository)
		}
	}
	return all
}

// Repository returns where components of an ocm_repo_url are looked up: in the
// repository of that name, virtual or mapped, or at that place, which must be one that
// the configuration allows; the empty one is that of all mappings. Component versions
// that are not there are looked up in the mappings, too. Archives are those of now:
// ask again after [Archives.Refresh].
func (r *Repositories) Repository(_ context.Context, url string) (mapped.Repository, error) {
	if url == "" && len(r.mappings.Entries) == 0 {
		return nil, errors.New("ocm_repo_url is missing; name an archive, such as ./delivery.tgz, or a registry, or map repositories")
	}
	named, err := mapped.New(r.mappings, url, r.openMapped)
	if err != nil {
		return nil, err
	}
	if url == "" || len(r.mappings.Entries) == 0 {
		return named, nil
	}
	rest, err := mapped.New(r.mappings, "", r.openMapped)
	if err != nil {
		return nil, err
	}
	return &fallback{named, rest}, nil
}

func (r *Repositories) openMapped(place string) (mapped.Repository, error) { return r.open(place) }

// open opens the repository at a place.
func (r *Repositories) open(place string) (Repository, error) {
	if path, is := ArchivePath(place); is {
		archive, err := r.archives.Open(path)
		if err != nil {
			return nil, err
		}
		return &archived{Archive: archive, registries: r.registries}, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if known := r.remembered[place]; known != nil {
		return known, nil
	}
	from, err := r.registries.Open(place)
	if err != nil {
		return nil, err
	}
	r.remembered[place] = &remembered{cached.NewRepository(from, cached.Config{MaxBytes: r.cacheBytes}), from}
	return r.remembered[place], nil
}

// remembered is a registry whose descriptors and versions are kept in memory.
type remembered struct {
	*cached.Repository
	from *oci.Repository
}

// RawDescriptor reads the document anew; hardly anybody asks for it twice.
func (r *remembered) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	return r.from.RawDescriptor(ctx, id)
}

// Find returns the first repository that has a component version, the places that the
// configuration names before those that are mapped. One that fails does not keep the
// others from being asked; if none of them has the version, the error wraps those of all
// that failed, or else [component.ErrNotFound].
func (r *Repositories) Find(ctx context.Context, id component.ID) (Repository, error) {
	var faults []error
	var asked []string
	for _, s := range r.sources {
		if !s.Holds(id.Name) || slices.Contains(asked, s.Repository) {
			continue
		}
		asked = append(asked, s.Repository)
		repository, err := r.open(s.Repository)
		if err == nil {
			_, err = repository.Descriptor(ctx, id)
		}
		switch {
		case err == nil:
			return repository, nil
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case !errors.Is(err, component.ErrNotFound):
			faults = append(faults, err)
		}
	}
	if len(faults) > 0 {
		return nil, fmt.Errorf("component version %s: %w", id, errors.Join(faults...))
	}
	if len(asked) == 0 {
		return nil, fmt.Errorf("component version %s: %w: no OCM repository is configured for components of this name", id, component.ErrNotFound)
	}
	return nil, fmt.Errorf("component version %s: %w in %s", id, component.ErrNotFound, strings.Join(asked, ", "))
}

// Descriptor implements [component.Resolver], in the repository of Find.
func (r *Repositories) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	repository, err := r.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	return repository.Descriptor(ctx, id)
}

// RawDescriptor returns the document of a component version byte for byte.
func (r *Repositories) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	repository, err := r.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	return repository.RawDescriptor(ctx, id)
}

// OpenBlob implements [component.BlobOpener], in the repository of Find.
func (r *Repositories) OpenBlob(ctx context.Context, id component.ID, digest string) (*component.Blob, error) {
	repository, err := r.Find(ctx, id)
	if err != nil {
		return nil, err
	}
	return repository.OpenBlob(ctx, id, digest)
}

// Versions implements [component.VersionLister]: those of all repositories, as far as
// their mappings pick them. A place that is no repository does not count. If a
// repository fails, so does Versions: a list that lacks some would look whole.
func (r *Repositories) Versions(ctx context.Context, name string) ([]string, error) {
	var all []string
	for _, s := range r.sources {
		if !s.Holds(name) {
			continue
		}
		repository, err := r.open(s.Repository)
		if err != nil {
			continue // told whoever asks for that place
		}
		versions, err := repository.Versions(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, version := range versions {
			if s.Versions.Picks(version) {
				all = append(all, version)
			}
		}
	}
	slices.SortFunc(all, component.CompareVersions)
	return slices.Compact(all), nil
}

// Stats adds up how well the memories of all registries do.
func (r *Repositories) Stats() (sum cached.Stats) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, one := range r.remembered {
		s := one.Stats()
		sum.Descriptors = added(sum.Descriptors, s.Descriptors)
		sum.Versions = added(sum.Versions, s.Versions)
		sum.Entries, sum.Bytes, sum.Evicted = sum.Entries+s.Entries, sum.Bytes+s.Bytes, sum.Evicted+s.Evicted
	}
	return sum
}

func added(a, b cached.Lookups) cached.Lookups {
	return cached.Lookups{Hits: a.Hits + b.Hits, Misses: a.Misses + b.Misses, Shared: a.Shared + b.Shared}
}

// Archives are those that are open, to be refreshed or handed on.
func (r *Repositories) Archives() *Archives { return r.archives }

// Close closes the archives, unless they were open before.
func (r *Repositories) Close() error {
	if !r.own {
		return nil
	}
	return r.archives.Close()
}

package delivery

import (
	"context"
	"errors"
	"sync"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/component/mapped"
	"github.com/opendeliverygear/odg/corecfg"
)

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
	located    bool
	cacheBytes int64 // nothing is remembered if negative

	mu         sync.Mutex
	remembered map[string]*remembered // by place
}

// Open returns the repositories of a configuration. The error is about the mappings, the
// allowed hosts or the credentials. Nothing is opened or sent before somebody asks.
func Open(cfg Config) (*Repositories, error) {
	if cfg.Mappings == nil {
		cfg.Mappings = &corecfg.Mappings{}
	}
	r := &Repositories{
		mappings: cfg.Mappings, sources: cfg.sources(),
		archives: cfg.Archives, located: cfg.Located, cacheBytes: cfg.CacheBytes, remembered: map[string]*remembered{},
	}
	if r.archives == nil {
		r.archives, r.own = &Archives{Dir: cfg.Dir}, true
	}
	if r.cacheBytes == 0 {
		r.cacheBytes = DefaultCacheBytes
	}
	var err error
	r.registries, err = NewRegistries(cfg.places(), cfg.Access)
	return r, err
}

// Repository returns where components of an ocm_repo_url are looked up: in the
// repository of that name, virtual or mapped, or at that place, which must be one that
// the configuration allows; the empty one is that of all mappings. Component versions
// that are not there are looked up in the mappings, too. Archives are those of now:
// ask again after [Archives.Refresh].
func (r *Repositories) Repository(_ context.Context, url string) (Named, error) {
	if url == "" && len(r.mappings.Entries) == 0 {
		return nil, errors.New("ocm_repo_url is missing; name an archive, such as ./delivery.tgz, or a registry, or map repositories")
	}
	finder, err := mapped.New(r.mappings, url, r.openMapped)
	if err != nil {
		return nil, err
	}
	if url == "" || len(r.mappings.Entries) == 0 {
		return &named{finder, finder, url, r}, nil
	}
	rest, err := mapped.New(r.mappings, "", r.openMapped)
	if err != nil {
		return nil, err
	}
	return &named{&fallback{finder, rest}, finder, url, r}, nil
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
	registry, err := r.registries.Open(place)
	if err != nil {
		return nil, err
	}
	var from Repository = registry
	if r.located {
		from = Located{registry}
	}
	if r.cacheBytes < 0 {
		return from, nil
	}
	r.remembered[place] = &remembered{cached.NewRepository(from, cached.Config{MaxBytes: r.cacheBytes}), from}
	return r.remembered[place], nil
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

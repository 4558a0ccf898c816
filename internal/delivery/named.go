package delivery

import (
	"context"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/mapped"
)

// Named is what an ocm_repo_url stands for. It can be asked past what is remembered, and
// past the filters of the mappings.
type Named interface {
	mapped.Repository
	// AllVersions is Versions without the filters of the mappings.
	AllVersions(ctx context.Context, name string) ([]string, error)
	// Uncached is the same, but asks registries always.
	Uncached() component.VersionFinder
}

// named is what a url stands for.
type named struct {
	mapped.Repository
	finder *mapped.Finder // without those that are asked for what it lacks
	url    string
	of     *Repositories
}

// AllVersions implements [Named].
func (n *named) AllVersions(ctx context.Context, name string) ([]string, error) {
	return n.finder.Unfiltered().Versions(ctx, name)
}

// Uncached implements [Named].
func (n *named) Uncached() component.VersionFinder {
	direct, err := n.of.direct().Repository(context.Background(), n.url)
	if err != nil { // although it could be opened before
		return n
	}
	return direct
}

// Uncached returns the same repositories, of which registries are asked always.
func (r *Repositories) Uncached() component.VersionFinder { return r.direct() }

func (r *Repositories) direct() *Repositories {
	return &Repositories{
		mappings: r.mappings, sources: r.sources, registries: r.registries, archives: r.archives, located: r.located, cacheBytes: -1,
	}
}

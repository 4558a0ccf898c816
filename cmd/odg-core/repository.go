package main

import (
	"context"
	"slices"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/component/cached"
	"github.com/opendeliverygear/odg/component/mapped"
	"github.com/opendeliverygear/odg/corecfg"
	"github.com/opendeliverygear/odg/internal/delivery"
)

// registries says which registries may be asked besides those of the mappings, and as
// whom.
type registries struct {
	AllowHost    []string `env:"ODG_ALLOW_HOSTS" placeholder:"HOST" help:"Hosts that may be contacted besides the registries of the mappings, by an ocm_repo_url or because a registry sends us there for content or tokens: registry.example.org, registry.example.org:5000 or *.storage.example.org; with http:// before it, without TLS."`
	TokenHost    []string `env:"ODG_TOKEN_HOSTS" placeholder:"HOST" help:"Token services on other hosts than their registry that may be contacted and told its password, such as gitlab.example.org for registry.example.org. Those of --allow-host are asked without."`
	DockerConfig string   `env:"ODG_DOCKER_CONFIG" placeholder:"FILE" help:"Docker configuration (config.json) with credentials of registries, after those of the secrets oci-registry."`
}

// namedCacheBytes limits what is remembered of each repository that requests may name.
// The default of the cache is for the one that they ask without naming any.
const namedCacheBytes = 4 << 20

// unfilteredCacheBytes limits what is remembered of the versions that requests with a
// filter of their own ask for.
const unfilteredCacheBytes = 1 << 20

// repositories are the OCM repositories of a configuration.
type repositories struct {
	*delivery.Registries
	// places are where the mapped repositories are. shelf keeps the documents of those
	// in registries, unless it is nil.
	places []string
	shelf  *cached.Shelf
	// all is asked by requests that name no repository, named by those that name one of
	// the mappings, be it virtual or not.
	all   remembered
	named map[string]remembered
}

// remembered is a repository whose descriptors and versions are kept in memory.
type remembered struct {
	*cached.Finder
	unfiltered *cached.Finder
	direct     *mapped.Finder // keeps nothing, nor does the database
}

// AllVersions implements [httpapi.Unfiltered].
func (r remembered) AllVersions(ctx context.Context, name string) ([]string, error) {
	return r.unfiltered.Versions(ctx, name)
}

// Uncached implements [httpapi.Uncached].
func (r remembered) Uncached() component.VersionFinder { return r.direct }

// OpenBlob streams a blob, of which nothing is kept.
func (r remembered) OpenBlob(ctx context.Context, id component.ID, digest string) (*component.Blob, error) {
	return r.direct.OpenBlob(ctx, id, digest)
}

// RawDescriptor reads the document anew; hardly anybody asks for it twice.
func (r remembered) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	return r.direct.RawDescriptor(ctx, id)
}

// repositories opens what the flags and the mappings name. Nothing is sent.
func (s *site) repositories(mappings *corecfg.Mappings) (*repositories, error) {
	if mappings == nil {
		mappings = &corecfg.Mappings{}
	}
	r := &repositories{named: map[string]remembered{}, places: slices.Concat(places(mappings), s.flags.OCMRepository)}
	credentials, err := s.flags.Secrets.registries()
	if err != nil {
		return nil, err
	}
	r.Registries, err = delivery.NewRegistries(places(mappings), delivery.Access{
		Hosts: s.flags.AllowHost, TokenHosts: s.flags.TokenHost, Credentials: credentials, DockerConfig: s.flags.DockerConfig,
	})
	if err != nil {
		return nil, err
	}
	all := inOrder(s.flags.OCMRepository, mappings.Resolve(corecfg.Auto))
	if r.all, err = s.remembered(r, all, corecfg.Auto, cached.Config{}); err != nil {
		return nil, err
	}
	for _, name := range names(mappings) {
		if r.named[name], err = s.remembered(r, mappings, name, cached.Config{MaxBytes: namedCacheBytes}); err != nil {
			return nil, err
		}
	}
	r.named[corecfg.Auto] = r.all
	return r, nil
}

func (s *site) remembered(r *repositories, mappings *corecfg.Mappings, name string, cfg cached.Config) (remembered, error) {
	from, err := mapped.New(mappings, name, func(place string) (mapped.Repository, error) { return s.openMapped(r, place) })
	if err != nil {
		return remembered{}, err
	}
	direct, err := mapped.New(mappings, name, func(place string) (mapped.Repository, error) {
		repository, err := s.openMapped(r, place)
		if kept, is := repository.(shelved); is {
			return kept.direct(), nil
		}
		return repository, err
	})
	return remembered{cached.New(from, cfg), cached.New(from.Unfiltered(), cached.Config{MaxBytes: unfilteredCacheBytes}), direct}, err
}

// openMapped opens what mappings and flags name.
func (s *site) openMapped(r *repositories, place string) (mapped.Repository, error) {
	if slices.Contains(s.flags.OCMRepository, place) {
		return s.archives.Open(place)
	}
	if path, is := delivery.ArchivePath(place); is {
		return s.archives.Open(path)
	}
	return r.registry(place)
}

// inOrder puts archives before what is mapped.
func inOrder(archives []string, rest []corecfg.OCIMapping) *corecfg.Mappings {
	all := &corecfg.Mappings{Entries: []corecfg.Mapping{
		{Virtual: &corecfg.VirtualMapping{Name: corecfg.Auto, Selectors: make([]corecfg.Selector, 1)}},
	}}
	for _, path := range archives {
		all.Entries = append(all.Entries, corecfg.Mapping{OCI: &corecfg.OCIMapping{Repository: path}})
	}
	for _, m := range rest {
		all.Entries = append(all.Entries, corecfg.Mapping{OCI: &m})
	}
	return all
}

// places returns where the mapped repositories are.
func places(mappings *corecfg.Mappings) (all []string) {
	for _, entry := range mappings.Entries {
		if entry.OCI != nil {
			all = append(all, entry.OCI.Repository)
		}
	}
	return all
}

// names returns what requests may call the repositories of mappings.
func names(mappings *corecfg.Mappings) (names []string) {
	for _, entry := range mappings.Entries {
		name := ""
		switch {
		case entry.Virtual != nil:
			name = entry.Virtual.Name
		case entry.OCI != nil:
			name = entry.OCI.Repository
		}
		if name != corecfg.Auto && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// open opens what the ocm_repo_url of a request names: something that is mapped, or a
// place in a registry that may be contacted. It never opens a file that the
// configuration does not name.
func (r *repositories) open(_ context.Context, place string) (component.VersionFinder, error) {
	if known, is := r.named[place]; is {
		return known, nil
	}
	return r.registry(place)
}

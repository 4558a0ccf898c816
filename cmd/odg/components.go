package main

import (
	"context"

	"github.com/opendeliverygear/odg/enumerator"
	"github.com/opendeliverygear/odg/internal/delivery"
)

// registryFlags say which registries may be asked besides those that the configuration
// names, and as whom. Commands that read components embed them.
type registryFlags struct {
	AllowHost    []string `env:"ODG_ALLOW_HOSTS" placeholder:"HOST" help:"Hosts that may be contacted besides the registries of the configuration, because images are there, or a registry sends us there: registry.example.org, registry.example.org:5000 or *.storage.example.org; with http:// before it, without TLS."`
	TokenHost    []string `env:"ODG_TOKEN_HOSTS" placeholder:"HOST" help:"Token services on other hosts than their registry that may be contacted and told its password, such as gitlab.example.org for registry.example.org. Those of --allow-host are asked without."`
	DockerConfig string   `env:"ODG_DOCKER_CONFIG" type:"path" placeholder:"FILE" help:"Docker configuration (config.json) with credentials of registries, as docker login writes it."`
}

func (f registryFlags) access() delivery.Access {
	return delivery.Access{Hosts: f.AllowHost, TokenHosts: f.TokenHost, DockerConfig: f.DockerConfig}
}

// openComponents makes the repositories that the configuration names. It sends nothing.
func (s *site) openComponents(archives *delivery.Archives) (err error) {
	var places []string
	for _, c := range enumerator.Components(s.extensions) {
		places = append(places, c.Repository)
	}
	s.archives = archives
	s.components, err = delivery.Open(delivery.Config{
		Places: places, Mappings: s.mappings, Archives: archives, Access: s.access, Located: true,
	})
	if err != nil {
		return usageError(err)
	}
	return nil
}

// repositoryOf finds repositories by their ocm_repo_url.
func repositoryOf(r *delivery.Repositories) enumerator.RepositoriesFunc {
	return func(ctx context.Context, url string) (enumerator.Repository, error) { return r.Repository(ctx, url) }
}

package oci

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
)

// maxDockerConfigBytes limits a Docker configuration file.
const maxDockerConfigBytes = 4 << 20

// Credential is a secret for registries: ODG's secret of the type oci-registry.
type Credential struct {
	Username string
	Password string
	// Prefixes are what the references of repositories begin with for which this
	// is: "registry.example" for a host, "registry.example/team" for a part of it.
	// The host must be equal, with its port. None fits nothing.
	Prefixes []string
	// Privileges are readonly, readwrite or admin. Of several that fit, those with
	// the fewest privileges are preferred, then those with the most prefixes, then
	// the first.
	Privileges string
	// TokenHosts are the hosts of token services, other than the registry, that may
	// be told the password.
	TokenHosts []string
}

func (c Credential) validate() error {
	var faults []error
	if c.Username == "" || c.Password == "" {
		faults = append(faults, errors.New("username and password are both needed"))
	}
	if !slices.Contains(privileges, c.Privileges) {
		faults = append(faults, fmt.Errorf("privileges are %q, want readonly, readwrite or admin", c.Privileges))
	}
	for _, host := range c.TokenHosts {
		if !isHostPattern(host) {
			faults = append(faults, fmt.Errorf("token host %q is none", host))
		}
	}
	return errors.Join(faults...)
}

// privileges in ascending order.
var privileges = []string{"", "readonly", "readwrite", "admin"}

// tokenHosts are token services that belong to a registry.
var tokenHosts = map[string][]string{dockerHost: {"auth.docker.io"}}

func (c Credential) fits(host, repository string) bool {
	return slices.ContainsFunc(c.Prefixes, func(prefix string) bool {
		prefixHost, path, _ := strings.Cut(withoutScheme(prefix), "/")
		return contacted(strings.ToLower(prefixHost)) == host && strings.HasPrefix(repository, path)
	})
}

// secrets finds credentials.
type secrets struct {
	configured []Credential
	docker     *credentials.FileStore // nil if there is none
	tokenHosts []string               // that may be told all
}

func newSecrets(cfg Config) (secrets, error) {
	s := secrets{configured: slices.Clone(cfg.Credentials), tokenHosts: cfg.TokenHosts}
	slices.SortStableFunc(s.configured, func(a, b Credential) int {
		return cmp.Or(
			cmp.Compare(slices.Index(privileges, a.Privileges), slices.Index(privileges, b.Privileges)),
			cmp.Compare(len(b.Prefixes), len(a.Prefixes)))
	})
	if cfg.DockerConfig == "" {
		return s, nil
	}
	info, err := os.Stat(cfg.DockerConfig)
	switch {
	case err != nil:
		return secrets{}, fmt.Errorf("read Docker configuration: %w", err)
	case info.Size() > maxDockerConfigBytes:
		return secrets{}, fmt.Errorf("read Docker configuration %s: it has %d bytes, more than %d", cfg.DockerConfig, info.Size(), maxDockerConfigBytes)
	}
	if s.docker, err = credentials.NewFileStore(cfg.DockerConfig); err != nil {
		return secrets{}, fmt.Errorf("read Docker configuration %s: %w", cfg.DockerConfig, err)
	}
	return s, nil
}

// secret is a credential as the library wants it, and who may know it.
type secret struct {
	auth.Credential
	tokenHosts []string
}

// find returns the secret for a repository, an empty one if there is none.
func (s secrets) find(ctx context.Context, host, repository string) (secret, error) {
	for _, c := range s.configured {
		if c.fits(host, repository) {
			return secret{auth.Credential{Username: c.Username, Password: c.Password}, slices.Concat(tokenHosts[host], s.tokenHosts, c.TokenHosts)}, nil
		}
	}
	if s.docker == nil {
		return secret{}, nil
	}
	found, err := s.docker.Get(ctx, credentials.ServerAddressFromHostname(host))
	if err != nil {
		return secret{}, fmt.Errorf("read credential of %s in the Docker configuration: %w", host, err)
	}
	return secret{found, slices.Concat(tokenHosts[host], s.tokenHosts)}, nil
}

package delivery

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/opendeliverygear/odg/component/oci"
)

// Access says which registries may be asked besides those that are configured, and as
// whom. The zero Access allows no others, and logs in nowhere.
type Access struct {
	// Hosts may be contacted besides the registries of the configuration, because an
	// image is there, or a registry sends us there for content or tokens:
	// registry.example, registry.example:5000 or *.storage.example. One with http://
	// before it is contacted without TLS.
	Hosts []string
	// TokenHosts are token services, written as Hosts, that may be contacted and told the
	// credentials of a registry on another host which sends us there.
	TokenHosts []string
	// Credentials are what registries are told, before those of DockerConfig.
	Credentials []oci.Credential
	// DockerConfig is the path of a Docker configuration file (config.json) with
	// further credentials, or empty.
	DockerConfig string
}

// Registries are those that may be asked. They share one client, with its connections,
// tokens and limits.
type Registries struct {
	client *oci.Client
	// plain are hosts that are configured without TLS.
	plain []string
}

// NewRegistries returns those at the places that a configuration names; archives among
// them do not count. The error joins all that is wrong with places and access. Nothing
// is sent.
func NewRegistries(places []string, access Access) (*Registries, error) {
	r := &Registries{}
	var hosts []string
	var faults []error
	for _, place := range places {
		if _, is := ArchivePath(place); is {
			continue
		}
		location, err := oci.ParseLocation(place)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		hosts = append(hosts, r.host(location))
	}
	for _, host := range access.Hosts {
		if plain, is := strings.CutPrefix(host, "http://"); is {
			r.plain = append(r.plain, plain)
			host = plain
		}
		hosts = append(hosts, host)
	}
	var tokenHosts []string
	for _, host := range access.TokenHosts {
		tokenHosts = append(tokenHosts, strings.TrimPrefix(host, "http://")) // the registry names the scheme
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	var err error
	r.client, err = oci.New(oci.Config{
		Hosts: append(hosts, tokenHosts...), PlainHTTP: r.plain,
		Credentials: access.Credentials, DockerConfig: access.DockerConfig, TokenHosts: tokenHosts,
	})
	return r, err
}

// host returns the host of a location for its port only: what else listens there is
// not configured. It notes hosts without TLS. Docker Hub has other names, which package
// oci knows without port.
func (r *Registries) host(l oci.Location) string {
	host := l.Host
	if _, _, err := net.SplitHostPort(host); err != nil && !strings.HasSuffix(host, "docker.io") {
		port := ":443"
		if l.PlainHTTP {
			port = ":80"
		}
		host += port
	}
	if l.PlainHTTP {
		r.plain = append(r.plain, l.Host)
	}
	return host
}

// Open returns the OCM repository at a place. The error wraps [oci.ErrHost] if its host
// may not be contacted. Without TLS it must be one that is configured so: else whoever
// names places could have passwords sent for all to read.
func (r *Registries) Open(place string) (*oci.Repository, error) {
	location, err := oci.ParseLocation(place)
	if err != nil {
		return nil, err
	}
	if location.PlainHTTP && !slices.Contains(r.plain, location.Host) {
		return nil, fmt.Errorf("OCM repository %s: this registry is not configured without TLS: %w", location, oci.ErrHost)
	}
	return r.client.Repository(location)
}

package oci

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"
)

// Config says where a client may go, as whom, and how much it takes. In each number
// and duration 0 stands for the default.
type Config struct {
	// Hosts are the hosts that may be contacted, also by redirects and for tokens:
	// "registry.example" for every port, "registry.example:5000" for one,
	// "*.example" for all hosts below. Other hosts are refused, unless PublicHosts is set.
	Hosts []string
	// PublicHosts allows all hosts whose addresses are in the public internet.
	PublicHosts bool
	// Networks are networks of addresses that may be dialled whatever the host.
	// Without, a host of Hosts may have private addresses, and loopback and
	// link-local ones only if Hosts has "localhost" or the address itself. Services
	// for the metadata of clouds are never dialled without.
	Networks []netip.Prefix
	// PlainHTTP are hosts, written as in Hosts, that image references mean without
	// TLS. The host of a [Location] needs no entry, it has its scheme.
	PlainHTTP []string

	// Credentials are what registries are told; the first that fits is used, see
	// [Credential].
	Credentials []Credential
	// DockerConfig is the path of a Docker configuration file (config.json) with
	// further credentials. Programs that it names (credHelpers) are not run.
	DockerConfig string
	// TokenHosts are the hosts of token services, written as in Hosts, that may be
	// told all these credentials, besides the registry that each is for.
	TokenHosts []string

	// Parallel is how many requests to one host are under way at a time, default 8.
	Parallel int
	// Retries is how often a request is sent again, default 4, none if negative.
	// Half a second is waited at first, then twice as long each time, or as long
	// as the registry says.
	Retries int
	// MaxWait limits a wait, default 30 s. If a registry wants a longer one, the
	// request fails.
	MaxWait time.Duration
	// Timeout limits the reading of a document with all retries, default 2 min,
	// and the wait for the first byte of every answer.
	Timeout time.Duration
	// IdleTimeout limits the wait for further bytes of a blob, 16 KiB at a time,
	// default 1 min.
	IdleTimeout time.Duration

	// MaxManifestBytes limits manifests and indexes, default 4 MiB.
	MaxManifestBytes int64
	// MaxDescriptorBytes limits the layers of component descriptors, and the
	// configurations that name them, default 17 MiB: what
	// [component.MaxDescriptorBytes] needs in a tar.
	MaxDescriptorBytes int64
	// MaxBlobBytes limits one blob that is streamed, default 64 GiB.
	MaxBlobBytes int64
	// MaxTags limits the tags of a component, default 100,000.
	MaxTags int
	// MaxPages limits the pages that a list of tags has, default 1,000.
	MaxPages int

	// Transport sends the requests. Whoever sets it, for a proxy or certificates,
	// sees to the addresses that are dialled; nil is the transport of this package.
	Transport http.RoundTripper
}

// Validate reports all that is wrong with c.
func (c Config) Validate() error {
	var faults []error
	for _, field := range []struct {
		name  string
		value int64
	}{
		{"Parallel", int64(c.Parallel)}, {"MaxWait", int64(c.MaxWait)}, {"Timeout", int64(c.Timeout)},
		{"IdleTimeout", int64(c.IdleTimeout)}, {"MaxManifestBytes", c.MaxManifestBytes},
		{"MaxDescriptorBytes", c.MaxDescriptorBytes}, {"MaxBlobBytes", c.MaxBlobBytes},
		{"MaxTags", int64(c.MaxTags)}, {"MaxPages", int64(c.MaxPages)},
	} {
		if field.value < 0 {
			faults = append(faults, fmt.Errorf("%s is %d, want 0 for the default or more", field.name, field.value))
		}
	}
	for _, list := range [][]string{c.Hosts, c.PlainHTTP, c.TokenHosts} {
		for _, host := range list {
			if !isHostPattern(host) {
				faults = append(faults, fmt.Errorf("host %q is none, want such as registry.example, registry.example:5000 or *.example", host))
			}
		}
	}
	for i, credential := range c.Credentials {
		if err := credential.validate(); err != nil {
			faults = append(faults, fmt.Errorf("credential %d: %w", i+1, err))
		}
	}
	return errors.Join(faults...)
}

func (c Config) withDefaults() Config {
	orDefault(&c.Parallel, 8)
	orDefault(&c.Retries, 4)
	orDefault(&c.MaxWait, 30*time.Second)
	orDefault(&c.Timeout, 2*time.Minute)
	orDefault(&c.IdleTimeout, time.Minute)
	orDefault(&c.MaxManifestBytes, 4<<20)
	orDefault(&c.MaxDescriptorBytes, 17<<20)
	orDefault(&c.MaxBlobBytes, 64<<30)
	orDefault(&c.MaxTags, 100_000)
	orDefault(&c.MaxPages, 1_000)
	return c
}

func orDefault[T int | int64 | time.Duration](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

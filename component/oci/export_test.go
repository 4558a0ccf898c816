package oci

import "net/netip"

// What tests need from inside.

// DialAllowed tells if a host may be dialled at an address.
func DialAllowed(cfg Config, host, address string) error {
	return access{hosts: cfg.Hosts, public: cfg.PublicHosts, networks: cfg.Networks}.address(host, netip.MustParseAddr(address))
}

// HostAllowed tells if a host may be contacted.
func HostAllowed(cfg Config, host string) error {
	return access{hosts: cfg.Hosts, public: cfg.PublicHosts, networks: cfg.Networks}.host(host)
}

// SplitReference parses an image reference.
func SplitReference(text string) (host, repository, tag, digest string, err error) {
	r, err := parseReference(text)
	return r.host, r.repository, r.tag, r.digest, err
}

// ComponentPath returns the OCI repository of a component.
func ComponentPath(l Location, name string) (string, error) {
	p, err := l.place(name)
	return p.String(), err
}

package oci

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

func isHostPattern(text string) bool { return hostPattern.MatchString(text) }

// matches tells if a host, with or without port, is one of patterns.
func matches(patterns []string, host string) bool {
	host = strings.ToLower(host)
	name := (&url.URL{Host: host}).Hostname()
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		pattern = contacted(pattern)
		if below, ok := strings.CutPrefix(pattern, "*."); ok {
			return strings.HasSuffix(host, "."+below) || strings.HasSuffix(name, "."+below)
		}
		return pattern == host || strings.Trim(pattern, "[]") == name
	})
}

// access says which hosts and addresses may be contacted.
type access struct {
	hosts    []string
	public   bool
	networks []netip.Prefix
}

// host returns an error if a host must not be contacted.
func (a access) host(host string) error {
	if a.public || matches(a.hosts, host) {
		return nil
	}
	return fmt.Errorf("%s is not one of the configured hosts, add it to them if it is trusted: %w", shorten(host), ErrHost)
}

// metadata are the addresses where clouds tell machines about themselves, as far as
// they are not link-local.
var metadata = []netip.Addr{netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("100.100.100.200"), netip.MustParseAddr("192.0.0.192")}

// shared are networks that are neither public nor marked so in package netip: the
// present network, carrier-grade NAT, protocol assignments, NAT64 and 6to4, which
// stand for other addresses, networks for measurements, and reserved ones.
var shared = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2002::/16"),
}

// address returns an error if an address that a host has must not be dialled.
func (a access) address(host string, addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	in := func(p netip.Prefix) bool { return p.Contains(addr) }
	listed := matches(a.hosts, host)
	inner := addr.IsPrivate() || slices.ContainsFunc(shared, in)
	own := addr.IsLoopback() || addr.IsLinkLocalUnicast() || addr.IsMulticast() || addr.IsUnspecified() || slices.Contains(metadata, addr)
	switch {
	case slices.ContainsFunc(a.networks, in):
		return nil
	case own && listed && literal(host, addr):
		return nil
	case own || inner && !listed:
		return fmt.Errorf("%s has the address %s, which is not public, add it to the configured networks if it is trusted: %w", shorten(host), addr, ErrHost)
	}
	return nil
}

// literal tells if host says by itself that it has such an address.
func literal(host string, addr netip.Addr) bool {
	name := (&url.URL{Host: host}).Hostname()
	parsed, err := netip.ParseAddr(name)
	return err == nil && parsed.Unmap() == addr || name == "localhost" && addr.IsLoopback()
}

// dial connects to a host, if the address that its name has now may be dialled.
func (a access) dial(ctx context.Context, network, host string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: 30 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		resolved, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%s has the address %s: %w", host, address, ErrHost)
		}
		return a.address(host, resolved.Addr())
	}}
	return dialer.DialContext(ctx, network, host)
}

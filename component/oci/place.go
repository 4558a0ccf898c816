package oci

import (
	"fmt"
	"net/url"
	"strings"
)

// maxRepositoryBytes is how long names of OCI repositories may be, which is what
// many registries keep to.
const maxRepositoryBytes = 512

// Docker Hub is named otherwise than it is reached.
const (
	dockerName = "docker.io"
	dockerHost = "registry-1.docker.io"
)

// contacted returns the host that is contacted for a host in a reference.
func contacted(host string) string {
	if host == dockerName || host == "index."+dockerName {
		return dockerHost
	}
	return host
}

// place is an OCI repository.
type place struct {
	scheme, host string // as contacted
	repository   string
}

func newPlace(host string, plain bool, repository string) (place, error) {
	if len(repository) > maxRepositoryBytes || !repositoryName.MatchString(repository) {
		return place{}, fmt.Errorf("%q cannot be the name of an OCI repository", shorten(repository))
	}
	p := place{scheme: "https", host: contacted(host), repository: repository}
	if plain {
		p.scheme = "http"
	}
	return p, nil
}

// url returns the address of something in the repository.
func (p place) url(kind, reference string) *url.URL {
	return &url.URL{Scheme: p.scheme, Host: p.host, Path: "/v2/" + p.repository + "/" + kind + "/" + reference}
}

func (p place) String() string { return p.host + "/" + p.repository }

// reference is what an image reference says.
type reference struct {
	host       string // empty if it is relative
	repository string
	tag        string // "latest" if there is neither tag nor digest
	digest     string // empty if there is none; else the tag says nothing
}

// parseReference reads [host/]repository[:tag][@digest]. What is before the first
// slash is a host if it has a dot or a port, or is localhost (distribution
// reference grammar).
func parseReference(text string) (reference, error) {
	var r reference
	rest, digest, pinned := strings.Cut(withoutScheme(text), "@")
	if first, path, found := strings.Cut(rest, "/"); found && (strings.ContainsAny(first, ".:") || first == "localhost") {
		r.host, rest = strings.ToLower(first), path
	}
	r.repository, r.tag = rest, "latest"
	if colon := strings.LastIndexByte(rest, ':'); colon > strings.LastIndexByte(rest, '/') {
		r.repository, r.tag = rest[:colon], rest[colon+1:]
	}
	r.digest = digest
	switch {
	case len(r.repository) > maxRepositoryBytes || !repositoryName.MatchString(r.repository):
		return r, fmt.Errorf("image reference %q names no repository", shorten(text))
	case r.host != "" && !hostName.MatchString(r.host):
		return r, fmt.Errorf("image reference %q names no host", shorten(text))
	case !tagPattern.MatchString(r.tag):
		return r, fmt.Errorf("image reference %q has a malformed tag", shorten(text))
	case pinned && !digestPattern.MatchString(digest):
		return r, fmt.Errorf("image reference %q has a digest that is not sha256: and 64 hexadecimal digits", shorten(text))
	}
	return r, nil
}

package oci

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/opendeliverygear/odg/internal/ocimapping"
)

// A Mapping says how the names of components become the names of OCI repositories.
type Mapping string

// The mappings of the OCM specification.
const (
	// MappingPath is <sub path>/component-descriptors/<component name>, which all
	// tools write. The empty Mapping is the same.
	MappingPath Mapping = "urlPath"
	// MappingDigest is <sub path>/<SHA-256 of the component name>, of old repositories.
	MappingDigest Mapping = "sha256-digest"
)

// Location is where an OCM repository is.
type Location struct {
	// Host has the port, unless it is that of the scheme.
	Host string
	// PlainHTTP is set if there is no TLS.
	PlainHTTP bool
	// SubPath is the part of the names of all OCI repositories before that of the
	// mapping, empty if there is none.
	SubPath string
	Mapping Mapping
}

var (
	hostName    = regexp.MustCompile(`^(?:[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$`)
	hostPattern = regexp.MustCompile(`^(?:\*\.)?[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?(?::[0-9]{1,5})?$|^\[[0-9a-f:.]+\](?::[0-9]{1,5})?$`)
	// repositoryName is that of the OCI distribution specification.
	repositoryName = regexp.MustCompile(`^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$`)
)

const maxLocationBytes = 1024

// ParseLocation reads the URL of an OCM repository: host and path, after https://,
// oci:// or nothing, which all mean TLS, or http://. The path is the sub path.
// The mapping is not part of it.
func ParseLocation(text string) (Location, error) {
	fail := func(problem string) (Location, error) {
		return Location{}, fmt.Errorf("OCM repository %q: %s, want such as registry.example/path", shorten(text), problem)
	}
	if len(text) > maxLocationBytes {
		return fail("it is too long")
	}
	scheme, rest, found := strings.Cut(text, "://")
	if scheme = strings.ToLower(scheme); !found {
		scheme, rest = "https", text
	}
	parsed, err := url.Parse("https://" + rest)
	switch {
	case err != nil:
		return fail("it is no URL")
	case scheme != "https" && scheme != "oci" && scheme != "http":
		return fail("the scheme is " + shorten(scheme))
	case parsed.User != nil:
		return Location{}, fmt.Errorf("OCM repository on %s: credentials do not belong into its URL, configure them", shorten(parsed.Host))
	case parsed.RawQuery != "" || parsed.Fragment != "":
		return fail("it has a query or fragment")
	}
	l := Location{Host: strings.ToLower(parsed.Host), PlainHTTP: scheme == "http", SubPath: strings.Trim(parsed.Path, "/")}
	if err := l.Validate(); err != nil {
		return fail(err.Error())
	}
	return l, nil
}

// Validate tells what is wrong with l.
func (l Location) Validate() error {
	switch {
	case !hostName.MatchString(l.Host):
		return fmt.Errorf("%q is no host", shorten(l.Host))
	case l.SubPath != "" && !repositoryName.MatchString(l.SubPath):
		return fmt.Errorf("%q is no path of an OCI repository, which is in lower case", shorten(l.SubPath))
	case l.Mapping != "" && l.Mapping != MappingPath && l.Mapping != MappingDigest:
		return fmt.Errorf("the mapping of component names is %q, want %s or %s", shorten(string(l.Mapping)), MappingPath, MappingDigest)
	}
	return nil
}

// String returns the URL, without https.
func (l Location) String() string {
	text := l.Host
	if l.PlainHTTP {
		text = "http://" + text
	}
	if l.SubPath != "" {
		text += "/" + l.SubPath
	}
	return text
}

func (l Location) scheme() string {
	if l.PlainHTTP {
		return "http"
	}
	return "https"
}

// place returns the OCI repository of a component.
func (l Location) place(name string) (place, error) {
	path := ocimapping.PathOf(name)
	if l.Mapping == MappingDigest {
		path = ocimapping.DigestPathOf(name)
	}
	return newPlace(l.Host, l.PlainHTTP, strings.TrimPrefix(l.SubPath+"/"+path, "/"))
}

// shorten keeps what strangers wrote out of the way in messages.
func shorten(text string) string {
	const limit = 200
	if len(text) > limit {
		return strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return strings.ToValidUTF8(text, "?")
}

func withoutScheme(reference string) string {
	if _, rest, found := strings.Cut(reference, "://"); found {
		return rest
	}
	return reference
}

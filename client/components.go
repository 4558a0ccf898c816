package client

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"

	"github.com/opendeliverygear/odg/component"
)

const (
	componentPath = "/ocm/component"
	versionsPath  = "/ocm/component/versions"
)

// Lookup says where components are looked up. The zero Lookup asks the repositories that
// the server is configured with.
type Lookup struct {
	// Repository is an OCM repository that is asked before: one that the server's
	// mappings name, or a registry that it may contact.
	Repository string
	// Only that Repository is asked, which must be set then.
	Only bool
	// Filter is which versions count: semver_releases, semver_non_releases, semver_any,
	// any, or a regular expression that matches all of them. Empty means what the
	// server's mappings say.
	Filter string
}

// Components are those that an ODG Core can look up, with its credentials and its
// caches. They are a [component.VersionFinder], so that all of package component works
// on them, such as [component.Walk].
type Components struct {
	client *Client
	lookup Lookup
}

var _ component.VersionFinder = Components{}

// Components returns the components behind c.
func (c *Client) Components(l Lookup) Components { return Components{c, l} }

// Descriptor implements [component.Resolver]. The types of accesses and artefacts are
// those of ODG, whatever the document says; the last of the repository contexts is where
// it was found, if that is a registry. The version [component.Greatest] stands for
// the greatest one that there is.
func (c Components) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	data, err := c.client.fetch(ctx, call{method: http.MethodGet, path: componentPath, query: c.lookup.of(id)})
	if err != nil {
		return nil, err
	}
	d, err := component.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("component version %s: read answer: %w", id, err)
	}
	if d.Name != id.Name || d.Version != id.Version && id.Version != component.Greatest {
		return nil, fmt.Errorf("component version %s: the answer is about %s: %w", id, d.ID, component.ErrMalformed)
	}
	return d, nil
}

// RawDescriptor returns the document of a component version byte for byte, as its
// repository has it now.
func (c Components) RawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	query := c.lookup.of(id)
	query.Set("raw", "true")
	data, err := c.client.fetch(ctx, call{method: http.MethodGet, path: componentPath, query: query})
	if err != nil {
		return nil, err
	}
	var document string
	if err := json.Unmarshal(data, &document); err != nil {
		return nil, fmt.Errorf("component version %s: read answer: %w", id, err)
	}
	return []byte(document), nil
}

// Versions implements [component.VersionLister].
func (c Components) Versions(ctx context.Context, name string) (versions []string, err error) {
	query := c.lookup.of(component.ID{Name: name})
	query.Set("max", strconv.Itoa(math.MaxInt32))
	if c.lookup.Filter != "" {
		query.Set("version_filter", c.lookup.Filter)
	}
	data, err := c.client.fetch(ctx, call{method: http.MethodGet, path: versionsPath, query: query})
	if err == nil {
		err = json.Unmarshal(data, &versions)
	}
	if err != nil {
		return nil, fmt.Errorf("versions of component %s: %w", name, err)
	}
	return versions, nil
}

// of returns the parameters of requests about a component version.
func (l Lookup) of(id component.ID) url.Values {
	query := url.Values{"component_name": {id.Name}}
	if id.Version != "" {
		query.Set("version", id.Version)
	}
	if l.Repository != "" {
		query.Set("ocm_repo_url", l.Repository)
	}
	if l.Only {
		query.Set("ignore_lookup", "true")
	}
	return query
}

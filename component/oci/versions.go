package oci

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/internal/ocimapping"
)

const (
	// tagsPerPage is how many tags are asked for at a time. Some registries refuse more.
	tagsPerPage = 1000
	// maxPageBytes limits a page: all that tags of full length need, and room.
	maxPageBytes = 1 << 20
)

// Versions implements [component.VersionLister]. Tags that are no versions, such as
// "latest", are left out. If there are more tags or pages than configured, or pages
// that lead nowhere, the error wraps [component.ErrLimit].
func (r *Repository) Versions(ctx context.Context, name string) ([]string, error) {
	p, err := r.location.place(name)
	if err != nil {
		return nil, nil // a component of that name cannot be here
	}
	tags, err := r.client.tags(ctx, p)
	if errors.Is(err, component.ErrNotFound) {
		return nil, nil
	}
	if err == nil {
		tags, err = r.decode(ctx, p, name, tags)
	}
	if err != nil {
		return nil, r.fail(err, "list versions of component %s", name)
	}
	slices.SortFunc(tags, component.CompareVersions)
	return slices.Compact(tags), nil
}

// decode returns the versions that tags stand for.
func (r *Repository) decode(ctx context.Context, p place, name string, tags []string) ([]string, error) {
	versions := make([]string, len(tags))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(r.client.cfg.Parallel)
	for i, tag := range tags {
		version, ambiguous := ocimapping.VersionOf(tag)
		versions[i] = version
		if ambiguous && component.IsVersion(version) {
			group.Go(func() (err error) {
				versions[i], err = r.stated(ctx, p, name, tag, version)
				return err
			})
		}
	}
	err := group.Wait()
	return slices.DeleteFunc(versions, func(version string) bool { return !component.IsVersion(version) }), err
}

// stated returns the version that the manifest of a tag says it has, and guess if it
// says nothing.
func (r *Repository) stated(ctx context.Context, p place, name, tag, guess string) (string, error) {
	d, err := r.client.manifest(ctx, p, tag)
	switch {
	case errors.Is(err, component.ErrNotFound) || errors.Is(err, component.ErrMalformed):
		return guess, nil
	case err != nil:
		return "", err
	}
	m, err := ocimapping.Parse(d.data, d.digest)
	if err != nil {
		return guess, nil
	}
	if version, ok := m.Version(name, tag); ok {
		return version, nil
	}
	return guess, nil
}

// tags lists the tags of an OCI repository, in the order of the registry.
func (c *Client) tags(ctx context.Context, p place) ([]string, error) {
	var tags []string
	next := p.url("tags", "list")
	next.RawQuery = fmt.Sprintf("n=%d", tagsPerPage)
	for seen := map[string]bool{}; next != nil; {
		if seen[next.String()] {
			return nil, fmt.Errorf("page %q of the tags of %s leads back to itself: %w", shorten(next.RawQuery), p, component.ErrLimit)
		}
		if seen[next.String()] = true; len(seen) > c.cfg.MaxPages {
			return nil, fmt.Errorf("the list of tags of %s has more than %d pages: %w", p, c.cfg.MaxPages, component.ErrLimit)
		}
		page, link, err := c.page(ctx, p, next)
		if err != nil {
			return nil, err
		}
		if tags = append(tags, page...); len(tags) > c.cfg.MaxTags {
			return nil, fmt.Errorf("%s has more than %d tags: %w", p, c.cfg.MaxTags, component.ErrLimit)
		}
		if next, err = following(next, link); err != nil {
			return nil, err
		}
	}
	return tags, nil
}

// page reads one page of a list, and the link to the next one.
func (c *Client) page(ctx context.Context, p place, u *url.URL) (tags []string, link string, err error) {
	d, err := c.fetch(ctx, p, u, "application/json", maxPageBytes)
	if err != nil {
		return nil, "", err
	}
	var list struct{ Tags []string }
	if err := json.Unmarshal(d.data, &list); err != nil {
		return nil, "", fmt.Errorf("the tags of %s are no JSON list: %v: %w", p, err, component.ErrMalformed)
	}
	return list.Tags, d.header.Get("Link"), nil
}

// following reads the link to the next page (RFC 8288, OCI distribution
// specification, listing tags), nil if there is none. It must stay in the list.
func following(page *url.URL, link string) (*url.URL, error) {
	target, params, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(link), "<"), ">")
	if target == "" || !strings.Contains(strings.ReplaceAll(params, `"`, ""), "rel=next") {
		return nil, nil
	}
	next, err := page.Parse(target)
	if err != nil || next.Scheme != page.Scheme || next.Host != page.Host || next.Path != page.Path || next.User != nil {
		return nil, fmt.Errorf("the next page of tags is at %q, which is not in the list: %w", shorten(target), ErrHost)
	}
	return next, nil
}

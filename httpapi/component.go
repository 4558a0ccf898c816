package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/opendeliverygear/odg/component"
)

// lookup is what the routes about components have in common.
type lookup struct {
	finder finders
	name   string
	// version is the one asked for, greatest by default.
	version string
}

func (s *Server) lookup(r *http.Request) (lookup, error) {
	params := r.URL.Query()
	l := lookup{version: params.Get("version")}
	var err error
	if l.name, err = required(params, "component_name"); err != nil {
		return l, err
	}
	if l.version == "" {
		l.version = component.Greatest
	}
	only, err := boolean(params, "ignore_lookup")
	if err != nil {
		return l, err
	}
	l.finder, err = s.finder(r.Context(), params.Get("ocm_repo_url"), only)
	return l, err
}

// finder puts the repository of url, if there is one, before the configured ones.
func (s *Server) finder(ctx context.Context, url string, only bool) (finders, error) {
	if url == "" && only {
		return nil, badRequest("ignore_lookup needs an ocm_repo_url")
	}
	var finders finders
	if url != "" && s.cfg.Repository != nil {
		named, err := s.cfg.Repository(ctx, url)
		switch {
		case err == nil:
			finders = append(finders, named)
		case !errors.Is(err, component.ErrNotFound):
			return nil, badRequest("ocm_repo_url: %v", err)
		}
	}
	if s.cfg.Components != nil && !only {
		finders = append(finders, s.cfg.Components)
	}
	return finders, nil
}

// id returns the component version that is asked for.
func (l lookup) id(ctx context.Context, now time.Time) (component.ID, error) {
	if l.version != component.Greatest {
		return component.ID{Name: l.name, Version: l.version}, nil
	}
	versions, err := component.Choose(ctx, l.finder, l.name, component.Choice{}, now)
	if err != nil {
		return component.ID{}, fmt.Errorf("no greatest version found: %w", err)
	}
	return component.ID{Name: l.name, Version: versions[len(versions)-1]}, nil
}

// resolve returns the descriptor of the version that is asked for.
func (l lookup) resolve(ctx context.Context, now time.Time) (*component.Descriptor, error) {
	id, err := l.id(ctx, now)
	if err != nil {
		return nil, err
	}
	return l.finder.Descriptor(ctx, id)
}

func (s *Server) component(w http.ResponseWriter, r *http.Request) error {
	l, err := s.lookup(r)
	if err != nil {
		return err
	}
	params := r.URL.Query()
	raw, err := boolean(params, "raw")
	if err != nil {
		return err
	}
	fresh, err := boolean(params, "ignore_cache")
	if err != nil {
		return err
	}
	if raw || fresh {
		l.finder = l.finder.uncached()
	}
	id, err := l.id(r.Context(), s.cfg.Now())
	if err != nil {
		return err
	}
	if raw {
		document, err := l.finder.rawDescriptor(r.Context(), id)
		if err != nil {
			return err
		}
		return writeTagged(w, r, string(document))
	}
	d, err := l.finder.Descriptor(r.Context(), id)
	if err != nil {
		return err
	}
	return writeTagged(w, r, descriptorJSON(d))
}

func (s *Server) componentVersions(w http.ResponseWriter, r *http.Request) error {
	l, err := s.lookup(r)
	if err != nil {
		return err
	}
	params := r.URL.Query()
	limit := 5
	if text := params.Get("max"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil {
			return &statusError{http.StatusNotFound, "not-found", "max: " + text + " is no integer"}
		}
	}
	versions, err := l.versions(r.Context(), params.Get("version_filter"))
	if err != nil {
		return err
	}
	if i := slices.Index(versions, l.version); i >= 0 {
		versions = versions[:i+1]
	}
	if params.Get("start_date") != "" {
		versions, err = s.createdBetween(r.Context(), l, versions, params)
	} else {
		versions = versions[max(0, len(versions)-max(limit, 0)):]
	}
	if err != nil {
		return err
	}
	return writeJSON(w, append([]string{}, versions...))
}

// versions returns those that a filter picks, or, without one, those that the filters
// of the repositories do.
func (l lookup) versions(ctx context.Context, filter string) ([]string, error) {
	if len(filter) > maxFilter {
		return nil, badRequest("version_filter has %d bytes, more than %d", len(filter), maxFilter)
	}
	picks, err := component.ParseFilter(filter)
	if err != nil {
		return nil, badRequest("version_filter: %v", err)
	}
	versions, err := l.finder.versions(ctx, l.name, filter != "")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(versions), func(v string) bool { return !picks(v) }), nil
}

// maxFilter limits a version_filter, in bytes: a regular expression takes time in
// proportion to its length.
const maxFilter = 1024

// createdBetween returns the versions of a range of days, the newest first.
func (s *Server) createdBetween(ctx context.Context, l lookup, versions []string, params url.Values) ([]string, error) {
	from, err := time.Parse(time.DateOnly, params.Get("start_date"))
	if err != nil {
		return nil, badRequest("start_date: want YYYY-MM-DD, not %q", params.Get("start_date"))
	}
	to := s.cfg.Now().UTC()
	if text := params.Get("end_date"); text != "" {
		if to, err = time.Parse(time.DateOnly, text); err != nil {
			return nil, badRequest("end_date: want YYYY-MM-DD, not %q", text)
		}
	}
	versions, err = component.CreatedBetween(ctx, l.finder, l.name, versions, from, to)
	slices.Reverse(versions)
	return versions, err
}

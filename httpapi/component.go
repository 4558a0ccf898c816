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

// RawDescriptors is a [component.VersionFinder] that also has the documents as they
// are stored. For components of one that is none, raw=true is refused.
type RawDescriptors interface {
	// RawDescriptor returns a document byte for byte. Errors are those of
	// [component.Resolver].
	RawDescriptor(ctx context.Context, id component.ID) ([]byte, error)
}

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

// resolve returns the descriptor of the version that is asked for.
func (l lookup) resolve(ctx context.Context, now time.Time) (*component.Descriptor, error) {
	if l.version == component.Greatest {
		versions, err := component.Choose(ctx, l.finder, l.name, component.Choice{}, now)
		if err != nil {
			return nil, fmt.Errorf("no greatest version found: %w", err)
		}
		l.version = versions[len(versions)-1]
	}
	return l.finder.Descriptor(ctx, component.ID{Name: l.name, Version: l.version})
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
	if _, err := boolean(params, "ignore_cache"); err != nil {
		return err
	}
	d, err := l.resolve(r.Context(), s.cfg.Now())
	if err != nil {
		return err
	}
	if !raw {
		return writeTagged(w, r, descriptorJSON(d))
	}
	document, err := l.finder.rawDescriptor(r.Context(), d.ID)
	if err != nil {
		return err
	}
	return writeTagged(w, r, string(document))
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
	filter, err := component.ParseFilter(params.Get("version_filter"))
	if err != nil {
		return badRequest("version_filter: %v", err)
	}
	versions, err := l.finder.Versions(r.Context(), l.name)
	if err != nil {
		return err
	}
	versions = slices.DeleteFunc(slices.Clone(versions), func(v string) bool { return filter != nil && !filter(v) })
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

func (s *Server) dependencies(w http.ResponseWriter, r *http.Request) error {
	l, err := s.lookup(r)
	if err != nil {
		return err
	}
	encode := wholeComponent
	switch populate := r.URL.Query().Get("populate"); populate {
	case "", "all":
	case "componentReferences":
		encode = componentReference
	default:
		return badRequest("populate: %q is unknown, want all or componentReferences", populate)
	}
	root, err := l.resolve(r.Context(), s.cfg.Now())
	if err != nil {
		return err
	}
	graph, err := walk(r.Context(), l.finder, root.ID)
	if err != nil {
		return err
	}
	components := []any{}
	for path := range graph.Paths() {
		if len(components) == maxPaths {
			return fmt.Errorf("dependencies of %s: more than %d paths: %w", root.ID, maxPaths, component.ErrLimit)
		}
		components = append(components, encode(graph, path))
	}
	return writeJSON(w, map[string]any{"componentDependencies": components})
}

// maxPaths limits the answer about dependencies, which names each path to a
// component.
const maxPaths = 10_000

// walk resolves all that a component refers to. What is missing there is not the
// fault of the path.
func walk(ctx context.Context, r component.Resolver, root component.ID) (*component.Graph, error) {
	graph, err := component.Walk(ctx, r, component.WalkConfig{}, root)
	if err != nil {
		return nil, err
	}
	if err := graph.Err(); err != nil {
		if node := graph.Node(root); node != nil && node.Err != nil {
			return nil, node.Err
		}
		if errors.Is(err, component.ErrNotFound) {
			return nil, &statusError{http.StatusUnprocessableEntity, "missing-reference", err.Error()}
		}
		return nil, err
	}
	return graph, nil
}

// finders asks one after the other.
type finders []component.VersionFinder

// Descriptor returns the first that is found. If none is, the error is theirs, as they
// know where they have looked.
func (f finders) Descriptor(ctx context.Context, id component.ID) (*component.Descriptor, error) {
	var missing error
	for _, finder := range f {
		d, err := finder.Descriptor(ctx, id)
		switch {
		case !errors.Is(err, component.ErrNotFound):
			return d, err
		case missing == nil:
			missing = err
		default:
			missing = fmt.Errorf("%w; %w", missing, err)
		}
	}
	if missing == nil {
		missing = fmt.Errorf("component version %s: %w: there are no repositories", id, component.ErrNotFound)
	}
	return nil, missing
}

// rawDescriptor returns the document of the one that Descriptor returns.
func (f finders) rawDescriptor(ctx context.Context, id component.ID) ([]byte, error) {
	for _, finder := range f {
		if _, err := finder.Descriptor(ctx, id); errors.Is(err, component.ErrNotFound) {
			continue
		}
		source, ok := finder.(RawDescriptors)
		if !ok {
			return nil, badRequest("raw: the repository of %s does not keep component descriptors as they were written", id)
		}
		return source.RawDescriptor(ctx, id)
	}
	return nil, fmt.Errorf("component version %s: %w in %d repositories", id, component.ErrNotFound, len(f))
}

// Versions returns those of all, each once.
func (f finders) Versions(ctx context.Context, name string) ([]string, error) {
	var all []string
	for _, finder := range f {
		versions, err := finder.Versions(ctx, name)
		if err != nil {
			return nil, err
		}
		all = append(all, versions...)
	}
	slices.SortFunc(all, component.CompareVersions)
	return slices.Compact(all), nil
}

package httpapi

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/opendeliverygear/odg"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/metadata"
)

// history tells what became of a finding, and what was decided about it.
func (s *Server) history(w http.ResponseWriter, r *http.Request) error {
	life, err := s.core.History(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return writeJSON(w, life.Document())
}

// sla tells whether anything was overdue when a component version was released.
func (s *Server) sla(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	release, err := s.releaseParams(params)
	if err != nil {
		return err
	}
	if _, err := required(params, "version"); err != nil {
		return err
	}
	l, err := s.lookup(r)
	if err != nil {
		return err
	}
	root, err := l.id(r.Context(), s.cfg.Now())
	if err != nil {
		return err
	}
	graph, err := walk(r.Context(), l.finder, root, component.WalkConfig{})
	if err != nil {
		return err
	}
	release.Components = slices.Collect(graph.Descriptors())
	if release.Released.IsZero() {
		made, ok := graph.Node(root).Descriptor.Created()
		if !ok {
			return badRequest("The released parameter is required: the descriptor of %s does not say when it was made.", root)
		}
		release.Released = made
	}
	evidence, err := s.core.SLA(r.Context(), release)
	if err != nil {
		return err
	}
	return writeJSON(w, evidence.Document(root, len(release.Components)))
}

// releaseParams reads what is asked about a release, but the component.
func (s *Server) releaseParams(params url.Values) (release odg.Release, err error) {
	if release.Released, err = s.past(params, "released"); err != nil {
		return release, err
	}
	if release.AsOf, err = s.past(params, "as_of"); err != nil {
		return release, err
	}
	release.Types, err = s.configuredTypes(params)
	return release, err
}

// past reads a time that has come already; the zero time if there is none.
func (s *Server) past(params url.Values, name string) (time.Time, error) {
	text := params.Get(name)
	if text == "" {
		return time.Time{}, nil
	}
	at, err := metadata.Timestamp(text).Time()
	switch {
	case err != nil:
		return at, badRequest("The %s parameter is no time: %q; write 2026-11-01 or 2026-11-01T12:00:00Z.", name, shorten(text))
	case at.After(s.cfg.Now()):
		return at, badRequest("The %s parameter is still to come, so nobody knows: %s.", name, text)
	}
	return at, nil
}

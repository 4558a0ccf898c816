package httpapi

import (
	"errors"
	"net/http"

	"github.com/opendeliverygear/odg/responsible"
)

// responsibles tells who is responsible for a component, or for an artefact of it. What
// takes long is the component descriptor, and that is remembered elsewhere.
func (s *Server) responsibles(w http.ResponseWriter, r *http.Request) error {
	l, err := s.lookup(r)
	if err != nil {
		return err
	}
	fresh, err := boolean(r.URL.Query(), "ignore_cache")
	if err != nil {
		return err
	}
	if fresh {
		l.finder = l.finder.uncached()
	}
	d, err := l.resolve(r.Context(), s.cfg.Now())
	if err != nil {
		return err
	}
	found, err := responsible.Of(d, r.URL.Query().Get("artifact_name"))
	if errors.Is(err, responsible.ErrNoArtefact) {
		return &statusError{http.StatusNotFound, "no-artefact", err.Error()}
	}
	if err != nil {
		return err
	}
	found.Responsibles = s.cfg.AddressBook.Enrich(found.Responsibles)
	return writeJSON(w, found)
}

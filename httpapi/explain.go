package httpapi

import (
	"errors"
	"net/http"

	"github.com/opendeliverygear/odg/explain"
)

// explain tells why a finding is as severe and as urgent as it is.
func (s *Server) explain(w http.ResponseWriter, r *http.Request) error {
	explanation, err := s.core.Explain(r.Context(), r.PathValue("id"))
	if errors.Is(err, explain.ErrNoFinding) {
		return &statusError{http.StatusNotFound, "no-finding", err.Error()}
	}
	if err != nil {
		return err
	}
	return writeJSON(w, explanation.Document())
}

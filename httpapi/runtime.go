package httpapi

import (
	"context"
	"iter"
	"net/http"

	"github.com/opendeliverygear/odg/artefact"
)

// RuntimeArtefacts are artefacts that run somewhere without being part of a component.
// Whoever sees them running reports them.
type RuntimeArtefacts interface {
	// RuntimeResources yields those that have all the labels.
	RuntimeResources(ctx context.Context, labels map[string]string) iter.Seq2[Resource, error]
	// PutRuntimeArtefacts adds artefacts with labels, unless they are there with the
	// same labels.
	PutRuntimeArtefacts(ctx context.Context, labels map[string]string, artefacts []artefact.ID) error
	// DropRuntimeArtefact removes one by the name of its resource; one that is not
	// there is fine.
	DropRuntimeArtefact(ctx context.Context, name string) error
}

// runtime is the configured one, or an error that says that there is none.
func (s *Server) runtime() (RuntimeArtefacts, error) {
	if s.cfg.Runtime == nil {
		return nil, &inactiveError{[]string{featureCluster}}
	}
	return s.cfg.Runtime, nil
}

func (s *Server) runtimeArtefacts(w http.ResponseWriter, r *http.Request) error {
	runtime, err := s.runtime()
	if err != nil {
		return err
	}
	labels, err := parseLabels(r.URL.Query()["label"])
	if err != nil {
		return err
	}
	return stream(w, r, runtime.RuntimeResources(r.Context(), labels))
}

func (s *Server) putRuntimeArtefacts(w http.ResponseWriter, r *http.Request) error {
	runtime, err := s.runtime()
	if err != nil {
		return err
	}
	labels, err := parseLabels(r.URL.Query()["label"])
	if err != nil {
		return err
	}
	artefacts, err := readArtefacts(r)
	if err != nil {
		return err
	}
	if err := runtime.PutRuntimeArtefacts(r.Context(), labels, artefacts); err != nil {
		return err
	}
	w.WriteHeader(http.StatusCreated)
	return nil
}

func (s *Server) deleteRuntimeArtefacts(w http.ResponseWriter, r *http.Request) error {
	runtime, err := s.runtime()
	if err != nil {
		return err
	}
	return drop(w, r, runtime.DropRuntimeArtefact)
}

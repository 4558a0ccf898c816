package httpapi

import (
	"net/http"

	"github.com/opendeliverygear/odg/corecfg"
)

// specialComponent has the version as a text. It is null if it is in a file on
// GitHub, which this version does not read.
type specialComponent struct {
	corecfg.SpecialComponent
	Version *string `json:"version"`
}

func (s *Server) specialComponents(profile *corecfg.Profile) any {
	shown := []specialComponent{}
	for _, c := range s.cfg.Features.SpecialComponents {
		if profile.ShowsComponent(c.ID) {
			shown = append(shown, specialComponent{c, resolved(&c.Version)})
		}
	}
	return struct {
		feature
		Components []specialComponent `json:"specialComponents"`
	}{available("special-components", s.hasSpecialComponents()), shown}
}

func (s *Server) hasSpecialComponents() bool { return len(s.cfg.Features.SpecialComponents) > 0 }

// resolved returns the version itself, nil if there is none or if it is elsewhere.
func resolved(v *corecfg.Version) *string {
	if v == nil || v.Source != nil {
		return nil
	}
	return &v.Name
}

type currentDependency struct {
	Name        string  `json:"name"`
	DisplayName string  `json:"displayName"`
	Version     *string `json:"version"`
}

// currentDependencies answers the dependencies of what is published next, {} for a
// component that is not special.
func (s *Server) currentDependencies(w http.ResponseWriter, r *http.Request) error {
	if !s.hasSpecialComponents() {
		return &inactiveError{[]string{"special-components"}}
	}
	id, err := required(r.URL.Query(), "id")
	if err != nil {
		return err
	}
	for _, c := range s.cfg.Features.SpecialComponents {
		if c.ID != id {
			continue
		}
		dependencies := []currentDependency{}
		for _, d := range c.Dependencies {
			dependencies = append(dependencies, currentDependency{d.Name, d.DisplayName, resolved(d.CurrentVersion)})
		}
		return writeJSON(w, map[string]any{
			"displayName": c.DisplayName, "componentDependencies": dependencies, "version": resolved(c.CurrentVersion),
		})
	}
	return writeJSON(w, struct{}{})
}

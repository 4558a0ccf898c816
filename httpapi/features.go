package httpapi

import "net/http"

// profiles answers the names of the profiles, at least one.
func (s *Server) profiles(w http.ResponseWriter, _ *http.Request) error {
	names := s.cfg.Profiles.Names()
	if len(names) == 0 {
		names = []string{"default"}
	}
	return writeJSON(w, map[string][]string{"profiles": names})
}

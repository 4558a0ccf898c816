package httpapi

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/sprint"
)

// sprintInfos answers all sprints as of now, none if none are configured.
func (s *Server) sprintInfos(w http.ResponseWriter, _ *http.Request) error {
	calendar := s.cfg.Sprints.At(s.cfg.Now())
	return writeJSON(w, map[string][]sprint.Sprint{"sprints": calendar.Sprints()})
}

// currentSprint answers the sprint in which is due what is due today, or on the
// day that the parameter before names.
func (s *Server) currentSprint(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	offset := 0
	if params.Has("offset") {
		var err error
		if offset, err = wholeNumber(params.Get("offset")); err != nil {
			return badRequest("Invalid offset")
		}
	}
	now := s.cfg.Now()
	day := metadata.DateOf(now)
	if before := params.Get("before"); before != "" {
		var err error
		if day, err = metadata.ParseDate(before); err != nil {
			return badRequest("Invalid date format")
		}
	}
	current, ok := s.cfg.Sprints.At(now).For(day, offset)
	if !ok {
		return badRequest("No sprint found for %s", day)
	}
	return writeJSON(w, current)
}

// wholeNumber reads a number; one that is too large is the largest.
func wholeNumber(text string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if errors.Is(err, strconv.ErrRange) {
		return n, nil
	}
	return n, err
}

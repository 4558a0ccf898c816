package httpapi

import (
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/opendeliverygear/odg/internal/problem"
	"github.com/opendeliverygear/odg/store"
)

// inTime refuses what came too late, see [store.Until]. It is to be asked when the body
// has been read: a client that is frozen in the middle of it is late as well.
func inTime(r *http.Request) error {
	text := r.Header.Get(problem.HeaderUntil)
	if text == "" {
		return nil
	}
	until, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return &statusError{http.StatusBadRequest, "invalid-request", fmt.Sprintf("header %s: want a time such as 2026-01-15T12:00:00Z, got %.40q", problem.HeaderUntil, text)}
	}
	if now := time.Now(); !now.Before(until) {
		return fmt.Errorf("%w: it was allowed until %s, and the clock of this server says %s", store.ErrLate, text, now.UTC().Format(time.RFC3339Nano))
	}
	return nil
}

const faultLate = "It came after the time of the header " + problem.HeaderUntil + ". Nothing is changed."

// until is the header that [inTime] reads.
func until() *huma.Param {
	h := header(problem.HeaderUntil, "Until when this may happen, by the clock of the server, in RFC 3339: a worker says when its lease is over.")
	h.Required = false
	return h
}

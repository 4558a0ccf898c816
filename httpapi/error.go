package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/opendeliverygear/odg/artefact"
	"github.com/opendeliverygear/odg/internal/problem"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/search"
)

// statusError is an answer that is no success.
type statusError struct {
	status int
	code   string
	text   string // empty for the text of the status
}

func (e *statusError) Error() string {
	if e.text == "" {
		return fmt.Sprintf("%d: %s", e.status, http.StatusText(e.status))
	}
	return e.text
}

func status(code int) error { return &statusError{status: code} }

func badRequest(format string, args ...any) error {
	return &statusError{http.StatusBadRequest, "invalid-request", fmt.Sprintf(format, args...)}
}

// inactiveError is the one error that existing clients read as JSON.
type inactiveError struct{ features []string }

func (e *inactiveError) Error() string {
	return "feature inactive: " + strings.Join(e.features, ", ")
}

// sentError says that the answer broke off after it had begun.
type sentError struct{ err error }

func (e *sentError) Error() string { return "write response: " + e.err.Error() }
func (e *sentError) Unwrap() error { return e.err }

func sent(err error) error {
	if err == nil {
		return nil
	}
	return &sentError{err}
}

// details finds the status and the words for an error. Strangers see sentences
// about their requests only; the rest is for the log.
func details(err error) problem.Details {
	var (
		answer *statusError
		entry  *metadata.Error
		field  *artefact.FieldError
		wrong  search.Error
		beyond *repositoryError
	)
	switch {
	case errors.As(err, &answer):
		return problem.New(answer.status, answer.code, answer.Error())
	case errors.As(err, &entry), errors.As(err, &field), errors.As(err, &wrong):
		return problem.New(http.StatusBadRequest, "invalid-request", err.Error())
	}
	if known, ok := problem.Of(err); ok {
		return known
	}
	if errors.As(err, &beyond) {
		return problem.New(http.StatusBadGateway, "repository", err.Error())
	}
	return problem.New(http.StatusInternalServerError, "", "500: Internal Server Error")
}

// onScreen shortens lines that repeat too much of what was sent: the path of a fault comes
// first in them, and what to do is said in the last words.
func onScreen(text string) string {
	const most, lines = 1000, 40
	if len(text) <= most {
		return text
	}
	list := strings.SplitN(text, "\n", lines+1)
	for i, line := range list {
		if len(line) > most {
			list[i] = strings.ToValidUTF8(line[:most/2], "") + " … " + strings.ToValidUTF8(line[len(line)-most/2:], "")
		}
	}
	return strings.Join(list, "\n")
}

// retryAfter is when to come back after a 503, in seconds.
const retryAfter = "2"

func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	state(r).err = err
	var broken *sentError
	if errors.As(err, &broken) {
		panic(http.ErrAbortHandler) // the client must not take what it got for all
	}
	var off *inactiveError
	if errors.As(err, &off) {
		writeBody(w, http.StatusBadRequest, contentTypeJSON, map[string]any{
			"error_id": "feature-inactive", "missing_features": off.features,
		})
		return
	}
	if left(r, err) {
		w.WriteHeader(statusLeft)
		return
	}
	d := details(err)
	d.Detail = onScreen(d.Detail)
	if d.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	if strings.Contains(r.Header.Get("Accept"), problem.ContentType) {
		writeBody(w, d.Status, problem.ContentType, d)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(d.Status)
	_, _ = w.Write([]byte(d.Detail)) // nobody is left to be told
}

// statusLeft is what the log says of clients that did not wait for the answer, as
// other servers do.
const statusLeft = 499

// left tells if a request failed because its client has gone, which is no fault of
// the server.
func left(r *http.Request, err error) bool {
	var answer *statusError
	return errors.Is(r.Context().Err(), context.Canceled) && errors.Is(err, context.Canceled) && !errors.As(err, &answer)
}

func writeBody(w http.ResponseWriter, status int, contentType string, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and lists of them cannot fail
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

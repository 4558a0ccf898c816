package client

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/opendeliverygear/odg/internal/problem"
)

// Error is an answer that is no success. It unwraps to the sentinel that the core
// returned, if the server told which one.
type Error struct {
	// Method and Path are those of the request.
	Method, Path string
	// Status is the HTTP status.
	Status int
	// Detail is what the server said.
	Detail string

	sentinel error
}

// Error names the request, the status and what the server said.
func (e *Error) Error() string {
	return fmt.Sprintf("%s %s: %d %s: %s", e.Method, e.Path, e.Status, http.StatusText(e.Status), e.Detail)
}

// Unwrap returns the sentinel of the core, nil if there is none.
func (e *Error) Unwrap() error { return e.sentinel }

// maxErrorBytes limits what is read of an answer that is no success.
const maxErrorBytes = 64 << 10

func newError(resp *http.Response) *Error {
	e := &Error{Method: resp.Request.Method, Path: resp.Request.URL.Path, Status: resp.StatusCode}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBytes)) // the status says enough
	e.Detail = strings.TrimSpace(string(body))
	var details problem.Details
	if strings.HasPrefix(resp.Header.Get("Content-Type"), problem.ContentType) && json.Unmarshal(body, &details) == nil {
		e.Detail, e.sentinel = details.Detail, problem.Sentinel(details.Code)
	}
	return e
}

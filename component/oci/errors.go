package oci

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/opendeliverygear/odg/component"
)

var (
	// ErrDigest is wrapped by errors about content that is not what its digest says.
	ErrDigest = errors.New("digest mismatch")
	// ErrDenied is wrapped by errors about what needs other credentials.
	ErrDenied = errors.New("access denied")
	// ErrHost is wrapped by errors about hosts and addresses that must not be contacted.
	ErrHost = errors.New("host not allowed")
)

// A StatusError is an answer of a registry that is not what was asked for. It wraps
// [component.ErrNotFound] or [ErrDenied] if it says so.
type StatusError struct {
	// Request is what was asked: host and path.
	Request string
	// Status is the HTTP status.
	Status int
	// Detail is what the registry says about it, shortened, may be empty.
	Detail string
}

// Error names request, status and detail.
func (e *StatusError) Error() string {
	text := fmt.Sprintf("%s answers %d %s", e.Request, e.Status, http.StatusText(e.Status))
	if e.Detail != "" {
		text += fmt.Sprintf(" (%s)", e.Detail)
	}
	return text
}

// Unwrap returns the sentinel of the status.
func (e *StatusError) Unwrap() error {
	switch e.Status {
	case http.StatusNotFound, http.StatusGone:
		return component.ErrNotFound
	case http.StatusUnauthorized, http.StatusForbidden:
		return ErrDenied
	}
	return nil
}

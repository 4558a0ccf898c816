package oci

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/opendeliverygear/odg/component"
)

var (
	// ErrDigest is wrapped by errors about content that is not what its digest says.
	ErrDigest = errors.New("digest mismatch")
	// ErrDenied is [component.ErrDenied]: what needs other credentials.
	ErrDenied = component.ErrDenied
	// ErrHost is wrapped by errors about hosts and addresses that must not be contacted.
	ErrHost = errors.New("host not allowed")
)

// A StatusError is an answer of a registry that is not what was asked for. It wraps
// [component.ErrNotFound], [ErrDenied] or [component.ErrUnavailable] if it says so.
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
	if momentaryStatus(e.Status) || e.Status >= http.StatusInternalServerError {
		return component.ErrUnavailable
	}
	return nil
}

// unavailable marks errors about a connection, which may be better later. A caller
// that gave up is no fault of the registry.
func unavailable(err error) error {
	var network net.Error
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, ErrHost):
		return err
	case truncated(err), errors.As(err, &network):
		return fmt.Errorf("%w: %w", component.ErrUnavailable, err)
	}
	return err
}

// late is why a request ends that takes longer than it may.
func late(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), component.ErrUnavailable)
}

package problem

import (
	"context"
	"errors"
	"net/http"

	"github.com/opendeliverygear/odg/backlog"
	"github.com/opendeliverygear/odg/component"
	"github.com/opendeliverygear/odg/explain"
	"github.com/opendeliverygear/odg/store"
	"github.com/opendeliverygear/odg/vex/exchange"
)

// ContentType is that of the JSON form.
const ContentType = "application/problem+json"

// HeaderUntil says until when a write may happen, in RFC 3339; see [store.Until].
const HeaderUntil = "Odg-Until"

// HeaderRequest is the id of a request, by which logs and the history name it.
const HeaderRequest = "X-Request-Id"

// Details is an error as it crosses the wire.
type Details struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	// Detail is the sentence for whoever sent the request.
	Detail string `json:"detail,omitempty"`
	// Code names the sentinel, see [Sentinel].
	Code string `json:"code,omitempty"`
}

// New returns the details of a status.
func New(status int, code, detail string) Details {
	return Details{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// row is one kind of error.
type row struct {
	sentinel error
	status   int
	code     string
	// internal tells that the sentence is for operators only.
	internal bool
}

// table is the only place where sentinels meet statuses.
var table = []row{
	{store.ErrConflict, http.StatusConflict, "conflict", false},
	{store.ErrLate, http.StatusPreconditionFailed, "too-late", false},
	{store.ErrTooLong, http.StatusBadRequest, "too-long", false},
	{store.ErrCursor, http.StatusBadRequest, "invalid-cursor", true},
	{store.ErrCursorGone, http.StatusGone, "cursor-gone", true},
	{store.ErrReferences, http.StatusBadRequest, "references", false},
	{store.ErrNotFound, http.StatusNotFound, "blob-not-found", true},
	{store.ErrDigest, http.StatusBadRequest, "wrong-digest", true},
	{store.ErrNoHistory, http.StatusNotImplemented, "no-history", true},
	{explain.ErrNoFinding, http.StatusNotFound, "no-finding", false},
	{store.ErrFull, http.StatusInsufficientStorage, "storage-full", true},
	{store.ErrReadOnly, http.StatusServiceUnavailable, "read-only", true},
	{store.ErrLocked, http.StatusServiceUnavailable, "locked", true},
	{store.ErrBusy, http.StatusServiceUnavailable, "busy", true},
	{store.ErrUnavailable, http.StatusServiceUnavailable, "unavailable", true},
	{store.ErrClosed, http.StatusServiceUnavailable, "closed", true},
	{store.ErrNewerSchema, http.StatusServiceUnavailable, "newer-schema", true},
	{exchange.ErrUnknown, http.StatusNotFound, "nothing-known", false},
	{exchange.ErrNothingFound, http.StatusNotFound, "nothing-found", false},
	{exchange.ErrNotConfigured, http.StatusNotFound, "vex-not-configured", false},
	{component.ErrNotFound, http.StatusNotFound, "not-found", false},
	{component.ErrMalformed, http.StatusFailedDependency, "malformed-descriptor", false},
	{component.ErrLimit, http.StatusUnprocessableEntity, "limit", false},
	{component.ErrDenied, http.StatusBadGateway, "repository-denied", false},
	{component.ErrUnavailable, http.StatusServiceUnavailable, "repository-unavailable", false},
	{backlog.ErrUnavailable, http.StatusServiceUnavailable, "backlog-unavailable", true},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, "timeout", true},
	{context.Canceled, http.StatusServiceUnavailable, "canceled", true},
}

// Of returns the details of an error, false if the table does not know it.
func Of(err error) (Details, bool) {
	for _, r := range table {
		if errors.Is(err, r.sentinel) {
			return New(r.status, r.code, r.detail(err)), true
		}
	}
	return Details{}, false
}

// detail is the sentence about err for whoever sent the request, without the name
// of the database.
func (r row) detail(err error) string {
	var conflict *store.ConflictError
	var length *store.LengthError
	switch {
	case r.internal:
		return r.sentinel.Error()
	case errors.As(err, &conflict):
		return conflict.Error()
	case errors.As(err, &length):
		return length.Error()
	}
	return err.Error()
}

// Sentinel returns the error that a code names, nil for unknown codes.
func Sentinel(code string) error {
	for _, r := range table {
		if r.code == code {
			return r.sentinel
		}
	}
	return nil
}

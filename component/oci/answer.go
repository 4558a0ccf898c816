package oci

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"oras.land/oras-go/v2/registry/remote/errcode"
)

// maxErrorBytes is how much of the answer of a registry that fails is read.
const maxErrorBytes = 8 << 10

// statusError reads what a registry says about its failure (OCI distribution
// specification, error codes) and closes the answer.
func statusError(response *http.Response, u *url.URL) *StatusError {
	defer discard(response.Body)
	said := &StatusError{Request: u.Host + u.Path, Status: response.StatusCode}
	var body struct {
		Errors []struct{ Code, Message string }
	}
	data, _ := io.ReadAll(io.LimitReader(response.Body, maxErrorBytes)) // it only adds to the error
	if json.Unmarshal(data, &body) == nil && len(body.Errors) > 0 {
		said.Detail = shorten(fmt.Sprintf("%.40q: %.150q", body.Errors[0].Code, body.Errors[0].Message))
	}
	return said
}

// denied adds to an error what to do about it.
func denied(err *StatusError, known bool) error {
	switch {
	case !errors.Is(err, ErrDenied):
		return err
	case known:
		return fmt.Errorf("the configured credential does not suffice, or its token host is not configured: %w", err)
	}
	return fmt.Errorf("no credential is configured for it: %w", err)
}

// plain takes the noise off an error of the HTTP client, and makes the refusal of a
// token service one of ours.
func plain(err error, u *url.URL) error {
	var token *errcode.ErrorResponse
	if errors.As(err, &token) {
		return denied(&StatusError{
			Request: token.URL.Host + token.URL.Path, Status: token.StatusCode, Detail: shorten(token.Errors.Error()),
		}, true)
	}
	var noise *url.Error
	for errors.As(err, &noise) {
		err = noise.Err
	}
	if errors.Is(err, http.ErrSchemeMismatch) {
		return fmt.Errorf("%s speaks no TLS; if that is meant, write http:// before its name: %w", u.Host, err)
	}
	return fmt.Errorf("%s: %w", u.Host+u.Path, unavailable(err))
}
